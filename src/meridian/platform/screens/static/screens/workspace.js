/* What spans all pages: the command palette, the lists' keys, the tabs. Of what is found the server says what and in which order; this only asks, marks and opens. */
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

/* ---------- lists: selection, quick look, columns ---------- */

const rowBoxes = () => [...document.querySelectorAll("#list tbody .m-check[form=batch]")];
const currentRow = () => document.querySelector("#list tr.at[data-url]");
let lastSelected = -1;

function showSelection() {
  const boxes = rowBoxes();
  const chosen = boxes.filter((box) => box.checked).length;
  const count = document.querySelector("[data-selected]");
  const every = document.querySelector("[data-select-all]");
  if (isAllSelected() && chosen < boxes.length) document.getElementById("batch").removeAttribute("data-all");
  if (count) count.textContent = isAllSelected() ? every.dataset.count : String(chosen);
  if (every) every.hidden = isAllSelected() || chosen < boxes.length;
  const page = document.querySelector("[data-select-page]");
  if (page) {
    page.checked = chosen > 0 && chosen === boxes.length;
    page.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  if (chosen) announce(`${count?.previousSibling?.textContent ?? ""}${chosen}`);
}

function selectTo(at, isRange, isOn) {
  const boxes = rowBoxes();
  const from = isRange && lastSelected >= 0 ? Math.min(lastSelected, at) : at;
  const to = isRange && lastSelected >= 0 ? Math.max(lastSelected, at) : at;
  for (const box of boxes.slice(from, to + 1)) box.checked = isOn;
  lastSelected = at;
  showSelection();
}

/* Every record the list finds, on other pages too: what is sent then is the list's address instead of ids. */
const isAllSelected = () => document.getElementById("batch")?.hasAttribute("data-all") ?? false;

function selectAll(isOn) {
  document.getElementById("batch")?.toggleAttribute("data-all", isOn);
  showSelection();
}

document.addEventListener("formdata", (event) => {
  if (event.target.getAttribute("id") === "batch" && isAllSelected()) event.formData.delete("id");
});

function selectRow(isRange) {
  const box = currentRow()?.querySelector(".m-check");
  if (!box) return false;
  selectTo(rowBoxes().indexOf(box), isRange, isRange || !box.checked);
  return true;
}

function selectPage() {
  const boxes = rowBoxes();
  if (boxes.length === 0) return false;
  const isOn = boxes.some((box) => !box.checked);
  const every = document.querySelector("[data-select-all]");
  if (!isOn && every && !isAllSelected()) return selectAll(true), true;
  selectAll(false);
  for (const box of boxes) box.checked = isOn;
  showSelection();
  return true;
}

/* The facts, gate and lines of a record without leaving the list: its own page, shown in part. */
async function showLook(url) {
  const answer = await fetch(url);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = page.querySelectorAll("#main .m-head h1, #main .m-facts, #main #gate, #main #sections");
  if (!answer.ok || parts.length === 0) return location.assign(url);
  const dialog = document.createElement("dialog");
  dialog.className = "m-dlg m-look";
  dialog.setAttribute("aria-labelledby", "look-h");
  const body = document.createElement("div");
  body.className = "bd";
  const head = document.createElement("header");
  const title = document.createElement("h2");
  title.id = "look-h";
  const open = document.createElement("a");
  open.href = url;
  open.textContent = parts[0].textContent.replace(/\s+/g, " ").trim();
  title.append(open);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "m-ib m-end";
  close.dataset.close = "";
  close.setAttribute("aria-label", document.body.dataset.dismiss);
  close.textContent = "×";
  head.append(title, close);
  for (const part of [...parts].slice(1)) {
    const copy = document.importNode(part, true);
    copy.removeAttribute("id");
    for (const inner of copy.querySelectorAll("[id]")) inner.removeAttribute("id");
    body.append(copy);
  }
  dialog.append(head, body);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("a, button, summary")) return;
    event.preventDefault();
    dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  open.focus();
}

function quickLook() {
  const row = currentRow();
  if (!row || !document.getElementById("batch")) return false;
  showLook(row.dataset.url);
  return true;
}

