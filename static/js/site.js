// What every page does when scripts run. Without them everything still works: links, forms, popovers.
// One file without imports: the manifest renames files, and knows the names in CSS only.

// Day, night, or as the device: changes at once, and lasts. The cookie is that of the server,
// written here: a request would be lost by whoever turns the page in the same breath.
function changeLight(event) {
  const link = event.target.closest("[data-light-to]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const light = link.dataset.lightTo;
  if (light === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = light;
  for (const other of document.querySelectorAll("[data-light-to]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  const kept = light === "auto" ? 0 : 31536000;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `light=${light}; path=/; max-age=${kept}; samesite=lax${secure}`;
}

// A form that came back with errors: the summary takes the focus, its links lead into the fields.
function leadToField(event) {
  const link = event.target.closest("[data-errors] a[href^='#']");
  const place = link && document.getElementById(link.hash.slice(1));
  if (!place) return;
  const controls = "input:not([type=hidden]), select, textarea";
  const control = place.matches(controls)
    ? place
    : (place.querySelector("[aria-invalid=true]") ?? place.querySelector(controls));
  if (!control) return;
  event.preventDefault();
  control.scrollIntoView({ block: "center" });
  control.focus({ preventScroll: true });
}

// The poster menu and the sheet of filters close when one of their links is followed.
function closePopover(event) {
  const menu = event.target.closest("a") && event.target.closest("[popover]");
  if (menu?.matches(":popover-open")) menu.hidePopover();
}

// One press, one sending. The server refuses a double anyway; this spares the page that says so.
const sent = new WeakMap();
function sendOnce(event) {
  if (event.target.method !== "post" || event.submitter?.formTarget === "_blank") return;
  if (Date.now() - (sent.get(event.target) ?? 0) < 4000) event.preventDefault();
  else sent.set(event.target, Date.now());
}

// What stands in a field goes to the clipboard; where that is not allowed, it is selected.
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.copied;
  } catch {
    field.focus();
  }
}

// A button that only makes sense with scripts: to print, to go back.
function press(event) {
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
}

document.addEventListener("click", changeLight);
document.addEventListener("click", leadToField);
document.addEventListener("click", closePopover);
document.addEventListener("click", press);
document.addEventListener("submit", sendOnce);

const summary = document.querySelector("[data-errors]");
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
}
// Tabs that do not fit scroll sideways: the one that is open comes into sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
for (const only of document.querySelectorAll("[data-needs-script]")) only.hidden = false;
