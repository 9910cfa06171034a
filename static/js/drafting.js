// What a page of an application does while somebody writes in it: it saves after a pause and says
// when, adds rows in place, and says what they come to. Without scripts its buttons do the same.
const form = document.querySelector("form[data-drafting]");
const PAUSE = 1500;
const AGAIN = 8000;
const LIGHT = 60000;

// --- To say ------------------------------------------------------------------
const status = form.querySelector("[data-said]");
const words = status.dataset;
function say(text, state) {
  status.textContent = text;
  status.dataset.state = state;
}

// --- To save -----------------------------------------------------------------
let typed = 0; // how often something was typed,
let kept = 0; // and how much of it the server has.
let timer, busy = false, leaving = false, shut = false, out = false;

function later(delay) {
  clearTimeout(timer);
  if (!shut) timer = setTimeout(save, delay);
}

function changed() {
  typed += 1;
  if (!shut) say(words.typing, "typing");
  add();
  later(PAUSE);
}

async function save() {
  if (busy || shut || kept === typed) return;
  busy = true;
  clearTimeout(timer);
  const sending = typed;
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Pause": "1" },
      // What outlives its page may not be heavy: a browser refuses it whole.
      keepalive: body.toString().length < LIGHT,
      redirect: "manual",
    });
    await take(answer, sending);
  } catch {
    say(words.offline, "offline");
    later(AGAIN);
  } finally {
    busy = false;
  }
  if (pressed) {
    const button = pressed;
    pressed = null;
    form.requestSubmit(button);
    return;
  }
  if (kept !== typed && !shut && status.dataset.state !== "offline") later(PAUSE);
}

async function take(answer, sending) {
  if (answer.status === 409) {
    shut = true;
    say((await answer.json()).said, "shut");
    return;
  }
  // Signed out meanwhile, or something broke: what was typed stays on the page.
  if (!answer.ok) {
    shut = answer.type === "opaqueredirect" || [403, 404].includes(answer.status);
    out = shut;
    say(shut ? words.out : words.failed, "failed");
    if (!shut) later(AGAIN);
    return;
  }
  const said = await answer.json();
  kept = sending;
  for (const [prefix, row] of Object.entries(said.rows)) settle(prefix, row);
  settleFields(said);
  // What the rules make of it is asked again.
  document.body.dispatchEvent(new Event("kept"));
  say(said.whole ? said.said : `${said.said} ${words.partly}`, said.whole ? "saved" : "partly");
}

// Signed in again in another window, this one has an old token: it asks for another, and goes on.
async function renew() {
  if (!out) return;
  const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]");
  for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = fresh.value;
  out = shut = false;
  later(0);
}

// A row learns its number in the database and its print. One that was taken off stays, pale:
// without its tick it comes back, as a new row.
function settle(prefix, row) {
  const place = form.querySelector(`[data-row="${prefix}"]`);
  if (!place) return;
  // Gone without a tick: somebody else took it off, and it does not come back by itself.
  if (row.gone && form.elements[`${prefix}-id`].value) {
    form.elements[`${prefix}-remove`].checked = true;
    add();
  }
  form.elements[`${prefix}-id`].value = row.id;
  form.elements[`${prefix}-seen`].value = row.seen;
  const taken = row.gone && form.elements[`${prefix}-remove`].checked;
  place.querySelector("[data-row-said]").textContent = taken ? words.taken : row.said;
  if (!row.said) mend(place);
}

// What the server had drawn red is right by now.
function mend(place) {
  for (const field of place.querySelectorAll(".field--error")) {
    field.classList.remove("field--error");
    for (const said of field.querySelectorAll(".error")) said.remove();
  }
  for (const control of place.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
  }
}

function settleFields(said) {
  if (form.elements.seen) form.elements.seen.value = said.seen;
  for (const place of form.querySelectorAll("[data-field-said]")) {
    const wrong = said.fields[place.dataset.fieldSaid];
    place.textContent = wrong ?? "";
    if (!wrong) mend(place.parentElement);
  }
  if (!said.whole) return;
  form.querySelector("[data-errors]")?.remove();
  document.title = document.title.replace(/^Erreur\s*:\s*/, "");
}

