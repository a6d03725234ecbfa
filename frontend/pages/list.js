// Lists in forms, to whose rows people add and from which they take away. A list
// (`data-list`) is called as its rows are in the form: rows of `shop.doors` have controls
// named `shop.doors[0].id`. In the template of a row every number is `#`. `data-adds` is
// the id of a template, on a button that stands beside the list in one parent;
// `data-removes` takes away the row (`data-row`) that it stands in.

/** What holds the names of the form's controls, and so the numbers of rows. */
const NAMED = ["name", "id", "for", "data-error", "aria-describedby", "data-list"];

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-adds], [data-removes]");
  if (!button) {
    return;
  }
  const form = button.form ?? button.closest("form");
  if (button.hasAttribute("data-removes")) {
    const row = button.closest("[data-row]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const list = row.parentElement;
    row.remove();
    number(form);
    focusIn(next ?? list.parentElement);
  } else {
    const list = button.closest("[data-listed]").querySelector("[data-list]");
    list.append(document.getElementById(button.dataset.adds).content.cloneNode(true));
    number(form);
    focusIn(list.lastElementChild);
  }
});

/** Gives the rows of every list their numbers: those outside first, as inner names hold them. */
function number(form) {
  for (const list of form.querySelectorAll("[data-list]")) {
    const called = list.dataset.list.replace(/[.[\]]/g, "\\$&");
    const before = new RegExp(`${called}\\[(?:\\d+|#)\\]`);
    [...list.children].forEach((row, place) => {
      const now = `${list.dataset.list}[${place}]`;
      for (const element of row.querySelectorAll("*")) {
        rename(element, before, now);
      }
    });
  }
}

function rename(element, before, now) {
  for (const attribute of NAMED) {
    const value = element.getAttribute(attribute);
    if (value) {
      element.setAttribute(attribute, value.replace(before, () => now));
    }
  }
}

const focusIn = (place) => place?.querySelector("input, select, button")?.focus();
