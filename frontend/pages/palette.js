// Search and commands: Ctrl or ⌘ K opens it. The server writes what it finds, as links;
// arrow keys choose one, Enter follows it.

import { fetchPage } from "./content.js";

const PAUSE_MS = 140;

const palette = document.getElementById("palette");
const field = palette?.querySelector("input");
const list = document.getElementById("palette-list");
const none = palette?.querySelector(".palette__none");
const all = list?.innerHTML;
let waiting = 0;
let asked = 0;
/** The words that the list was found for. */
let answered = "";

const options = () => [...list.querySelectorAll("[role=option]")];

function choose(at) {
  const found = options();
  found.forEach((option, number) => {
    option.setAttribute("aria-selected", String(number === at));
  });
  field.setAttribute("aria-activedescendant", found[at]?.id ?? "");
  found[at]?.scrollIntoView({ block: "nearest" });
}

const chosen = () => options().findIndex((option) => option.ariaSelected === "true");

function toggle() {
  if (palette.open) {
    palette.close();
    return;
  }
  field.value = "";
  answered = "";
  list.innerHTML = all;
  none.hidden = true;
  choose(0);
  palette.showModal();
}

async function find() {
  asked += 1;
  const mine = asked;
  const words = field.value;
  let failed = false;
  try {
    const fetched = await fetchPage(`/find?text=${encodeURIComponent(words)}`);
    if (mine !== asked) {
      return;
    }
    const found = fetched.getElementById("palette-list");
    failed = !found;
    list.innerHTML = found?.innerHTML ?? "";
  } catch {
    if (mine !== asked) {
      return;
    }
    list.innerHTML = "";
    failed = true;
  }
  answered = failed ? null : words;
  none.hidden = options().length > 0;
  none.textContent = failed ? none.dataset.failed : none.dataset.nothing;
  choose(0);
}

/** Follows what is chosen, of what was found for the words that stand there now. */
async function follow() {
  if (answered !== field.value) {
    clearTimeout(waiting);
    await find();
  }
  if (palette.open && answered === field.value) {
    options()[chosen()]?.click();
  }
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    const wanted = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (wanted && event.key.toLowerCase() === "k") {
      event.preventDefault();
      toggle();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) {
      toggle();
    }
  });
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" && count > 0) {
      choose((chosen() + 1) % count);
    } else if (event.key === "ArrowUp" && count > 0) {
      choose((chosen() + count - 1) % count);
    } else if (event.key === "Enter") {
      follow();
    } else {
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    const at = options().indexOf(event.target.closest("[role=option]"));
    if (at >= 0 && at !== chosen()) {
      choose(at);
    }
  });
}
