// Day, night, or as the device: changes at once, and the server is told so that it lasts.
export function attachLight(root) {
  for (const link of root.querySelectorAll("[data-light-to]")) {
    link.addEventListener("click", async (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      const light = link.dataset.lightTo;
      const html = document.documentElement;
      if (light === "auto") delete html.dataset.theme;
      else html.dataset.theme = light;
      for (const other of root.querySelectorAll("[data-light-to]")) {
        if (other === link) other.setAttribute("aria-current", "true");
        else other.removeAttribute("aria-current");
      }
      await fetch(link.href, { redirect: "manual", credentials: "same-origin" }).catch(() => {});
    });
  }
}
