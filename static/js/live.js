// A sitting while it is held: every three seconds the page asks whether something changed
// (ETag, 304 most of the time), and takes in what did without losing what is being typed.
// Without scripts its links and buttons do the same.
const region = document.getElementById("live");
const said = document.querySelector("[data-live-said]");
const PACE = 3000;
const SWITCH = "plateau-keys";
let etag = region.dataset.etag;
let busy = false;

setInterval(look, PACE);
document.addEventListener("visibilitychange", () => document.hidden || look());

async function look() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const answer = await fetch(region.dataset.live, {
      headers: { "If-None-Match": etag },
      cache: "no-store",
    });
    if (answer.redirected) return location.reload(); // signed out meanwhile
    if (answer.status === 200) {
      etag = answer.headers.get("ETag");
      take(await answer.text());
    } else if (answer.status === 403 || answer.status === 404) {
      location.reload();
    }
    tell("");
  } catch {
    tell(region.dataset.lost);
  } finally {
    busy = false;
  }
}

function tell(words) {
  if (said.textContent !== words) said.textContent = words;
}

// --- What is typed, folded out and focused stays -----------------------------------
// A field is the same when its form does the same to the same file, member or voice.
const about = (form) => ["point", "member", "seat"].map((name) => form?.querySelector(`input[type=hidden][name=${name}]`)?.value).join();
const known = (field) => [field.form?.id || field.form?.action, about(field.form), field.name, field.type === "radio" || field.type === "checkbox" ? field.value : ""].join("|");
const fields = () => [...region.querySelectorAll("input:not([type=hidden]), textarea, select")];

function dirty(field) {
  if (field.form?.hasAttribute("data-kept")) return true; // refused: what it shows was typed
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return ![...field.options].every((one) => one.selected === one.defaultSelected);
  return field.value !== field.defaultValue;
}

function take(html) {
  const typed = new Map(fields().filter(dirty).map((one) => [known(one), one]));
  const open = [...region.querySelectorAll("details[open][id]")].map((one) => one.id);
  const at = document.activeElement;
  const focus = region.contains(at) ? { key: at.name ? known(at) : null, id: at.id, start: at.selectionStart, end: at.selectionEnd } : null;
  region.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const field of fields()) {
    const kept = typed.get(known(field));
    if (!kept) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept.checked;
    else field.value = kept.value;
  }
  if (!focus) return;
  const again = (focus.key && fields().find((one) => known(one) === focus.key)) || (focus.id && document.getElementById(focus.id));
  again?.focus({ preventScroll: true });
  if (focus.start !== undefined && again?.setSelectionRange && again.type === "text") again.setSelectionRange(focus.start, focus.end);
}

// --- Keys: one letter a gesture, which one may switch off (WCAG 2.1.4) -------------
const button = document.querySelector("[data-keys]");
let on = localStorage.getItem(SWITCH) !== "off";
if (button) {
  button.hidden = false;
  button.setAttribute("aria-pressed", on);
  button.addEventListener("click", () => {
    on = !on;
    button.setAttribute("aria-pressed", on);
    localStorage.setItem(SWITCH, on ? "on" : "off");
  });
}

const GOES = { p: "[name=amount]", n: "[name=told]" };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
  if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const press = region.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const field = GOES[key] && region.querySelector(GOES[key]);
  if (!press && !field) return;
  event.preventDefault();
  if (press) press.click();
  else field.focus();
});
