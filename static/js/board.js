// The composition of a group under the keyboard. Keys work while a button of a row has the focus, never in
// a text; each presses the button that stands there. Without scripts the buttons send the form.
const board = document.querySelector("[data-board]");
const KEYS = { 1: "r", 2: "a", 3: "x", r: "r", a: "a", x: "x", 0: "0" };

// The digits of the upper row bear signs on a French keyboard: their place counts.
function keyOf(event) {
  const digit = /^(?:Digit|Numpad)([0-3])$/.exec(event.code);
  return KEYS[digit ? digit[1] : event.key.toLowerCase()];
}

function step(row, direction) {
  const next = direction > 0 ? row.nextElementSibling : row.previousElementSibling;
  const button = next?.querySelector("[data-key][aria-pressed=true]") ?? next?.querySelector("[data-key]");
  if (!button) return;
  button.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

board?.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-candidate]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey || !event.target.matches("button")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(row, event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  const key = keyOf(event);
  if (!key || event.repeat) return;
  event.preventDefault();
  const button = row.querySelector(`[data-key="${key}"]`);
  button.focus();
  button.click();
});
