/* Behaviour of every page: keys, menus, dialogs, toasts, passkeys. View state only: no rule of the business.
   Everything here improves links and forms that work without it. */
"use strict";

const composing = (event) => event.isComposing || event.keyCode === 229;
const typing = (node) => node.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

/* ---------- dialogs ---------- */

function openDialog(id) {
  const template = document.getElementById(`${id}-template`);
  if (!document.getElementById(id) && template) document.body.append(template.content.cloneNode(true));
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return dialog instanceof HTMLDialogElement;
  dialog.showModal();
  focusFirstEmpty(dialog);
  return true;
}

/* A dialog that is not in the page is fetched: what it asks for depends on the moment. Blocked moves have a page that says why. */
async function fetchDialog(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  dialog.className = "m-dlg";
  dialog.innerHTML = await answer.text();
  dialog.setAttribute("aria-labelledby", dialog.querySelector("h2").id);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  htmx.process(dialog);
  dialog.showModal();
  focusFirstEmpty(dialog);
}

function focusFirstEmpty(root) {
  const errors = root.querySelector("[data-errors]");
  const fields = [...root.querySelectorAll("textarea, input:not([type=hidden])")];
  const empty = fields.filter((each) => each.value === "");
  const field = empty.find((each) => each.required) ?? empty[0] ?? root.querySelector("button.btn-primary, button.btn-danger");
  (errors && !fields.some((each) => each.value === "") ? errors : field)?.focus();
}

function goToGate() {
  const gate = document.getElementById("gate");
  if (!gate) return;
  gate.scrollIntoView({ block: "center" });
  gate.focus({ preventScroll: true });
  gate.classList.remove("flash");
  void gate.offsetWidth;
  gate.classList.add("flash");
}

document.addEventListener("click", (event) => {
  const node = event.target instanceof Element ? event.target : null;
  if (!node) return;
  for (const menu of document.querySelectorAll("details.m-menu[open]")) if (!menu.contains(node)) menu.open = false;
  const fetched = node.closest("[data-dialog-url]");
  if (fetched && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    fetchDialog(fetched);
  }
  const opener = node.closest("[data-dialog]");
  if (opener && !event.ctrlKey && !event.metaKey && openDialog(opener.dataset.dialog)) {
    opener.closest("details.m-menu")?.removeAttribute("open");
    event.preventDefault();
  }
  if (node.closest("[data-close]")) node.closest("dialog")?.close();
  if (node.closest("[data-gate]") && document.getElementById("gate")) {
    event.preventDefault();
    node.closest("dialog")?.close();
    goToGate();
  }
});

/* Signing in again in another window changes the token: a form takes the one of the cookie when it is sent. */
function freshToken(form) {
  const token = form.elements.namedItem("csrfmiddlewaretoken");
  const known = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  if (token && known) token.value = known.slice("csrftoken=".length);
}
document.addEventListener("submit", (event) => freshToken(event.target), true);

/* A form is sent once: the second press of a button makes no second document. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once")) return;
  if (form.hasAttribute("data-busy")) event.preventDefault();
  else if (!form.hasAttribute("hx-post")) form.setAttribute("data-busy", "");
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-busy]").forEach((form) => form.removeAttribute("data-busy")));

/* ---------- htmx: announce, keep focus, say failures ---------- */

function announce(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

function toast(sentence, tone) {
  const box = document.getElementById("toasts");
  const item = document.createElement("div");
  item.className = `m-toast ${tone}`;
  item.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.className = "m-grow";
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-xs";
  close.dataset.dismiss = "";
  close.textContent = document.body.dataset.dismiss;
  item.append(words, close);
  box.append(item);
}

document.addEventListener("htmx:afterSettle", (event) => {
  const node = event.detail.elt;
  const text = node.closest("[data-announce]")?.dataset.announce;
  if (text) announce(text);
  const again = document.getElementById("sign-in-again");
  if (again && !again.open) again.showModal();
  const dialog = node.closest("dialog");
  if (dialog?.open) focusFirstEmpty(dialog);
  else if (node.id === "main") node.querySelector("[data-errors]")?.focus();
});
document.addEventListener("htmx:sendError", () => toast(document.body.dataset.failed, "bad"));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status >= 500) toast(document.body.dataset.error, "bad");
  else if (status === 404) toast(document.body.dataset.missing, "bad");
});

/* ---------- a session that ended: sign in over the page, then what was asked is asked again ---------- */

let interrupted = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const elt = requestConfig.elt;
  if (xhr.getResponseHeader("HX-Reselect") === "dialog") {
    interrupted = elt;
    document.getElementById("sign-in-again")?.remove();
  } else if (xhr.status >= 400 && elt.getAttribute("hx-select") === "#main" && !xhr.responseText.includes('id="main"')) {
    event.detail.shouldSwap = false;
    toast(document.body.dataset.error, "bad");
  }
});
document.addEventListener("signed-in", (event) => {
  document.getElementById("sign-in-again")?.remove();
  if (event.detail.person !== document.body.dataset.person) toast(document.body.dataset.other, "bad");
  else if (interrupted instanceof HTMLFormElement && interrupted.isConnected) interrupted.requestSubmit();
  else location.reload();
});

