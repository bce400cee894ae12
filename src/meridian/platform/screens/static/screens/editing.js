/* Editing: the form's unsaved count, the reference picker, the line grid. Amounts and rules are the server's. */
"use strict";

const ignored = (event) => event.isComposing || event.keyCode === 229;

/* ---------- reference picker ---------- */

function pickerData() {
  return {
    asked: 0,
    timer: 0,
    get text() {
      return this.$root.querySelector("[role=combobox]");
    },
    get list() {
      return this.$root.querySelector("[role=listbox]");
    },
    get options() {
      return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
    },
    onInput(event) {
      if (event.target !== this.text) return;
      this.choose("", null);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(), 150);
    },
    choose(value, text) {
      const hidden = this.$root.querySelector("input[type=hidden]");
      hidden.value = value;
      if (text !== null) this.text.value = text;
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    },
    async load() {
      const mine = ++this.asked;
      const url = new URL(this.$root.dataset.url, location.origin);
      url.searchParams.set("q", this.text.value);
      const answer = await fetch(url, { headers: { "HX-Request": "true" } });
      const html = await answer.text();
      if (mine !== this.asked || !answer.ok || !this.$root.contains(document.activeElement)) return;
      this.list.innerHTML = html;
      this.list.querySelectorAll("[role=option]").forEach((option, at) => (option.id = `${this.text.id}-o${at}`));
      this.show(true);
    },
    show(open) {
      this.list.hidden = !open;
      this.text.setAttribute("aria-expanded", String(open));
      this.mark(open ? this.options[0] : undefined);
    },
    mark(option) {
      for (const each of this.options) each.setAttribute("aria-selected", String(each === option));
      if (option) {
        this.text.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else this.text.removeAttribute("aria-activedescendant");
    },
    take(option) {
      clearTimeout(this.timer);
      this.asked += 1;
      this.choose(option.dataset.value, option.dataset.text);
      this.show(false);
    },
    onKey(event) {
      if (ignored(event) || event.target !== this.text) return;
      if (event.key === "F4" || (event.key === "ArrowDown" && this.list.hidden)) {
        this.load();
      } else if (this.list.hidden) {
        return;
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const at = this.options.findIndex((each) => each.getAttribute("aria-selected") === "true");
        this.mark(this.options[(at + (event.key === "ArrowDown" ? 1 : -1) + this.options.length) % this.options.length]);
      } else if (event.key === "Enter") {
        const option = this.options.find((each) => each.getAttribute("aria-selected") === "true");
        if (option) this.take(option);
      } else if (event.key === "Escape") {
        this.show(false);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
    onClick(event) {
      const option = event.target.closest("[role=option]:not([aria-disabled])");
      if (option) this.take(option);
    },
    onLeave() {
      setTimeout(() => {
        if (!this.$root.contains(document.activeElement)) this.show(false);
      }, 160);
    },
  };
}

/* ---------- line grid ---------- */

const CELL = "input:not([type=hidden]), select, textarea";

const UNDO_KEPT = 30;

function gridData() {
  return {
    past: [],
    typedFrom: "",
    init() {
      this.$root.addEventListener("focusin", (event) => (this.typedFrom = event.target.value));
      this.$root.addEventListener("input", (event) => unmarkCell(event.target));
      this.$root.addEventListener("change", (event) => event.target.matches(CELL) && unmarkCell(event.target));
    },
    /* What stands in the grid before a change of more than one cell's text, so that Ctrl Z brings it back. */
    remember() {
      const rows = [...this.body.children].map((row) => ({ row, values: [...row.querySelectorAll("[name]")].map((field) => (field.type === "checkbox" ? field.checked : field.value)) }));
      this.past = [...this.past, rows].slice(-UNDO_KEPT);
    },
    undo() {
      const rows = this.past.pop();
      if (!rows) return false;
      this.body.replaceChildren(...rows.map(({ row }) => row));
      for (const { row, values } of rows) {
        [...row.querySelectorAll("[name]")].forEach((field, at) => (field[field.type === "checkbox" ? "checked" : "value"] = values[at]));
        row.querySelectorAll("[data-pasted]").forEach((note) => unmarkCell(note));
      }
      this.renumber();
      this.$root.querySelector("[data-paste-bar]").hidden = true;
      (this.rows.at(-1)?.querySelector(CELL) ?? this.$root.querySelector("[data-add]")).focus();
      return true;
    },
    isBlank(row) {
      return this.cells(row).every((cell) => cell.value === "" || cell.matches("select, [type=checkbox]"));
    },
    get body() {
      return this.$root.querySelector("tbody");
    },
    get rows() {
      return [...this.body.querySelectorAll("tr:not(.err-row)")];
    },
    cells(row) {
      return [...row.querySelectorAll(CELL)];
    },
    place(target) {
      const row = target.closest("tr");
      return { row, at: this.cells(row).indexOf(target), index: this.rows.indexOf(row) };
    },
    add() {
      return this.addMany(1);
    },
    /* Further rows at the end, as far as there is room; the last of them. */
    addMany(count) {
      const room = Math.min(count, Number(this.$root.dataset.max) - this.rows.length);
      if (room < 1) return null;
      const used = this.rows.map((row) => Number(row.querySelector("[name]").name.split("-")[1]));
      const first = Math.max(-1, ...used) + 1;
      const html = this.$root.querySelector("template").innerHTML;
      const holder = document.createElement("tbody");
      holder.innerHTML = Array.from({ length: room }, (_each, at) => html.replaceAll("__index__", String(first + at))).join("");
      const rows = [...holder.children];
      this.body.append(...rows);
      this.renumber();
      return rows.at(-1);
    },
    renumber() {
      this.rows.forEach((row, at) => (row.querySelector("[data-seq]").textContent = String(at + 1)));
      this.$root.querySelector("[data-line-count]").textContent = String(this.rows.length);
      this.$root.dispatchEvent(new Event("change", { bubbles: true }));
    },
    remove(row) {
      this.remember();
      const next = row.nextElementSibling ?? row.previousElementSibling;
      if (row.nextElementSibling?.classList.contains("err-row")) row.nextElementSibling.remove();
      row.remove();
      this.renumber();
      (next?.querySelector(CELL) ?? this.$root.querySelector("[data-add]")).focus();
    },
    down(target) {
      const { at, index } = this.place(target);
      const below = this.rows[index + 1];
      const row = below ?? this.add();
      if (row) this.cells(row)[below ? at : 0]?.focus();
    },
    copyAbove(target) {
      const { row, at, index } = this.place(target);
      if (index < 1) return;
      this.remember();
      const above = this.cells(this.rows[index - 1])[at];
      target.value = above.value;
      const hidden = row.contains(target) && target.closest(".m-picker")?.querySelector("input[type=hidden]");
      if (hidden) hidden.value = above.closest(".m-picker").querySelector("input[type=hidden]").value;
      target.dispatchEvent(new Event("change", { bubbles: true }));
    },
    move(target, step) {
      const { row, index } = this.place(target);
      const other = this.rows[index + step];
      if (!other) return;
      this.remember();
      if (step < 0) other.before(row);
      else other.after(row);
      this.renumber();
      target.focus();
    },
    onKey(event) {
      const target = event.target;
      if (ignored(event) || event.defaultPrevented || !target.matches(CELL)) return;
      const ctrl = event.ctrlKey || event.metaKey;
      if (event.key === "Enter" && !ctrl && !event.altKey) this.down(target);
      else if (ctrl && event.key === "Delete") this.remove(target.closest("tr"));
      else if (ctrl && event.key.toLowerCase() === "d") this.copyAbove(target);
      else if (event.altKey && event.key === "ArrowDown") this.move(target, 1);
      else if (event.altKey && event.key === "ArrowUp") this.move(target, -1);
      else if (ctrl && event.key.toLowerCase() === "z" && target.value === this.typedFrom && this.undo()) this.typedFrom = document.activeElement.value;
      else if (event.key === "Tab" && !event.shiftKey && this.isEnd(target)) this.down(target);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    /* Past the last cell of a row that holds something Tab begins the next; past an empty one it leaves the grid. */
    isEnd(target) {
      const row = this.rows.at(-1);
      return row === target.closest("tr") && this.cells(row).at(-1) === target && !this.isBlank(row);
    },
    onClick(event) {
      if (event.target.closest("[data-add]")) this.cells(this.add() ?? this.rows.at(-1))[0]?.focus();
      if (event.target.closest("[data-paste-next]")) nextMarked(this.$root);
      if (event.target.closest("[data-paste-undo]")) this.undo();
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button.closest("tr"));
    },
    onPaste(event) {
      const text = event.clipboardData.getData("text/plain");
      if (!event.target.matches(CELL) || !/[\t\n]/.test(text)) return;
      event.preventDefault();
      this.remember();
      const target = event.target;
      withPaste().then(() => pasteRows(this, target, text));
    },
  };
}

function unmarkCell(cell) {
  const box = cell.closest("td");
  const note = box?.querySelector("[data-pasted]");
  if (!note) return;
  note.remove();
  box.classList.remove("bad");
  cell.removeAttribute("aria-invalid");
}

/* What reads a spreadsheet's rows comes with the first of them: most forms never see one. */
let pasteLoaded;
function withPaste() {
  pasteLoaded ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-paste]").dataset.paste;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return pasteLoaded;
}

/* ---------- form ---------- */

function formData() {
  return {
    before: "",
    saving: false,
    leaving: null,
    init() {
      this.before = this.state();
      this.$root.addEventListener("input", () => this.count());
      this.$root.addEventListener("change", () => this.count());
      this.$root.addEventListener("submit", () => (this.saving = true));
      this.$root.addEventListener("htmx:afterRequest", (event) => (this.saving = event.detail.successful));
      this.leaving = (event) => {
        if (!this.saving && ("unsaved" in this.$root.dataset || this.changes() > 0)) event.preventDefault();
      };
      window.addEventListener("beforeunload", this.leaving);
    },
    destroy() {
      window.removeEventListener("beforeunload", this.leaving);
    },
    state() {
      return JSON.stringify([...new FormData(this.$root)].filter(([name]) => !name.endsWith("__text")).map(([name, value]) => [name, String(value)]));
    },
    changes() {
      const before = new Map(JSON.parse(this.before));
      const now = new Map(JSON.parse(this.state()));
      let count = 0;
      for (const [name, value] of now) if (before.get(name) !== value) count += 1;
      for (const name of before.keys()) if (!now.has(name)) count += 1;
      return count;
    },
    count() {
      const changed = this.changes();
      const badge = this.$root.querySelector("[data-dirty-count]");
      badge.hidden = changed === 0;
      document.dispatchEvent(new CustomEvent("unsaved", { detail: changed }));
      badge.textContent = this.$root.dataset.dirty.replace("{count}", String(changed));
      const governed = [...this.$root.querySelectorAll("[data-governed]")].some((field) => field.value !== field.dataset.original);
      const reason = this.$root.querySelector("[name=reason]");
      if (reason) reason.required = governed;
    },
  };
}

document.addEventListener("alpine:init", () => {
  Alpine.data("picker", pickerData);
  Alpine.data("lineGrid", gridData);
  Alpine.data("editForm", formData);
});
