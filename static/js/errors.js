// A form that came back with errors: the summary takes the focus, its links lead into the fields.
export function focusErrors(root) {
  const summary = root.querySelector("[data-errors]");
  if (!summary) return;
  summary.setAttribute("tabindex", "-1");
  summary.focus();
  for (const link of summary.querySelectorAll("a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const target = document.getElementById(link.hash.slice(1));
      const control = target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea");
      if (!control) return;
      event.preventDefault();
      control.scrollIntoView({ block: "center" });
      control.focus({ preventScroll: true });
    });
  }
}
