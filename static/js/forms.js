// One press, one sending: the second press of the same form within a moment is dropped.
// The server refuses a double anyway; this only spares the reader a page that says so.
export function guardForms(root) {
  for (const form of root.querySelectorAll("form[method='post']")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
      setTimeout(() => { sent = false; }, 4000);
    });
  }
}
