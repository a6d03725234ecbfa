// An editor lives once its module has started, which takes seconds on a slow line. Of its
// marked buttons and the workflow's steps, the one that was clicked last before is busy
// until then, and clicked again. Rows of buttons are left out: the module makes them anew.

const page = document.documentElement;
const WAITS = "button[data-part], .step-palette__item";
const MADE_ANEW = "[data-part=buttons]";

if (document.getElementById("editor-data") && !("ready" in page.dataset)) {
  let clicked = null;
  const remember = (event) => {
    const button = event.target.closest(WAITS);
    if (button && !button.closest(MADE_ANEW)) {
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
