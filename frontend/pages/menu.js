// Menus: a button and its list in a `data-menu`. Arrow keys walk it, Escape and a press
// elsewhere close it, choosing closes it.

const itemsOf = (menu) => [...menu.querySelectorAll(".menu__item:not(:disabled)")];

function toggle(menu, open) {
  const button = menu.querySelector("[aria-haspopup=menu]");
  button.setAttribute("aria-expanded", String(open));
  const list = menu.querySelector("[role=menu]");
  list.hidden = !open;
  if (open) {
    // On a narrow page the button may stand too far at the start to keep to its end.
    if (list.getBoundingClientRect().left < 0) {
      delete menu.dataset.align;
    }
    itemsOf(menu)[0]?.focus();
  }
}

const isOpen = (menu) => !menu.querySelector("[role=menu]").hidden;

// Before what the chosen item does: a dialog that it opens gives the focus back to the
// button, which stays.
document.addEventListener(
  "click",
  (event) => {
    const menu = event.target.closest("[data-menu]");
    if (!menu) {
      return;
    }
    if (event.target.closest("[aria-haspopup=menu]")) {
      toggle(menu, !isOpen(menu));
    } else if (event.target.closest(".menu__item")) {
      menu.querySelector("[aria-haspopup=menu]").focus();
      toggle(menu, false);
    }
  },
  true,
);

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest("[data-menu]");
  if (menu && isOpen(menu) && !menu.contains(event.relatedTarget)) {
    toggle(menu, false);
  }
});

document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("[data-menu]")) {
    if (isOpen(menu) && !menu.contains(event.target)) {
      toggle(menu, false);
    }
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]");
  if (!menu || !isOpen(menu)) {
    return;
  }
  const items = itemsOf(menu);
  const now = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: now + 1,
    ArrowUp: now < 0 ? items.length - 1 : now - 1,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (event.key === "Escape") {
    event.stopPropagation();
    toggle(menu, false);
    menu.querySelector("[aria-haspopup=menu]").focus();
  } else if (to !== undefined && items.length > 0) {
    items[(to + items.length) % items.length].focus();
  } else {
    return;
  }
  event.preventDefault();
});
