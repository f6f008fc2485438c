// What the pages do beyond plain forms and links. Everything works without this file, only with more reloading.
"use strict";

// --- money: exact, in cents; the same reading as portal.forms.parse_yuan -------------------------------------------
const PLAIN = /^([0-9]+(\.[0-9]*)?|\.[0-9]+)$/;
const GROUPED = /^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$/;

/** Text → cents as BigInt; 0n for an empty field; null for what the server would refuse. */
function cents(text) {
  let plain = text.normalize("NFKC").replaceAll("。", ".").trim().replace(/^¥/, "").replace(/元$/, "").trim();
  if (plain === "") return 0n;
  plain = plain.replace(/^\+/, "");
  if (plain.includes(",") && !GROUPED.test(plain)) return null;
  plain = plain.replaceAll(",", "");
  if (!PLAIN.test(plain)) return null;
  const [whole, part = ""] = plain.split(".");
  if (part.length > 2 || whole.replace(/^0+/, "").length > 16) return null;
  return BigInt((whole || "0") + part.padEnd(2, "0"));
}

/** part ÷ whole in hundredths of a percent, half up: for display only. */
function shareShown(part, whole) {
  if (!whole) return "0.00%";
  const hundredths = (part * 20000n + whole) / (whole * 2n);
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}%`;
}

/** Is part ÷ whole below the floor ("0.300")? By cross-multiplication: 29.99985 % is below although it shows 30.00 %. */
function isBelow(part, whole, floor) {
  const [units, digits = ""] = floor.split(".");
  return part * 10n ** BigInt(digits.length) < BigInt(units + digits) * whole;
}

/** 万元 from cents: up to six decimals, no trailing zeros. */
function wan(amount) {
  const whole = amount / 1000000n;
  const rest = String(amount % 1000000n).padStart(6, "0").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : String(whole);
}

function drawShares(table) {
  const panel = document.querySelector("[data-share-panel]");
  if (!panel) return;
  const sums = new Map();
  let whole = 0n;
  let unreadable = 0;
  for (const input of table.querySelectorAll("input[name*=central_amount]")) {
    const row = input.closest("[data-direction]") || input.closest("tr");
    const removed = row.querySelector("input[name$=-DELETE]");
    if (removed && removed.checked) continue;
    const direction = row.dataset.direction || row.querySelector("select[name*=direction]")?.value || "";
    const amount = cents(input.value);
    if (amount === null) unreadable += 1;
    else {
      sums.set(direction, (sums.get(direction) || 0n) + amount);
      whole += amount;
    }
  }
  for (const item of panel.querySelectorAll("[data-share-of]")) {
    const part = sums.get(item.dataset.shareOf) || 0n;
    const shown = shareShown(part, whole);
    item.querySelector("[data-share-figure]").textContent = shown;
    item.querySelector("[data-share-bar]").setAttribute("width", shown);
    const verdict = item.querySelector("[data-share-verdict]");
    if (!verdict) continue;
    const below = whole > 0n && isBelow(part, whole, item.dataset.floor);
    item.classList.toggle("share-below", below);
    verdict.textContent = below ? "× 低于" : "√ 达到";
  }
  panel.querySelector("[data-share-total]").textContent = wan(whole);
  const note = panel.querySelector("[data-share-note]");
  note.dataset.plain ??= note.textContent;
  note.classList.toggle("is-wrong", unreadable > 0);
  note.textContent = unreadable ? `有 ${unreadable} 个金额无法识别，未计入合计；请以“元”为单位填写数字。` : note.dataset.plain;
}

// --- one click is one deed -------------------------------------------------------------------------------------------
// The server keeps the promise (request_key); this only spares the clerk the doubt. Forms that only ask (GET) stay free.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 10000); // a download leaves the page standing
});
const release = (scope) => scope.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
window.addEventListener("pageshow", () => release(document)); // back to a page kept in memory: the form may be sent again

// --- what needs attention takes the focus ----------------------------------------------------------------------------
function takeFocus(scope) {
  scope.querySelector("[data-takes-focus]")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.matches("[data-back]") && history.length > 1) {
    event.preventDefault(); // back keeps what was typed; the address alone would not
    history.back();
  } else if (link?.closest(".error-summary")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const field = target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    field.closest(".form-row")?.scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  }
});

document.addEventListener("DOMContentLoaded", () => {
  takeFocus(document);
  for (const table of document.querySelectorAll("[data-shares]")) {
    for (const kind of ["input", "change"]) table.addEventListener(kind, () => drawShares(table));
    drawShares(table); // a reload may keep typed values that the server has not seen
  }
  // A refusal (409) belongs where the deed was asked for, when that place exists; base.html offers #refusal otherwise.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 409) return;
    const near = event.detail.requestConfig.elt.closest("form, section, tr")?.querySelector("[data-refusal]");
    if (near) event.detail.target = near;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => takeFocus(event.detail.target));
  document.body.addEventListener("htmx:afterRequest", () => release(document));
});
