// What was refused of a form: each complaint at its field, the rest above the form, and
// all of it in the form's summary, if it has one.

import { say } from "./say.js";

/** Takes away what was said of the last try. */
export function forget(form) {
  const places = [...form.querySelectorAll("[data-error], [data-failure], [data-part=summary]")];
  for (const control of form.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    describe(control, (id) => !places.some((place) => place.id === id));
  }
  for (const place of places) {
    place.hidden = true;
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {{ kind: string, detail: string, fields?: { field: string, message: string }[] }} error
 */
export function refuse(form, error) {
  if (error.kind === "unauthenticated") {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    return;
  }
  // What takes effect at once shows what holds.
  if (form.querySelector("[data-submits]")) {
    form.reset();
  }
  const complaints = (error.fields ?? []).map((complaint) => place(form, complaint));
  complaints.sort(asTheyStand);
  const unplaced = complaints.filter(({ at }) => !at).map(({ message }) => message);
  const first = complaints.find(({ at }) => at);
  const summary = form.querySelector("[data-part=summary]");
  if (summary && complaints.length > 0) {
    sumUp(summary, complaints);
  } else if (!first || unplaced.length > 0) {
    const words = unplaced.join(" ") || error.detail;
    const above = form.querySelector("[data-failure]");
    if (above) {
      above.dataset.tone = error.kind === "rate_limited" ? "paused" : "rejected";
      fill(above, words);
    } else {
      say(words, { failed: true });
    }
  }
  (first?.control ?? first?.at)?.focus();
}

/** The order of the form's fields; what has no field comes last. */
function asTheyStand({ at: a }, { at: b }) {
  if (!a || !b || a === b) {
    return Number(!a) - Number(!b);
  }
  return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

/** Puts a complaint at its field. */
function place(form, { field, message }) {
  const at = placeOf(form, field);
  if (!at) {
    return { message };
  }
  const name = CSS.escape(at.dataset.error);
  const control = form.querySelector(`[name="${name}"], [name="${name}[]"]`);
  control?.setAttribute("aria-invalid", "true");
  control?.closest("details")?.setAttribute("open", "");
  fill(at, message);
  if (control && at.id) {
    describe(control, () => true, at.id);
  }
  return { message, at, control };
}

/**
 * Where a complaint is written: at the field of that name, at one whose name ends so
 * (`name` for `account.name`), or else at that of what holds it.
 */
function placeOf(form, field) {
  const places = [...form.querySelectorAll("[data-error]")];
  for (let path = field; path !== ""; path = path.replace(/(\.|\[|^)[^.[]*$/, "")) {
    const found =
      places.find((place) => place.dataset.error === path) ??
      places.find((place) => place.dataset.error.endsWith(`.${path}`));
    if (found) {
      return found;
    }
  }
  return null;
}

/** Keeps some of the ids by which a control is described, and may add one before them. */
function describe(control, keeps, added = null) {
  const known = (control.getAttribute("aria-describedby") ?? "").split(" ");
  const ids = new Set([added, ...known.filter(keeps)].filter(Boolean));
  if (ids.size > 0) {
    control.setAttribute("aria-describedby", [...ids].join(" "));
  } else {
    control.removeAttribute("aria-describedby");
  }
}

/** All complaints in one place; those at a field lead to it. */
function sumUp(summary, complaints) {
  const lines = complaints.map(({ message, control }) => {
    const line = document.createElement("li");
    if (control?.id) {
      const link = document.createElement("a");
      link.href = `#${control.id}`;
      link.textContent = message;
      line.append(link);
    } else {
      line.textContent = message;
    }
    return line;
  });
  const count = complaints.length;
  summary.querySelector(".notice__title").textContent =
    count === 1 ? "One thing needs another look" : `${count} things need another look`;
  summary.querySelector("ul").replaceChildren(...lines);
  summary.hidden = false;
}

function fill(place, words) {
  (place.querySelector("[data-words]") ?? place).textContent = words;
  place.hidden = false;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-part=summary] a");
  const control = link && document.getElementById(link.hash.slice(1));
  if (control) {
    event.preventDefault();
    control.focus();
  }
});
