// Lists that follow what is typed: a `data-search` form fetches its own address with
// its fields and puts the fetched `data-region` in place; what is typed may have spaces
// around it. Without scripts it is a form like any other.

import { UNREACHABLE } from "./call.js";
import { fetchPage, place } from "./content.js";
import { say } from "./say.js";

const PAUSE_MS = 160;
let asked = 0;
let waiting = 0;

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-search]")) {
    clearTimeout(waiting);
    waiting = setTimeout(() => search(form), PAUSE_MS);
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-search]")) {
    event.preventDefault();
    clearTimeout(waiting);
    search(event.target);
  }
});

async function search(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value.trim() !== "") {
      query.append(name, value.trim());
    }
  }
  const words = query.toString();
  const address = form.getAttribute("action") + (words ? `?${words}` : "");
  asked += 1;
  const mine = asked;
  let fetched = null;
  try {
    fetched = await fetchPage(address);
  } catch {
    say(UNREACHABLE, { failed: true });
  }
  // Only the newest answer counts.
  if (fetched && mine === asked) {
    history.replaceState(null, "", address);
    place(fetched, form.dataset.region);
  }
}
