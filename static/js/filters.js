// The catalogue answers as one chooses: a change in the filters asks for the rows alone.
// Without scripts, or without htmx, the button of the form does the same with a page.
const form = document.querySelector("[data-filters]");
if (form && window.htmx) {
  const narrow = matchMedia("(max-width: 59.99rem)");
  form.addEventListener("change", () => {
    if (!narrow.matches) window.htmx.trigger(form, "filter");
  });
  // An address that can be told: nothing that was left empty.
  form.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = event.detail;
    for (const name of ["q", "mois"]) if (!parameters[name]) delete parameters[name];
  });
}
