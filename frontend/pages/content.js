// The page's content, fetched anew and put in place.

/** Tells the behaviours that act on what is there, not on events. */
export const PLACED = "carillon:placed";

/** What a person opened or closed stays as it is. */
const KEPT = { DETAILS: "open", DIALOG: "open" };

/**
 * A page of this site as the server writes it now.
 *
 * @param {string} url
 * @returns {Promise<Document>}
 */
export async function fetchPage(url = location.href) {
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in") {
    location.assign(answer.url);
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/**
 * Makes the page's own element with an id like the fetched one. Elements that both have
 * stay, and with them focus, scrolling, selection, what is folded out and what is pressed.
 *
 * @param {Document} fetched
 * @param {string} id
 * @returns {Element | null} what stands there now
 */
export function place(fetched, id) {
  const before = document.getElementById(id);
  const after = fetched.getElementById(id);
  if (!before || !after) {
    return null;
  }
  if (before.isEqualNode(asServed(after))) {
    return before;
  }
  const focused = before.contains(document.activeElement) ? pathTo(document.activeElement) : null;
  become(before, document.adoptNode(after));
  if (focused && document.activeElement === document.body) {
    const mate = document.querySelector(focused) ?? document.getElementById("page");
    mate?.focus({ preventScroll: true });
  }
  document.dispatchEvent(new CustomEvent(PLACED, { detail: { within: before } }));
  return before;
}

/** Fetches the page that is open, and puts its content in place. */
export async function reload() {
  const fetched = await fetchPage();
  const page = place(fetched, "page");
  document.title = fetched.title;
  // Fields show what was saved; whoever is already typing goes on.
  for (const form of page?.querySelectorAll("form:not([data-upload])") ?? []) {
    if (!form.contains(document.activeElement?.closest("input, textarea, select"))) {
      form.reset();
    }
  }
}

/** Makes one node like another of the same kind. */
function become(before, after) {
  if (before.nodeType !== Node.ELEMENT_NODE) {
    if (before.data !== after.data) {
      before.data = after.data;
    }
    return;
  }
  if (before.isEqualNode(after)) {
    return;
  }
  const names = new Set([...before.getAttributeNames(), ...after.getAttributeNames()]);
  names.delete(KEPT[before.nodeName]);
  for (const name of names) {
    const value = after.getAttribute(name);
    if (value === null) {
      before.removeAttribute(name);
    } else if (before.getAttribute(name) !== value) {
      before.setAttribute(name, value);
    }
  }
  if (before.nodeName === "TEMPLATE") {
    before.innerHTML = after.innerHTML;
    return;
  }
  let next = before.firstChild;
  for (const wanted of [...after.childNodes]) {
    const mate = mateOf(wanted, next, before);
    if (!mate) {
      before.insertBefore(wanted, next);
    } else if (mate === next) {
      next = next.nextSibling;
      become(mate, wanted);
    } else {
      before.insertBefore(mate, next);
      become(mate, wanted);
    }
  }
  while (next) {
    const rest = next.nextSibling;
    next.remove();
    next = rest;
  }
}

/** The child of `parent`, from `next` on, that is `wanted` on the page: by id, else by place. */
function mateOf(wanted, next, parent) {
  const id = idOf(wanted);
  if (id) {
    const mate = document.getElementById(id);
    return mate?.parentNode === parent && mate.nodeName === wanted.nodeName ? mate : null;
  }
  return next?.nodeName === wanted.nodeName && !idOf(next) ? next : null;
}

/** A form's `id` may be a control of that name. */
const idOf = (node) => node.getAttribute?.("id");

/** Behaviours that wrote into the page write into the fetched copy as well, to compare. */
function asServed(element) {
  document.dispatchEvent(new CustomEvent("carillon:compare", { detail: { within: element } }));
  return element;
}

/** A selector that finds an element again after the content changed. */
function pathTo(element) {
  if (element.id) {
    return `#${CSS.escape(element.id)}`;
  }
  const form = element.form?.id ? `#${CSS.escape(element.form.id)} ` : "";
  for (const name of ["name", "href", "data-opens", "aria-label"]) {
    const value = element.getAttribute(name);
    const mate = element.getAttribute("data-with");
    if (value) {
      return `${form}[${name}="${CSS.escape(value)}"]${mate ? `[data-with="${CSS.escape(mate)}"]` : ""}`;
    }
  }
  // Where it is not known, the page as a whole.
  return form && element.type === "submit" ? `${form}[type=submit]` : "#page";
}