document.addEventListener("click", (event) => {
  const node = event.target instanceof Element ? event.target : null;
  const box = node?.closest("#list tbody .m-check[form=batch]");
  if (box) selectTo(rowBoxes().indexOf(box), event.shiftKey, box.checked);
  if (node?.closest("[data-select-page]")) {
    for (const each of rowBoxes()) each.checked = node.checked;
    showSelection();
  }
  if (node?.closest("[data-select-all]")) selectAll(true);
  if (node?.closest("[data-unselect]")) {
    for (const each of rowBoxes()) each.checked = false;
    showSelection();
  }
  const mover = node?.closest("[data-columns] [data-up], [data-columns] [data-down]");
  if (!mover) return;
  const item = mover.closest("li");
  if ("up" in mover.dataset && item.previousElementSibling?.previousElementSibling) item.previousElementSibling.before(item);
  else if ("down" in mover.dataset) item.nextElementSibling?.after(item);
  mover.focus();
});
/* Columns pinned beside the number stand one after the other: how wide they are is known here alone. */
function placePinned() {
  const heads = [...document.querySelectorAll("#list thead th")];
  let left = 0;
  heads.forEach((head, at) => {
    if (!head.classList.contains("pin")) return;
    for (const cell of document.querySelectorAll(`#list tr > :nth-child(${at + 1})`)) cell.style.left = `${left}px`;
    left += head.offsetWidth;
  });
}

document.addEventListener("htmx:afterSettle", () => {
  lastSelected = -1;
  placePinned();
  showSelection();
});
window.addEventListener("pageshow", showSelection);
window.addEventListener("resize", placePinned);
placePinned();
rememberRecord();

/* ---------- from one record of a list to the next: the rows of the list it was opened from ---------- */

const TRAIL = "record trail";

function keepTrail() {
  const rows = [...document.querySelectorAll("#list tr[data-url]")].map((row) => pathOf(row.dataset.url));
  if (rows.length) sessionStorage.setItem(TRAIL, JSON.stringify(rows));
}

function showTrail() {
  const pager = document.querySelector("[data-record-pager]");
  const rows = JSON.parse(sessionStorage.getItem(TRAIL) ?? "[]");
  const at = rows.indexOf(location.pathname);
  if (!pager || at < 0) return;
  pager.hidden = false;
  pager.querySelector(".m-num").textContent = `${at + 1} / ${rows.length}`;
  for (const [name, url] of [["previous", rows[at - 1]], ["next", rows[at + 1]]]) {
    const link = pager.querySelector(`[data-${name}]`);
    if (url) link.href = url;
    else link.classList.add("off");
    if (!url) link.removeAttribute("data-key");
  }
}

addEventListener("pagehide", keepTrail);
showTrail();

/* ---------- tabs: pages opened in this window, kept in sessionStorage ---------- */

const TABS_KEPT = 12;
/* Whoever signs in next in this window does not see what the one before had open. */
const tabsKey = () => `tabs ${document.querySelector(".m-tabs")?.dataset.user ?? ""}`;

function readTabs() {
  try {
    return JSON.parse(sessionStorage.getItem(tabsKey()) ?? "[]").filter((tab) => tab.url && tab.title);
  } catch (error) {
    console.warn("tabs unreadable, starting anew", error);
    return [];
  }
}

const keepTabs = (tabs) => sessionStorage.setItem(tabsKey(), JSON.stringify(tabs));
const pathOf = (url) => new URL(url, location.origin).pathname;
const isHere = (tab) => pathOf(tab.url) === location.pathname;

/* Pinned ones stand first; of more than are kept the one opened first goes, unless it is pinned or open now. */
function ordered(tabs) {
  const kept = [...tabs.filter((tab) => tab.pinned), ...tabs.filter((tab) => !tab.pinned)];
  while (kept.length > TABS_KEPT) {
    const oldest = kept.findIndex((tab) => !tab.pinned && !isHere(tab));
    kept.splice(oldest < 0 ? 0 : oldest, 1);
  }
  return kept;
}

function tabNode(tab, closeLabel) {
  const item = document.createElement("span");
  item.className = ["tab", isHere(tab) ? "on" : "", tab.pinned ? "fixed" : ""].filter(Boolean).join(" ");
  item.dataset.url = tab.url;
  const link = document.createElement("a");
  link.href = tab.url;
  link.textContent = tab.title;
  link.title = tab.title;
  if (isHere(tab)) link.setAttribute("aria-current", "page");
  item.append(link);
  if (tab.pinned) return item;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.url = tab.url;
  close.setAttribute("aria-label", `${closeLabel} ${tab.title}`);
  close.textContent = "×";
  item.append(close);
  return item;
}

/* The form of the open page has unsaved changes: its tab shows a dot, and leaving it asks (editing.js). */
document.addEventListener("unsaved", (event) => {
  document.querySelector(".m-tabs .tab.on")?.classList.toggle("dirty", event.detail > 0);
});

