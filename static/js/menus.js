// A popover closes when the page behind it is chosen, and after a link inside it was followed.
export function closeMenus(root) {
  for (const menu of root.querySelectorAll("[popover]")) {
    menu.addEventListener("click", (event) => {
      if (event.target.closest("a") && menu.matches(":popover-open")) menu.hidePopover();
    });
  }
}
