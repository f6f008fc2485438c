// The editable table: rows by keyboard, whole blocks from Excel. Without this file every cell is still an input and
// 增加一行 a button of the form.
"use strict";

const squeezed = (text) => text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();

/** The value of the choice that a pasted word means: itself, its label, or the only label that contains it. */
function choiceFor(select, words) {
  const wanted = squeezed(words);
  if (wanted === "") return "";
  const choices = [...select.options].filter((option) => option.value !== "" || option.text === "否");
  const exact = choices.find((option) => squeezed(option.value) === wanted || squeezed(option.text) === wanted);
  if (exact) return exact.value;
  const near = choices.filter((option) => wanted.length > 1 && squeezed(option.text).includes(wanted));
  return near.length === 1 ? near[0].value : null;
}

class GridTable {
  constructor(table) {
    this.table = table;
    this.name = table.dataset.grid;
    this.body = table.tBodies[0];
    this.most = Number(table.dataset.most);
    this.blank = document.querySelector(`template[data-grid-row="${this.name}"]`);
    this.total = document.querySelector(`[data-grid-total="${this.name}"]`);
    this.says = document.querySelector(`[data-grid-says="${this.name}"]`);
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("paste", (event) => this.paste(event));
    document.querySelector(`[data-grid-add="${this.name}"]`)?.addEventListener("click", (event) => {
      event.preventDefault();
      this.focus(this.add(), 0);
    });
  }

  cells(row) {
    return [...row.querySelectorAll("td input:not([type=checkbox]), td select")];
  }

  say(words) {
    this.says.textContent = words;
  }

  add() {
    const number = this.body.rows.length;
    if (number >= this.most) {
      this.say(`最多 ${this.most} 行`);
      return null;
    }
    const row = this.blank.content.firstElementChild.cloneNode(true);
    for (const part of row.querySelectorAll("[name]")) {
      for (const name of ["name", "id", "aria-label"]) {
        const words = part.getAttribute(name);
        if (words) part.setAttribute(name, words.replace("__n__", number).replace("__no__", number + 1));
      }
    }
    row.cells[0].firstChild.textContent = String(number + 1);
    this.body.append(row);
    this.total.value = this.body.rows.length;
    return row;
  }

  focus(row, column) {
    const cell = row && this.cells(row)[column];
    cell?.focus();
    if (cell?.select) cell.select();
  }

  key(event) {
    const cell = event.target;
    const row = cell.closest("tr");
    if (!row || !this.body.contains(row)) return;
    const column = this.cells(row).indexOf(cell);
    const isChoice = cell.tagName === "SELECT";
    if (event.key === "Enter") {
      event.preventDefault(); // a row further, not the whole form
      if (event.ctrlKey) this.focus(this.add(), 0);
      else this.focus(row.nextElementSibling || this.add(), Math.max(column, 0));
    } else if (event.key === "ArrowDown" && (!isChoice || event.ctrlKey)) {
      event.preventDefault();
      this.focus(row.nextElementSibling, column);
    } else if (event.key === "ArrowUp" && (!isChoice || event.ctrlKey)) {
      event.preventDefault();
      this.focus(row.previousElementSibling, column);
    } else if (event.key === "Delete" && event.ctrlKey) {
      event.preventDefault();
      const box = row.querySelector("input[name$=-DELETE]");
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
      this.say(box.checked ? "本行已标记删除，保存后生效" : "已取消删除本行");
    }
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain") || "";
    const start = event.target.closest("tr");
    const from = start ? this.cells(start).indexOf(event.target) : -1;
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
    if (from < 0 || (lines.length < 2 && !text.includes("\t"))) return;
    event.preventDefault();
    let row = start;
    let filled = 0;
    const unknown = [];
    for (const line of lines) {
      if (!row) break;
      const cells = this.cells(row);
      line.split("\t").forEach((words, n) => {
        const cell = cells[from + n];
        if (!cell) return;
        if (cell.tagName === "SELECT") {
          const value = choiceFor(cell, words);
          if (value === null) {
            unknown.push(`${cell.getAttribute("aria-label")}“${words.trim()}”`);
            cell.add(new Option(`${words.trim()}（不在清单中）`, words.trim(), true, true)); // the server will ask for it
          } else cell.value = value;
        } else cell.value = words.trim();
      });
      filled += 1;
      row = filled < lines.length ? row.nextElementSibling || this.add() : row;
    }
    this.table.dispatchEvent(new Event("input", { bubbles: true }));
    const strange = unknown.length ? `；${unknown.length} 处不在清单中：${unknown.slice(0, 5).join("、")}` : "";
    this.say(`已粘贴 ${filled} 行${filled < lines.length ? `，超出 ${this.most} 行的没有粘贴` : ""}${strange}`);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("[data-grid]")) new GridTable(table);
});
