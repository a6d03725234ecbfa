// Of several, one in view: within a `data-one` (with an id), the pressed button's
// `data-shows` names the `data-view` that is shown; the others are hidden. The server
// writes one of them shown.

/** What a person chose, by the ids of their elements, and what came first then. */
const chosen = new Map();

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  const within = button?.closest("[data-one]");
  if (within) {
    show(within, button.dataset.shows);
    chosen.set(within.id, { view: button.dataset.shows, first: firstOf(within) });
  }
});

// The choice outlives content that is fetched anew, unless something newer came first.
document.addEventListener("carillon:compare", ({ detail: { within } }) => {
  for (const [id, { view, first }] of chosen) {
    const mate = within.querySelector(`#${CSS.escape(id)}`);
    if (mate && firstOf(mate) === first) {
      show(mate, view);
    }
  }
});

const firstOf = (within) => within.querySelector("[data-shows]")?.dataset.shows;

/**
 * @param {Element} within
 * @param {string} name
 */
function show(within, name) {
  for (const view of within.querySelectorAll("[data-view]")) {
    view.hidden = view.dataset.view !== name;
  }
  for (const button of within.querySelectorAll("[data-shows]")) {
    button.setAttribute("aria-pressed", String(button.dataset.shows === name));
  }
}
