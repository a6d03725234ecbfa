// Forms that call a server function and stay on the page: `data-call` sends JSON,
// `data-call-url` what a form without scripts would. What is refused stands at its
// field; what was done is said, and the page shows it.

import { reload } from "./content.js";
import { open } from "./dialog.js";
import { forget, refuse } from "./refusal.js";
import { say, sayNext } from "./say.js";

export const UNREACHABLE = "The server cannot be reached. Check the connection, then try again.";

/** The header by which a function says that it leads elsewhere. */
const LEADS = "serverfnredirect";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-call], [data-call-url]")) {
    event.preventDefault();
    submit(form, event.submitter);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) {
    event.target.form?.requestSubmit();
  }
});

// A form that is opened again starts without the complaints of last time.
document.addEventListener("carillon:forget", (event) => forget(event.target), true);

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function submit(form, submitter) {
  if (form.ariaBusy === "true") {
    return;
  }
  const button = submitter ?? form.querySelector("[type=submit]");
  forget(form);
  form.ariaBusy = "true";
  button?.setAttribute("aria-busy", "true");
  let answer = null;
  try {
    answer = await call(form, submitter);
  } catch {
    answer = { refused: { kind: "unreachable", detail: UNREACHABLE } };
  }
  form.removeAttribute("aria-busy");
  button?.removeAttribute("aria-busy");
  if (answer.refused) {
    refuse(form, answer.refused);
  } else if (answer.leads) {
    location.assign(answer.leads);
  } else {
    await done(form, answer.value);
  }
}

/** Asks the server; what it gives, or why it refuses. */
async function call(form, submitter) {
  const coded = form.dataset.callUrl;
  const answer = await fetch(coded ?? form.dataset.call, {
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": coded ? "application/x-www-form-urlencoded" : "application/json",
    },
    body: coded
      ? new URLSearchParams(new FormData(form, submitter))
      : JSON.stringify(bodyOf(form, submitter)),
  });
  const value = await answer.json();
  // A function that would lead a plain form elsewhere says where.
  const leads = answer.headers.has(LEADS) ? answer.headers.get("location") : null;
  return answer.ok ? { value, leads } : { refused: value };
}

/**
 * The form's controls as the function takes them: dots nest, `[]` makes a list of values,
 * `[0]` is a place in a list.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
export function bodyOf(form, submitter) {
  const body = {};
  for (const control of form.elements) {
    const unasked = control.type === "submit" ? control !== submitter : control.type === "button";
    if (!control.name || control.matches(":disabled") || unasked) {
      continue;
    }
    const list = control.name.endsWith("[]");
    const path = control.name.split(/[.[\]]+/).filter(Boolean);
    const last = path.pop();
    let place = body;
    path.forEach((part, at) => {
      const inList = /^\d+$/.test(path[at + 1] ?? last);
      place = place[part] ??= inList ? [] : {};
    });
    if (list) {
      place[last] ??= [];
    }
    const choice = control.type === "checkbox" || control.type === "radio";
    if (choice && !control.checked && control.dataset.type !== "boolean") {
      continue;
    }
    if (list) {
      place[last].push(valueOf(control));
    } else {
      place[last] = valueOf(control);
    }
  }
  return body;
}

function valueOf(control) {
  const text = control.value;
  switch (control.dataset.type) {
    case "boolean":
      return control.type === "checkbox" ? control.checked : text === "true";
    case "number":
      return text.trim() === "" ? null : Number(text);
    case "json":
      return JSON.parse(text);
    case "lines":
      return text.split("\n").map((line) => line.trim()).filter(Boolean);
    default:
      return text === "" && control.dataset.empty === "null" ? null : text;
  }
}

/** Says what was done and shows it. */
async function done(form, value) {
  const { said, then = "reload", href, dialog } = form.dataset;
  const words = said && filled(said, value, form);
  if (then === "go") {
    if (words) {
      sayNext(words);
    }
    location.assign(filled(href, value, form));
    return;
  }
  form.closest("dialog")?.close();
  if (words) {
    say(words);
  }
  if (then === "show") {
    show(document.getElementById(dialog), value);
  } else if (then === "reload") {
    await reload();
  }
  // The form may have been put in place anew.
  tell((form.id && document.getElementById(form.id)) || form, value);
}

/**
 * Of the outcomes for which a form has templates (`data-case`), writes the one that the
 * answer is into the form's `data-outcome`.
 */
function tell(form, value) {
  const outcome = typeof value === "string" ? value : Object.keys(value ?? {})[0];
  const template = form.querySelector(`template[data-case="${CSS.escape(outcome ?? "")}"]`);
  if (template) {
    const words = template.content.cloneNode(true);
    fillIn(words, value);
    form.querySelector("[data-outcome]").replaceChildren(words);
  }
}

/** Opens the dialog that shows what was answered; once it is closed, the page follows. */
function show(dialog, value) {
  fillIn(dialog, value);
  dialog.addEventListener("close", () => reload(), { once: true });
  open(dialog);
}

/** Puts an answer, or the part of it that each names, into the elements that wait for it. */
function fillIn(within, value) {
  for (const element of within.querySelectorAll("[data-answer]")) {
    const part = pick(value, element.dataset.answer) ?? "";
    const text = filled(element.dataset.pattern ?? "{}", part);
    if ("value" in element) {
      element.value = text;
    } else {
      element.textContent = text;
    }
  }
}

/**
 * `{}` is the value, `{name.part}` a part of it, `{form.name}` what the form's control of
 * that name holds, `{origin}` this site. What names nothing stays as it is written: a
 * name that people gave may have braces.
 */
function filled(pattern, value, form) {
  return pattern.replace(/\{([\w.]*)\}/g, (written, path) => {
    if (path === "origin") {
      return location.origin;
    }
    const found = path.startsWith("form.")
      ? form?.elements[path.slice("form.".length)]?.value
      : pick(value, path);
    return String(found ?? written);
  });
}

/** A part of a value, by the names on the way to it; the value itself for no names. */
function pick(value, path) {
  return path === "" ? value : path.split(".").reduce((part, name) => part?.[name], value);
}
