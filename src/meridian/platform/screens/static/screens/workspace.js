/* The command palette: the server says what is found and in which order, this only asks, marks and opens. */
"use strict";

const RECENT_KEPT = 20;
const RECENT_SENT = 8;
const RECORD = /^\/[\w-]+\/[\w-]+\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//;

/* ---------- records opened lately: ids alone, kept for the person in this browser ---------- */

const recentKey = () => `recent:${document.body.dataset.person ?? ""}`;

function recentIds() {
  try {
    return JSON.parse(localStorage.getItem(recentKey()) ?? "[]").filter((each) => typeof each === "string");
  } catch (error) {
    console.warn("recent records unreadable, starting anew", error);
    return [];
  }
}

function rememberRecord() {
  const id = RECORD.exec(location.pathname)?.[1];
  if (!id || !document.body.dataset.person) return;
  localStorage.setItem(recentKey(), JSON.stringify([id, ...recentIds().filter((each) => each !== id)].slice(0, RECENT_KEPT)));
}

/* ---------- palette ---------- */

let paletteAsked = 0;
let paletteTimer = 0;
let palettePending = null;
let paletteShown = null;

const paletteNode = (id) => document.getElementById(id);

function openPalette(text = "") {
  for (const menu of document.querySelectorAll("details.m-menu[open]")) menu.open = false;
  if (!openDialog("palette")) return focusSearch();
  const input = paletteNode("palette-q");
  input.value = text;
  input.focus();
  loadPalette();
  return true;
}

function paletteOptions() {
  return [...document.querySelectorAll("#palette-list [role=option][href]")];
}

function markOption(option) {
  for (const each of document.querySelectorAll("#palette-list [aria-selected=true]")) each.setAttribute("aria-selected", "false");
  const input = paletteNode("palette-q");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

/* Only the answer to what stands in the field now is shown: an older one that comes late is dropped. */
function loadPalette() {
  clearTimeout(paletteTimer);
  paletteTimer = 0;
  const mine = ++paletteAsked;
  const asked = paletteNode("palette-q").value;
  const url = new URL(paletteNode("palette").dataset.url, location.origin);
  url.searchParams.set("q", asked);
  url.searchParams.set("at", location.pathname);
  url.searchParams.set("recent", recentIds().slice(0, RECENT_SENT).join(","));
  palettePending = fetch(url, { headers: { "HX-Request": "true" } })
    .then(async (answer) => {
      const html = await answer.text();
      if (mine !== paletteAsked) return;
      if (answer.status === 401) return location.reload();
      if (!answer.ok) return toast(document.body.dataset.error, "bad");
      paletteShown = asked;
      paletteNode("palette-list").innerHTML = html;
      markOption(paletteOptions()[0]);
      const first = document.querySelector("#palette-list [role=option]");
      paletteNode("palette-live").textContent = `${paletteOptions().length} · ${first?.textContent.replace(/\s+/g, " ").trim() ?? ""}`;
    })
    .catch((error) => {
      console.warn("palette unanswered", error);
      if (mine === paletteAsked) toast(document.body.dataset.failed, "bad");
    });
  return palettePending;
}

function stepOption(step) {
  const options = paletteOptions();
  const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (options.length) markOption(options[(at + step + options.length) % options.length]);
}

/* Enter waits for the answer to what was typed and opens its first hit, unless another was chosen. */
async function openHit(inNewTab) {
  const input = paletteNode("palette-q");
  const isStale = paletteShown !== input.value;
  if (paletteTimer || isStale) await (paletteTimer ? loadPalette() : palettePending);
  if (paletteShown !== input.value) return;
  const chosen = document.querySelector("#palette-list [aria-selected=true][href]");
  if (!chosen) return;
  const { dialog } = chosen.dataset;
  paletteNode("palette").close();
  if (dialog) openDialog(dialog);
  else if (inNewTab) window.open(chosen.href, "_blank", "noopener");
  else location.assign(chosen.href);
}

function paletteKey(event) {
  if (composing(event) || event.target.id !== "palette-q") return;
  if (event.key === "ArrowDown") stepOption(1);
  else if (event.key === "ArrowUp") stepOption(-1);
  else if (event.key === "Enter") openHit(event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function paletteInput(event) {
  if (event.target.id !== "palette-q" || event.isComposing) return;
  clearTimeout(paletteTimer);
  paletteTimer = setTimeout(loadPalette, 120);
}

document.addEventListener("keydown", paletteKey, true);
document.addEventListener("input", paletteInput);
document.addEventListener("compositionend", paletteInput);
document.addEventListener("click", (event) => {
  const node = event.target instanceof Element ? event.target : null;
  if (!node) return;
  if (node.id === "palette") node.close();
  if (node.closest("#palette-list [data-dialog]")) paletteNode("palette").close();
  const trigger = node.closest("[data-palette]");
  if (!trigger || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPalette(trigger.querySelector("input")?.value ?? "");
});
rememberRecord();
