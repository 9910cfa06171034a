// A question that depends on another shows while its condition holds. Without scripts every one
// shows, with its condition in words; the server decides in both cases what is asked.
const rows = [...document.querySelectorAll("[data-asked-after]")];

// What is answered to the question of that name; nothing while it is hidden itself.
function answers(form, name) {
  const given = [...form.elements].filter((one) => one.name === name);
  if (given.some((one) => one.closest("[data-asked-after]")?.hidden)) return [];
  return given
    .filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked)
    .map((one) => one.value)
    .filter(Boolean);
}

// In the order of the page: a question that follows a hidden one is hidden with it.
function show() {
  for (const row of rows) {
    const given = answers(row.closest("form"), row.dataset.askedAfter);
    const wanted = row.dataset.askedValue;
    row.hidden = !(wanted ? given.includes(wanted) : given.length);
  }
}

if (rows.length) {
  rows[0].closest("form").addEventListener("input", show);
  // The back button gives answers back after the page is read.
  addEventListener("pageshow", show);
  show();
}
