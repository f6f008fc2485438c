// A draft saves itself: some 20 seconds after something was typed, and when the field is left. The form works without.
"use strict";

class Autosave {
  constructor(form) {
    this.form = form;
    this.says = form.querySelector("[data-autosave-says]");
    this.changed = false;
    this.busy = false;
    for (const kind of ["input", "change"]) form.addEventListener(kind, (event) => this.touched(event));
    form.addEventListener("focusout", () => this.soon(2000));
    form.addEventListener("submit", () => (this.sent = true));
    setInterval(() => this.save(), Number(form.dataset.autosave) || 20000);
  }

  touched(event) {
    if (event.target.type === "file") return; // files go with the save by hand
    this.changed = true;
  }

  soon(delay) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.save(), delay);
  }

  /** The rows that the server will keep, in the order in which it numbers them. */
  keptRows() {
    return [...this.form.querySelectorAll("[data-grid] tbody tr")].filter((row) => {
      if (row.querySelector("input[name$=-DELETE]").checked) return false;
      return [...row.querySelectorAll("input:not([type=checkbox]), select")].some((cell) => cell.value.trim() !== "");
    });
  }

  async save() {
    if (!this.changed || this.busy || this.sent) return;
    this.changed = false;
    this.busy = true;
    const rows = this.keptRows();
    const data = new FormData(this.form);
    data.delete("request_key");
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const address = this.form.getAttribute("action") || location.href;
      const answer = await fetch(address, { method: "POST", body: data, headers: { "X-Autosave": "1" } });
      if (answer.status === 204) this.kept(answer, rows);
      else if (answer.status === 409) this.say("未自动保存：方案已被他人修改或不能再修改。您填写的内容还在本页，按保存后可逐项选择。");
      else if (answer.status === 422) this.say("还有未填完或无法识别的内容，尚未自动保存。");
      else this.retry();
    } catch {
      this.retry();
    }
    this.busy = false;
  }

  kept(answer, rows) {
    this.form.querySelector("[name=revision]").value = answer.headers.get("X-Revision");
    const ids = (answer.headers.get("X-Row-Ids") || "").split(",").filter(Boolean);
    if (ids.length === rows.length) rows.forEach((row, n) => (row.querySelector("input[name$=-id]").value = ids[n]));
    const known = this.form.querySelector("[name=known]");
    if (known) known.value = ids.join(",");
    const removed = this.form.querySelectorAll("[data-grid] input[name$=-DELETE]:checked");
    for (const box of removed) box.closest("tr").querySelector("input[name$=-id]").value = ""; // gone already
    const now = new Date();
    this.say(`已自动保存 ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`);
  }

  retry() {
    this.changed = true;
    this.say("暂时无法自动保存，稍后再试；请勿关闭页面。");
  }

  say(words) {
    this.says.textContent = words;
  }
}

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) if (form.querySelector("[data-autosave-says]")) new Autosave(form);
});