document.addEventListener("alpine:init", () => {
  Alpine.data("tabs", () => ({
    init() {
      const heading = document.querySelector("h1")?.textContent.replace(/\s+/g, " ").trim();
      const tabs = readTabs();
      const mine = tabs.find(isHere);
      const url = location.pathname + location.search;
      const isSwitch = performance.getEntriesByType("navigation")[0]?.type === "navigate";
      if (mine) Object.assign(mine, { url, title: heading || mine.title });
      else if (location.pathname !== "/" && heading) tabs.push({ url, title: heading });
      this.write(tabs);
      if (mine && isSwitch && !location.hash && mine.scroll) scrollTo(0, mine.scroll);
      this.listen();
    },
    listen() {
      const bar = this.$root;
      bar.addEventListener("click", (event) => {
        const button = event.target.closest("button[data-url]");
        if (button) this.close((tab) => tab.url === button.dataset.url);
      });
      bar.addEventListener("auxclick", (event) => {
        const item = event.target.closest(".tab");
        if (event.button !== 1 || !item || event.target.closest("a")) return;
        this.close((tab) => tab.url === item.dataset.url);
      });
      bar.addEventListener("contextmenu", (event) => {
        const item = event.target.closest(".tab");
        if (!item) return;
        event.preventDefault();
        this.openMenu(item);
      });
      addEventListener("pagehide", () => this.keepPlace());
      document.addEventListener("htmx:pushedIntoHistory", () => this.keepPlace());
    },
    keepPlace() {
      const tabs = readTabs();
      const mine = tabs.find(isHere);
      if (!mine) return;
      Object.assign(mine, { url: location.pathname + location.search, scroll: Math.round(scrollY) });
      keepTabs(tabs);
    },
    write(tabs) {
      const kept = ordered(tabs);
      keepTabs(kept);
      const isDirty = this.$root.querySelector(".tab.on.dirty") !== null;
      this.$root.querySelectorAll(".tab").forEach((item) => item.remove());
      for (const tab of kept) this.$root.append(tabNode(tab, this.$root.dataset.close));
      this.$root.querySelector("[data-pinned]").classList.toggle("on", location.pathname === "/");
      this.$root.querySelector(".on")?.scrollIntoView({ block: "nearest" });
      if (isDirty) this.$root.querySelector(".tab.on")?.classList.add("dirty");
    },
    close(isChosen) {
      const tabs = readTabs();
      const at = tabs.findIndex(isHere);
      const left = tabs.filter((tab) => tab.pinned || !isChosen(tab));
      const isLeaving = at >= 0 && !left.some(isHere);
      if (!isLeaving) return this.write(left);
      const next = tabs.slice(0, at).reverse().concat(tabs.slice(at + 1)).find((tab) => left.includes(tab));
      const onLeave = () => keepTabs(left); // only once the page may really be left: unsaved changes ask first
      addEventListener("pagehide", onLeave, { once: true });
      location.assign(next?.url ?? "/");
      setTimeout(() => removeEventListener("pagehide", onLeave), 1000);
    },
    openMenu(item) {
      document.getElementById("tab-menu")?.remove();
      const menu = document.getElementById("tab-menu-template").content.firstElementChild.cloneNode(true);
      const tabs = readTabs();
      const at = tabs.findIndex((tab) => tab.url === item.dataset.url);
      menu.querySelector("[data-do=pin]").textContent = menu.dataset[tabs[at]?.pinned ? "unpin" : "pin"];
      this.$root.append(menu);
      const { left, bottom } = item.getBoundingClientRect();
      menu.style.left = `${Math.min(left, innerWidth - menu.offsetWidth - 8)}px`;
      menu.style.top = `${bottom + 2}px`;
      const buttons = [...menu.querySelectorAll("button")];
      const done = () => {
        menu.remove();
        removeEventListener("pointerdown", away, true);
      };
      const away = (event) => menu.contains(event.target) || done();
      addEventListener("pointerdown", away, true);
      menu.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        done();
        this.act(button.dataset.do, tabs, at);
      });
      menu.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape" || event.key === "Tab") {
          done();
          item.querySelector("a").focus();
        } else if (step) buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
      buttons[0].focus();
    },
    act(what, tabs, at) {
      const { url } = tabs[at];
      if (what === "others") this.close((tab) => tab.url !== url);
      else if (what === "right") this.close((tab) => tabs.findIndex((each) => each.url === tab.url) > at);
      else if (what === "copy") navigator.clipboard?.writeText(new URL(url, location.origin).href);
      else {
        tabs[at].pinned = !tabs[at].pinned;
        this.write(tabs);
      }
      this.$root.querySelector(`.tab[data-url="${CSS.escape(url)}"] a`)?.focus();
    },
  }));
});
