/* Rows pasted from a spreadsheet into the line grid: placed by headings or visible order, each cell read as its kind,
   what cannot be read marked where it stands, names resolved in one request for each table. Ctrl Z takes all of it back.
   Whether the lines are right is the server's to say when they are saved. */
"use strict";

/* Tab-separated text as spreadsheets copy it: a cell with a tab, a line end or a quote in it stands in quotes. */
function sheetRows(text) {
  const rows = [[]];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') (cell += '"'), (at += 1);
      else isQuoted = false;
    } else if (char === '"' && cell === "") isQuoted = true;
    else if (char === "\t") rows.at(-1).push(cell), (cell = "");
    else if (char === "\n") rows.at(-1).push(cell), (cell = ""), rows.push([]);
    else if (char !== "\r") cell += char;
  }
  rows.at(-1).push(cell);
  if (rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
  return rows;
}

const halfWidth = (text) => text.replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, " ");

function readDay(text) {
  const parts = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(halfWidth(text).trim());
  if (!parts) return null;
  const [year, month, day] = parts.slice(1).map(Number);
  const made = new Date(Date.UTC(year, month - 1, day));
  const isDay = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  return isDay ? made.toISOString().slice(0, 10) : null;
}

function readNumber(text, isWhole) {
  const plain = halfWidth(text).trim().replace(/^(-?\d{1,3})((?:,\d{3})+)(?=\.|$)/, (all) => all.replaceAll(",", ""));
  return (isWhole ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/).test(plain) ? plain : null;
}

const YES = new Set(["是", "√", "✓", "1", "y", "yes", "true"]);
const NO = new Set(["否", "×", "0", "n", "no", "false", ""]);

/* Puts a text into a cell as its kind reads it; the name of what is wrong, or nothing. What cannot be read stays as it
   was pasted where the field can show it. */
function fillCell(cell, text) {
  const value = text.trim();
  if (cell.matches("[type=checkbox]")) {
    if (!YES.has(value.toLowerCase()) && !NO.has(value.toLowerCase())) return "option";
    cell.checked = YES.has(value.toLowerCase());
    return "";
  }
  if (cell.matches("select")) {
    const options = [...cell.options];
    const whole = options.filter((each) => each.value === value || each.textContent.trim() === value);
    const named = options.filter((each) => each.textContent.split(" · ").some((part) => part.trim() === value));
    const found = (whole.length ? whole : named).filter((each) => !each.disabled);
    cell.value = found.length === 1 ? found[0].value : "";
    return !value || found.length === 1 ? "" : found.length ? "ambiguous" : "option";
  }
  if (cell.matches("[type=date]")) {
    const day = value && readDay(value);
    cell.value = day || "";
    return value && !day ? "day" : "";
  }
  if (cell.matches("[inputmode=decimal], [inputmode=numeric]") && value) {
    const number = readNumber(value, cell.matches("[inputmode=numeric]"));
    cell.value = number ?? value;
    return number === null ? "number" : "";
  }
  cell.value = value;
  return cell.maxLength > 0 && value.length > cell.maxLength ? "long" : "";
}

function markCell(grid, cell, what, text) {
  const words = grid.dataset[`bad${what[0].toUpperCase()}${what.slice(1)}`].replace("{text}", text.trim().slice(0, 40));
  const note = document.createElement("p");
  note.className = "err";
  note.dataset.pasted = "";
  note.textContent = words;
  cell.closest("td").classList.add("bad");
  cell.closest("td").append(note);
  cell.setAttribute("aria-invalid", "true");
}

/* The rows that codes and names mean, asked for all cells of one table at once. */
async function resolveNames(grid, pickers) {
  const byTable = Map.groupBy ? Map.groupBy(pickers, (each) => each.url) : new Map();
  if (!Map.groupBy) for (const each of pickers) byTable.set(each.url, [...(byTable.get(each.url) ?? []), each]);
  let bad = 0;
  for (const [url, cells] of byTable) {
    const body = new FormData();
    for (const text of new Set(cells.map((each) => each.text))) body.append("text", text);
    const token = grid.closest("form").elements.namedItem("csrfmiddlewaretoken").value;
    const answer = await fetch(`${url}/named`, { method: "POST", body, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
    if (!answer.ok) {
      toast(document.body.dataset.failed, "bad");
      return bad;
    }
    const named = (await answer.json()).named;
    for (const { cell, text } of cells) {
      const found = named[text];
      const hidden = cell.closest(".m-picker").querySelector("input[type=hidden]");
      hidden.value = found?.id ?? "";
      if (found?.id) cell.value = found.label;
      else markCell(grid, cell, found ? "ambiguous" : "missing", text), (bad += 1);
    }
  }
  return bad;
}

/* The places of pasted columns: by the grid's headings where the first line holds two of them or nothing else, columns
   the grid does not have being left out; else null, and they stand in the order they were pasted. */
function placesOf(data, first) {
  const bare = (text) => text.replace(/[*\s]/g, "");
  const names = [...data.$root.querySelectorAll("thead th")].map((head) => bare(head.textContent));
  const cells = data.cells(data.rows[0]);
  const shown = cells.map((cell) => [...cell.closest("tr").children].indexOf(cell.closest("td")));
  const places = first.map((name) => (bare(name) ? shown.indexOf(names.indexOf(bare(name))) : -1));
  const known = places.filter((place) => place >= 0).length;
  return first.length > 1 && (known === first.length || known > 1) ? places : null;
}

async function pasteRows(data, target, text) {
  const grid = data.$root;
  const { at, index } = data.place(target);
  const sheet = sheetRows(text);
  const places = placesOf(data, sheet[0]);
  const lines = sheet.slice(places ? 1 : 0).filter((line) => line.some((value) => value.trim() !== ""));
  const room = Number(grid.dataset.max) - index;
  data.addMany(Math.min(lines.length, room) - (data.rows.length - index));
  const rows = data.rows.slice(index);
  const pickers = [];
  let bad = 0;
  lines.slice(0, room).forEach((line, below) => {
    const cells = data.cells(rows[below]);
    line.forEach((value, right) => {
      const place = places ? places[right] : at + right;
      const cell = place < 0 ? undefined : cells[place];
      if (!cell) return;
      unmarkCell(cell);
      const wrong = fillCell(cell, value);
      if (wrong) markCell(grid, cell, wrong, value), (bad += 1);
      const picker = cell.closest(".m-picker");
      if (!picker) return;
      picker.querySelector("input[type=hidden]").value = "";
      if (value.trim()) pickers.push({ url: picker.dataset.url, cell, text: value.trim() });
    });
  });
  data.renumber();
  bad += await resolveNames(grid, pickers);
  data.renumber();
  const words = grid.dataset.pastedRows.replace("{rows}", String(Math.min(lines.length, room))).replace("{bad}", String(bad));
  const over = lines.length > room ? ` ${grid.dataset.pastedOver.replace("{n}", String(lines.length - room))}` : "";
  const bar = grid.querySelector("[data-paste-bar]");
  bar.hidden = false;
  bar.classList.toggle("bad", bad > 0 || over !== "");
  bar.querySelector("span").textContent = words + over;
  bar.querySelector("[data-paste-next]").hidden = bad === 0;
}

/* From one marked cell to the next, around. */
function nextMarked(grid) {
  const marked = [...grid.querySelectorAll("td:has(> [data-pasted])")].map((box) => box.querySelector("input:not([type=hidden]), select, textarea"));
  const here = marked.indexOf(document.activeElement);
  const next = marked[(here + 1) % marked.length];
  next?.focus();
  next?.scrollIntoView({ block: "center" });
}
