// Dialogs: `data-opens` and `data-closes` on buttons. One dialog can serve many rows:
// `data-with` holds what the pressed button fills in.

/**
 * @param {HTMLDialogElement} dialog
 * @param {Record<string, unknown>} [content] for the controls of these names, and for
 *   the elements whose `data-word` is one of them
 */
export function open(dialog, content = {}) {
  for (const form of dialog.querySelectorAll("form[data-call], form[data-call-url]")) {
    form.reset();
    form.dispatchEvent(new CustomEvent("carillon:forget"));
  }
  for (const [name, value] of Object.entries(content)) {
    for (const control of dialog.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      control.value = value;
    }
    for (const word of dialog.querySelectorAll(`[data-word="${CSS.escape(name)}"]`)) {
      word.textContent = value;
    }
  }
  if (!dialog.open) {
    dialog.showModal();
  }
}

/** Where a press went past the dialog's own box. */
function isOutside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      open(dialog, JSON.parse(opener.dataset.with ?? "{}"));
    }
    return;
  }
  if (event.target.closest("[data-closes]")) {
    event.target.closest("dialog")?.close();
    return;
  }
  if (event.target.matches("dialog[open]") && isOutside(event.target, event)) {
    event.target.close();
  }
});

for (const dialog of document.querySelectorAll("dialog[data-open]")) {
  dialog.showModal();
}
