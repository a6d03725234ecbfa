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
  list.innerHTML = all;
  none.hidden = true;
  choose(0);
  palette.showModal();
}

async function find() {
  asked += 1;
  const mine = asked;
  let failed = false;
  try {
    const fetched = await fetchPage(`/find?text=${encodeURIComponent(field.value)}`);
    if (mine !== asked) {
      return;
    }
    const found = fetched.getElementById("palette-list");
    failed = !found;
    list.innerHTML = found?.innerHTML ?? "";
  } catch {
    failed = true;
  }
  none.hidden = options().length > 0;
  none.textContent = failed ? none.dataset.failed : none.dataset.nothing;
  choose(0);
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
      options()[chosen()]?.click();
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
