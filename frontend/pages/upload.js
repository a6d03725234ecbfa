// Forms that send a file: `data-upload` is the address, in which `{kind}` is the value of
// the form's control of that name. The body is the file itself, streamed; its name and
// the other controls stand in the query. The answer leads to `data-href`, in which
// `{name}` is a field of it. What is refused is said as by `data-call`.
//
// Within the form, `data-drop` takes a dropped file, `data-file` shows which was chosen
// (its own words come back when none is), `data-uploading` is shown during the upload,
// with a `<progress>`, `data-uploaded` for the figures, and `data-stops` to call it off.

import { UNREACHABLE } from "./call.js";
import { forget, refuse } from "./refusal.js";

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-upload]")) {
    event.preventDefault();
    upload(event.target);
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (event.target.type === "file" && form?.matches("[data-upload]")) {
    forget(form);
    showFile(form);
  }
});

document.addEventListener("dragover", (event) => over(event, true));
document.addEventListener("dragleave", (event) => over(event, false));
document.addEventListener("drop", (event) => {
  const place = over(event, false);
  const input = place?.querySelector("input[type=file]");
  if (input && event.dataTransfer.files.length > 0) {
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

/** Marks the place that a file is held over. */
function over(event, is) {
  const place = event.target.closest?.("[data-drop]");
  if (place) {
    event.preventDefault();
    place.toggleAttribute("data-over", is);
  }
  return place;
}

const fileOf = (form) => form.querySelector("input[type=file]").files[0];

/** Says which file was chosen; without one there is nothing to send. */
function showFile(form) {
  const file = fileOf(form);
  const place = form.querySelector("[data-file]");
  place.dataset.file ||= place.textContent;
  place.textContent = file ? `${file.name} (${size(file.size)})` : place.dataset.file;
  place.classList.toggle("strong", Boolean(file));
  form.querySelector("[type=submit]").disabled = !file;
}

/** A size as people read it. */
function size(bytes) {
  const KB = 1024;
  const MB = KB * KB;
  if (bytes < KB) {
    return `${bytes} bytes`;
  }
  return bytes < MB
    ? `${Math.floor(bytes / KB)} KB`
    : `${Math.floor(bytes / MB).toLocaleString("en-US")} MB`;
}

/** @param {HTMLFormElement} form */
function upload(form) {
  const file = fileOf(form);
  const button = form.querySelector("[type=submit]");
  if (!file || button.ariaBusy === "true") {
    return;
  }
  forget(form);
  let stopped = false;
  const request = new XMLHttpRequest();
  request.open("POST", addressOf(form, file));
  request.setRequestHeader("accept", "application/json");
  request.upload.addEventListener("progress", (event) => showProgress(form, event));
  request.addEventListener("loadend", () => {
    button.removeAttribute("aria-busy");
    showProgress(form, null);
    const answer = answerOf(request);
    if (request.status >= 200 && request.status < 300 && answer) {
      location.assign(form.dataset.href.replace(/\{(\w+)\}/g, (_, name) => answer[name]));
    } else if (!stopped) {
      refuse(form, answer ?? { kind: "unreachable", detail: UNREACHABLE });
    }
  });
  form.querySelector("[data-stops]").onclick = () => {
    stopped = true;
    request.abort();
    button.focus();
  };
  button.ariaBusy = "true";
  showProgress(form, { loaded: 0, total: file.size });
  request.send(file);
}

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

function addressOf(form, file) {
  const query = new URLSearchParams({ name: file.name });
  const values = new FormData(form);
  const path = form.dataset.upload.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values.get(name);
    values.delete(name);
    return encodeURIComponent(value);
  });
  for (const [name, value] of values) {
    if (typeof value === "string" && value !== "") {
      query.append(name, value);
    }
  }
  return `${path}?${query}`;
}

/** Shows how much was sent; nothing when there is no upload. */
function showProgress(form, progress) {
  const place = form.querySelector("[data-uploading]");
  place.hidden = !progress;
  if (progress) {
    const bar = place.querySelector("progress");
    bar.max = Math.max(1, progress.total);
    bar.value = progress.loaded;
    const of = `${size(progress.loaded)} of ${size(progress.total)}`;
    place.querySelector("[data-uploaded]").textContent = of;
  }
}

// The browser may have kept the choice when one comes back to the page.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-upload]")) {
    showFile(form);
  }
});
