// Texts that can be read from a file: `data-file-into` on a file input is the selector of
// the field that the chosen file's text is put into, and `data-file-name`, with the same
// selector, shows the file's name. The file stays in the browser until its form is sent.

document.addEventListener("change", async (event) => {
  const into = event.target.dataset.fileInto;
  const file = into && event.target.files[0];
  if (!file) {
    return;
  }
  document.querySelector(into).value = await file.text();
  document.querySelector(`[data-file-name="${CSS.escape(into)}"]`).textContent = file.name;
  // The same file can be chosen again.
  event.target.value = "";
});

document.addEventListener("reset", (event) => {
  for (const name of event.target.querySelectorAll("[data-file-name]")) {
    name.textContent = "";
  }
});