// --- Rows --------------------------------------------------------------------
const model = form.querySelector("template[data-row-model]");
function addRow(event) {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  event.preventDefault();
  const at = Number(form.elements.rows.value);
  form.elements.rows.value = at + 1;
  const box = document.createElement("div");
  box.innerHTML = model.innerHTML.replaceAll("__at__", at).replaceAll("__number__", at + 1);
  const row = box.firstElementChild;
  form.querySelector("[data-rows]").append(row);
  for (const [place, legend] of form.querySelectorAll("[data-rows] legend").entries()) {
    legend.textContent = legend.textContent.replace(/\d+\s*$/, place + 1);
  }
  row.querySelector("input:not([type=hidden]), select").focus();
}

// --- Sums --------------------------------------------------------------------
const thousands = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 2 });
const money = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 2 });

// As the server reads an amount: the last of comma and point is the decimal one.
function amount(text) {
  let plain = text.replace(/[\s\u00a0\u202f€]/g, "");
  const comma = plain.lastIndexOf(","), point = plain.lastIndexOf(".");
  plain = comma > point ? plain.replaceAll(".", "").replace(",", ".") : plain.replaceAll(",", "");
  const value = Number(plain);
  return Number.isFinite(value) && value >= 0 ? value : 0;
}

function factor(row, name) {
  const control = row.querySelector(`[name$="-${name}"]`);
  if (!control) return 0;
  return control.type === "checkbox" ? (control.checked ? 2 : 1) : amount(control.value);
}

function cents(value) {
  return Math.round(value * 100) / 100;
}

function sum(names) {
  let total = 0;
  for (const row of form.querySelectorAll("[data-row]")) {
    if (row.querySelector("[name$='-remove']").checked) continue;
    total += cents(names.split("*").reduce((product, name) => product * factor(row, name), 1));
  }
  return cents(total);
}

function euros(value) {
  return `${money.format(value).replace(/(,\d)$/, "$10")}\u00a0€`;
}

function add() {
  for (const place of form.querySelectorAll("[data-sum]")) {
    const total = sum(place.dataset.sum);
    place.textContent = place.dataset.unit === "€" ? euros(total) : thousands.format(total);
  }
  balance();
}

function balance() {
  const place = form.querySelector("[data-balance]");
  if (!place) return;
  const { part, expenses, incomes, requested } = place.dataset;
  const out = part === "expenses" ? sum("quantity*unit_amount") : Number(expenses);
  const into = part === "incomes" ? sum("amount") : Number(incomes);
  const asked = part === "incomes" ? amount(form.elements.requested.value) : Number(requested);
  const gap = cents(out - into - asked);
  const which = gap > 0 ? "lacking" : gap < 0 ? "over" : "even";
  place.textContent = place.dataset[which].replace("%s", euros(Math.abs(gap)));
  for (const [name, value] of [["out", out], ["into", into], ["asked", asked]]) {
    const shown = form.querySelector(`[data-balance-${name}]`);
    if (shown) shown.textContent = euros(value);
  }
}

// --- A new show opens its fields ---------------------------------------------
const choice = form.querySelector("[data-opens] select");
const opened = form.querySelector("[data-opened]");
function open() {
  if (choice && opened) opened.hidden = choice.value !== "new";
}

// --- To leave ----------------------------------------------------------------
function unsaved(event) {
  if (leaving || kept === typed) return;
  save();
  event.preventDefault();
}

// In a line of text Enter keeps what is written: it neither leaves the page nor adds a row.
function enter(event) {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox], [type=radio])")) return;
  event.preventDefault();
  later(0);
}

form.addEventListener("keydown", enter);
form.addEventListener("input", changed);
form.addEventListener("change", open);
form.addEventListener("click", addRow);
// Pressed while a pause is being kept: a new row has its number first, or it would be two.
let pressed = null;
form.addEventListener("submit", (event) => {
  if (busy) {
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter;
    return;
  }
  leaving = true;
  clearTimeout(timer);
});
addEventListener("beforeunload", unsaved);
addEventListener("focus", renew);
addEventListener("online", () => later(0));
addEventListener("offline", () => say(words.offline, "offline"));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && !leaving) save();
});
addEventListener("pagehide", () => {
  if (!leaving) save();
});
add();
open();