/* ---------- keys ---------- */

let pendingPrefix = "";

function keyName(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  parts.push(event.key.toLowerCase());
  return parts.join("+");
}

function pressed(name) {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].find((each) => each.getClientRects().length > 0);
  if (!target) return false;
  if (target.matches("input, textarea")) {
    target.focus();
    target.select();
  } else if (target.matches("summary")) {
    target.parentElement.open = true;
    target.focus();
  } else target.click();
  return true;
}

function moveRow(step) {
  const rows = [...document.querySelectorAll("tr[data-url]")];
  if (rows.length === 0) return false;
  const at = rows.findIndex((row) => row.classList.contains("at"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  rows[at]?.classList.remove("at");
  next.classList.add("at");
  next.querySelector("a")?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function toggleRail() {
  return document.querySelector(".m-doc")?.classList.toggle("folded") !== undefined;
}

function plainKey(key) {
  if (key === "j") return moveRow(1);
  if (key === "k") return moveRow(-1);
  if (key === "]") return toggleRail();
  if (key === "x" || key === "shift+x") return selectRow(key !== "x");
  if (key === " ") return !document.activeElement?.closest("input, button, summary") && quickLook();
  if (key === "enter") {
    const row = document.querySelector("tr.at[data-url]");
    if (!row || document.activeElement?.closest("a, button, summary")) return false;
    location.assign(row.dataset.url);
    return true;
  }
  return pressed(key) || (key === "/" && focusSearch());
}

function focusSearch() {
  const field = document.getElementById("search");
  field?.focus();
  return field !== null;
}

/* The phone menu is a sheet opened by its address; while it is open the page behind takes no focus. */
function syncMenu() {
  const isOpen = location.hash === "#menu";
  for (const node of document.querySelectorAll(".m-main, .m-top, .m-bottom")) node.inert = isOpen;
  if (isOpen) document.querySelector("#menu a[aria-current], #menu a")?.focus();
}
window.addEventListener("hashchange", syncMenu);

/* G, then W T A L: the workbench, what waits there, its alerts; the trace for those who may read it. */
const PLACES = { w: "/", t: "/#todo", a: "/#alerts", l: "/trace" };

function goTo(letter) {
  const place = PLACES[letter];
  if (!place) return false;
  location.assign(place);
  if (place.startsWith("/#") && location.pathname === "/") arriveAt();
  return true;
}

/* Focus goes where the address points: the next key works there. */
function arriveAt() {
  const place = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  if (place?.matches("#todo, #alerts")) (place.querySelector("a") ?? place).focus();
}

function escapeKey() {
  const menu = document.querySelector("details.m-menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return true;
  }
  if (location.hash !== "#menu") return false;
  location.hash = "main";
  return true;
}

function handleKey(event) {
  if (composing(event) || event.defaultPrevented) return false;
  const name = keyName(event);
  if (name === "escape") return escapeKey();
  if (document.querySelector("dialog[open]")) return false;
  if (name === "ctrl+k") return openPalette();
  if (name === "ctrl+a" && !typing(event.target)) return selectPage();
  if (event.ctrlKey || event.metaKey || event.altKey) return pressed(name);
  if (typing(event.target)) return false;
  if (name === " " && event.target.matches("a[role=button]")) {
    event.target.click();
    return true;
  }
  if (pendingPrefix === "g") {
    pendingPrefix = "";
    return goTo(name) || pressed(`g ${name}`);
  }
  if ("noLetters" in document.body.dataset && name.length === 1 && /[a-z[\]]/.test(name)) return false;
  pendingPrefix = name === "g" ? "g" : "";
  return name !== "g" && plainKey(event.shiftKey && name === "x" ? "shift+x" : name);
}

/* ---------- Alpine ---------- */

document.addEventListener("alpine:init", () => {
  Alpine.data("keys", () => ({
    init() {
      document.addEventListener("keydown", (event) => {
        if (handleKey(event)) event.preventDefault();
      });
      const now = document.querySelector(".m-status [aria-current]");
      if (now) now.parentElement.scrollLeft = Math.max(0, now.offsetLeft - 90);
      document.querySelector("[data-errors]")?.focus();
      syncMenu();
      arriveAt();
    },
  }));

  Alpine.data("toasts", () => ({
    init() {
      this.$root.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".m-toast").remove());
      for (const item of this.$root.querySelectorAll(".m-toast:not(.bad)")) this.expire(item);
    },
    expire(item) {
      const timer = setTimeout(() => item.remove(), 6000);
      item.addEventListener("pointerenter", () => clearTimeout(timer));
      item.addEventListener("focusin", () => clearTimeout(timer));
    },
  }));

  Alpine.data("passkey", () => ({
    async ask() {
      const form = this.$root;
      const problem = form.querySelector("[data-passkey-error]");
      problem.hidden = true;
      try {
        const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
        const options = await answer.json();
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey ?? options);
        const credential = await navigator.credentials.get({ publicKey });
        form.querySelector("[name=passkey]").value = JSON.stringify(credential.toJSON());
        form.noValidate = true;
        form.requestSubmit();
      } catch (error) {
        console.warn("passkey refused", error);
        problem.hidden = false;
      }
    },
  }));
});
