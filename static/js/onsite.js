// Photographs on the spot: shrunk and digested on the device, kept there (IndexedDB) until the portal has them.
// Without this file the form sends one photograph the plain way.
"use strict";

const LONGEST = 1600; // pixels: enough to read a sign, some 300 kB
const STORE = "photos";

/** A small promise around IndexedDB: one store, rows {key, path, blob, name, sha256, taken_at, …}. */
class Drafts {
  static async open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("onsite", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
      asked.onsuccess = () => resolve(new Drafts(asked.result));
      asked.onerror = () => reject(asked.error);
    });
  }

  constructor(database) {
    this.database = database;
  }

  run(mode, deed) {
    return new Promise((resolve, reject) => {
      const asked = deed(this.database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  put(row) {
    return this.run("readwrite", (store) => store.put(row));
  }

  drop(key) {
    return this.run("readwrite", (store) => store.delete(key));
  }

  async of(path) {
    const rows = await this.run("readonly", (store) => store.getAll());
    return rows.filter((row) => row.path === path).sort((a, b) => a.taken_at.localeCompare(b.taken_at));
  }
}

/** The photograph as a JPEG of at most LONGEST pixels; what the browser cannot draw goes as it is. */
async function shrunk(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const ratio = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * ratio));
    canvas.height = Math.max(1, Math.round(image.height * ratio));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob ? { blob, name: file.name.replace(/\.[^.]*$/, "") + ".jpg" } : { blob: file, name: file.name };
  } catch {
    return { blob: file, name: file.name };
  }
}

async function digest(blob) {
  if (!crypto.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Where the device is, if its owner allows; nobody waits for it longer than eight seconds. */
function place() {
  if (!navigator.geolocation) return Promise.resolve({});
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve({}), 8000);
    const found = ({ coords }) => {
      clearTimeout(late);
      resolve({ latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) });
    };
    navigator.geolocation.getCurrentPosition(found, () => resolve({}), { timeout: 7000, maximumAge: 60000 });
  });
}

class OnSite {
  constructor(form, drafts) {
    this.form = form;
    this.drafts = drafts;
    this.path = location.pathname;
    this.section = document.querySelector("[data-onsite-waiting]");
    this.list = document.querySelector("[data-onsite-list]");
    form.addEventListener("submit", (event) => this.keep(event));
    document.querySelector("[data-onsite-send]").addEventListener("click", () => this.send());
    addEventListener("online", () => this.send());
    setInterval(() => this.send(), 15000);
    this.show().then(() => this.send());
  }

  say(words) {
    this.form.querySelector("[data-onsite-says]").textContent = words;
  }

  async keep(event) {
    const input = this.form.querySelector("input[type=file]");
    const file = input.files[0];
    if (!file) return; // the server says what is missing
    event.preventDefault();
    this.say("正在保存到本机…");
    const taken_at = new Date().toISOString();
    const [{ blob, name }, where] = await Promise.all([shrunk(file), place()]);
    const sha256 = await digest(blob);
    const typed = { place: this.form.elements.place.value, remark: this.form.elements.remark.value };
    await this.drafts.put({ key: crypto.randomUUID(), path: this.path, blob, name, sha256, taken_at, ...typed, ...where });
    input.value = "";
    this.form.elements.remark.value = "";
    this.say("已保存到本机。");
    await this.show();
    await this.send();
  }

  async send() {
    if (this.busy || !navigator.onLine) return;
    this.busy = true;
    let arrived = 0;
    for (const row of await this.drafts.of(this.path)) {
      if (row.refused) continue;
      const outcome = await this.sendOne(row);
      if (outcome === "stop") break;
      if (outcome === "arrived") arrived += 1;
    }
    this.busy = false;
    await this.show();
    if (arrived) location.reload();
  }

  async sendOne(row) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.set("request_key", row.key); // the same key again changes nothing: a lost answer is no second photograph
    body.set("photo", row.blob, row.name);
    for (const name of ["place", "remark", "sha256", "taken_at", "latitude", "longitude"]) body.set(name, row[name] || "");
    let answer;
    try {
      answer = await fetch(this.path, { method: "POST", body });
    } catch {
      this.say("没有信号，照片保存在本机，稍后自动发送。");
      return "stop";
    }
    if (answer.ok && new URL(answer.url).pathname === this.path) {
      await this.drafts.drop(row.key);
      return "arrived";
    }
    if (answer.status === 409 || answer.status === 422 || answer.status === 403) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const words = page.querySelector(".invalid-feedback, .gate-list, .error-summary, [role=alert], main li");
      await this.drafts.put({ ...row, refused: (words ? words.textContent.trim() : "未被接收").slice(0, 200) });
      return "refused";
    }
    this.say(answer.redirected ? "登录已过期：照片仍在本机，请重新登录后再打开本页。" : "暂时无法发送，照片保存在本机，稍后自动重试。");
    return "stop";
  }

  async show() {
    const rows = await this.drafts.of(this.path);
    this.section.hidden = rows.length === 0;
    this.list.replaceChildren(...rows.map((row) => this.item(row)));
  }

  item(row) {
    const item = document.createElement("li");
    const when = new Date(row.taken_at).toLocaleString("zh-CN");
    item.append(`${row.name}　${when}　${row.place || ""}　${Math.ceil(row.blob.size / 1024)} KB　`);
    item.append(row.refused ? `未被接收：${row.refused}　` : "等待发送　");
    if (row.refused) {
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn-secondary btn-sm";
      drop.textContent = "从本机删除";
      drop.addEventListener("click", () => this.drafts.drop(row.key).then(() => this.show()));
      item.append(drop);
    }
    return item;
  }
}

const form = document.querySelector("[data-onsite]");
if (form && window.indexedDB) Drafts.open().then((drafts) => new OnSite(form, drafts)).catch(() => {});
