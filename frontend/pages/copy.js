// Buttons that copy: `data-copy-text` is the text, `data-copy` the selector of the
// element that holds it. The button says so for a moment.

const SAYS_SO_FOR_MS = 1600;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-text]");
  if (!button) {
    return;
  }
  const source = button.dataset.copy && document.querySelector(button.dataset.copy);
  const text = source ? (source.value ?? source.textContent) : button.dataset.copyText;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without permission the text can still be selected.
    return;
  }
  const label = button.getAttribute("aria-label");
  const spoken = button.parentElement.querySelector(".spoken[aria-live]");
  button.dataset.copied = "";
  button.setAttribute("aria-label", "Copied");
  if (spoken) {
    spoken.textContent = "Copied";
  }
  setTimeout(() => {
    delete button.dataset.copied;
    button.setAttribute("aria-label", label);
    if (spoken) {
      spoken.textContent = "";
    }
  }, SAYS_SO_FOR_MS);
});
