/* One task on one document: captures go into the queue, answers of the server into the page. The server decides. */

import { openQueue } from "./queue.js";
import { composing, listenForScans, offerSound, offerTyping, signal, stayAwake } from "./scanner.js";

const page = document.getElementById("scan");

function begin() {
  const field = document.getElementById("scan-text");
  const words = document.getElementById("scan-net");
  const note = document.getElementById("scan-note");
  const hint = field.placeholder;

  const csrf = () => document.cookie.split("; ").find((each) => each.startsWith("csrftoken="))?.slice("csrftoken=".length) ?? "";
  const card = () => document.getElementById("scan-card");
  const say = (sentence) => {
    note.textContent = sentence;
    note.hidden = sentence === "";
  };

  /* ---------- the server ---------- */

  /* + and − move from where the line stands when their turn comes, not from where it stood when they were pressed. */
  function settleStep(entry, keep) {
    if (!entry.step) return;
    const shown = document.getElementById("scan-quantity");
    const standing = document.getElementById("scan-amount")?.value;
    if (shown?.dataset.line === entry.fields.line && standing) {
      const moved = Number(standing.replaceAll(/[^0-9.]/g, "")) + entry.step;
      entry.fields.quantity = String(Math.max(0, Math.round(moved * 1e6) / 1e6));
    }
    delete entry.step;
    keep(); /* asked again, it asks the same */
  }

  async function send(entry, keep) {
    settleStep(entry, keep);
    const answer = await fetch(entry.url, {
      method: "POST",
      redirect: "manual",
      headers: { "HX-Request": "true", "X-CSRFToken": csrf() },
      body: new URLSearchParams({ ...entry.fields, key: entry.key, captured_at: entry.at }),
      signal: AbortSignal.timeout(20_000),
    });
    if (answer.status === 401 || answer.type === "opaqueredirect") {
      location.assign(`/sign-in?next=${encodeURIComponent(page.dataset.page)}`); /* the queue waits for the same person */
      return { isOver: true };
    }
    if (answer.status >= 500 || answer.status === 429) return { again: "failing" };
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const parts = template.content.querySelector("[data-scan-answer]");
    return parts ? { verdict: parts.dataset.verdict, said: parts.dataset.said, parts } : { verdict: "stop", said: page.dataset.answerless, parts: null };
  }

  function put(parts) {
    const focused = document.activeElement?.id;
    for (const part of parts.querySelectorAll("[data-part]")) document.getElementById(part.id)?.replaceWith(part);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  function answered(entry, answer) {
    if (answer.parts) put(answer.parts);
    else refuse(answer.said);
    say("");
    signal(answer.verdict === "stop" || answer.verdict === "attention" ? answer.verdict : "ok");
    document.getElementById(answer.verdict === "stop" ? "scan-alert" : "live").textContent = answer.said;
    if (entry.op === "set-aside") release();
    card().scrollIntoView({ block: "nearest" });
  }

  /* An answer that is no card at all: the scan did not count, and a person must know. */
  function refuse(sentence) {
    const shown = card();
    const line = document.createElement("p");
    const again = document.createElement("a");
    shown.className = "m-hit bad";
    line.className = "h";
    line.textContent = sentence;
    again.className = "btn m-big";
    again.href = page.dataset.page;
    again.textContent = page.dataset.reopen;
    shown.replaceChildren(line, again);
  }

  function changed({ waiting, trouble, isHeld, isSending }) {
    const state = isHeld ? "paused" : trouble || (isSending || waiting ? "checking" : "online");
    const tone = { online: "ok", checking: "info", offline: "warn", failing: "warn", paused: "bad" }[state];
    const count = state === "checking" ? ` · ${waiting}` : ` · ${waiting} ${words.dataset.waiting}`;
    words.className = `m-net ${tone}`;
    words.querySelector("[data-words]").textContent = words.dataset[state] + (waiting ? count : "");
    page.classList.toggle("held", isHeld);
    if (isSending) card().dataset.stale = "";
    else delete card().dataset.stale;
    if (!waiting) field.placeholder = hint;
  }

  const queue = openQueue(`scan:${page.dataset.queue}`, { send, answered, changed });
  const release = () => {
    page.classList.remove("held");
    queue.release();
  };

  /* ---------- the person ---------- */

  function add(op, url, fields, step) {
    queue.add({ op, url, fields, step, key: crypto.randomUUID?.() ?? randomName(), at: new Date().toISOString() });
  }

  function take(text) {
    const whole = text.replace(/^[\r\n\t ]+|[\r\n\t ]+$/g, "");
    if (!whole) return;
    document.querySelector("#scan-quantity details[open]")?.removeAttribute("open");
    signal("taken");
    field.value = "";
    field.placeholder = `… ${whole}`;
    if (queue.isHeld()) say(page.dataset.held);
    add("take", document.getElementById("scan-form").action, { text: whole });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-op]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.op === "take") return take(field.value);
    const { csrfmiddlewaretoken, key, ...fields } = Object.fromEntries(new FormData(form));
    void csrfmiddlewaretoken;
    void key;
    form.closest("details")?.removeAttribute("open");
    add(form.dataset.op, form.action, fields, Number(form.dataset.step ?? 0) || undefined);
  });

  document.addEventListener("click", (event) => {
    const node = event.target.closest("a, summary");
    if (node?.matches("[data-again]")) {
      event.preventDefault();
      document.querySelector("#scan-card .choices")?.remove();
      say("");
      release();
      field.focus();
    } else if (node?.id === "scan-finish" && queue.size() > 0) {
      event.preventDefault();
      say(page.dataset.unsent);
    } else if (node?.id === "scan-set") {
      setTimeout(() => document.getElementById("scan-amount")?.select());
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!composing(event) && event.key === "Escape") document.querySelector("#scan-quantity details[open]")?.removeAttribute("open");
  });

  listenForScans(field, take);
  offerTyping(document.getElementById("scan-type"), field, (isTyping) => page.classList.toggle("typing", isTyping));
  offerSound(document.getElementById("scan-sound"));
  offerCamera(document.getElementById("scan-look"), take);
  stayAwake();
  page.classList.add("scripted");
  words.hidden = false;
  if (card().dataset.stop) queue.hold();
  queue.start();
}

/* `crypto.randomUUID` needs a secure context; a name without it is as unlikely to come twice. */
function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
}

/* 📷: its code and the decoder are fetched when it is pressed for the first time. */
function offerCamera(button, taken) {
  const panel = document.getElementById("scan-camera");
  const words = panel.querySelector("[data-words]");
  let close = null;
  button.hidden = false;
  const video = panel.querySelector("video");
  button.addEventListener("click", async () => {
    if (close) {
      close();
      close = null;
      panel.hidden = true;
    } else {
      panel.hidden = false;
      words.textContent = words.dataset.wait;
      try {
        const { openCamera } = await import(button.dataset.script);
        close = await openCamera(video, button.dataset, taken);
        words.textContent = words.dataset.aim;
      } catch (error) {
        console.info("camera", error.name, error.message);
        words.textContent = words.dataset[reasonOf(error)];
      }
    }
    video.hidden = close === null;
    button.setAttribute("aria-pressed", String(close !== null));
  });
}

function reasonOf(error) {
  if (!window.isSecureContext) return "unsafe";
  return { NotAllowedError: "refused", NotFoundError: "none", OverconstrainedError: "none" }[error.name] ?? "broken";
}

if (page) begin();
