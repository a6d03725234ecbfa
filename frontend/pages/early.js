// An editor lives once its module has started, which takes seconds on a slow line. The
// button of it that was clicked last before is busy until then, and clicked again.

const page = document.documentElement;

if (document.getElementById("editor-data") && !("ready" in page.dataset)) {
  let clicked = null;
  const remember = (event) => {
    const button = event.target.closest("button[data-part]");
    if (button) {
      clicked?.removeAttribute("aria-busy");
      clicked = button;
      clicked.setAttribute("aria-busy", "true");
    }
  };
  document.addEventListener("click", remember);
  new MutationObserver((_, watching) => {
    watching.disconnect();
    document.removeEventListener("click", remember);
    clicked?.removeAttribute("aria-busy");
    clicked?.click();
  }).observe(page, { attributeFilter: ["data-ready"] });
}
