// Short messages in the corner of the page: what was just done goes by itself, what
// failed stays until it is dismissed, and is not repeated beside itself. A message can
// outlive the page that caused it.

const STAYS_FOR_MS = 6000;
const KEPT = "carillon.said";

/**
 * @param {string} words
 * @param {{ failed?: boolean }} [options]
 */
export function say(words, { failed = false } = {}) {
  const region = document.querySelector(".toasts");
  const template = document.getElementById(failed ? "toast-failed" : "toast-done");
  const repeated = [...(region?.querySelectorAll(".toast__words") ?? [])].some(
    (said) => said.textContent === words,
  );
  if (!region || !template || (failed && repeated)) {
    return;
  }
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast__words").textContent = words;
  toast.querySelector("button").addEventListener("click", () => toast.remove());
  region.append(toast);
  if (!failed) {
    setTimeout(() => toast.remove(), STAYS_FOR_MS);
  }
}

/** The same on the next page. */
export function sayNext(words) {
  sessionStorage.setItem(KEPT, words);
}

document.addEventListener("carillon:said", ({ detail }) => say(detail.words, detail));

const kept = sessionStorage.getItem(KEPT);
if (kept) {
  sessionStorage.removeItem(KEPT);
  say(kept);
}
