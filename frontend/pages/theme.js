// Light, dark, or as the system: shown at once and remembered for a year, so that the
// server writes it into the next page's first markup.

const COOKIE = "carillon_theme";
const YEAR_S = 31_536_000;

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  if (!choice) {
    return;
  }
  const system = choice === "system";
  if (system) {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = choice;
  }
  const kept = system ? "" : choice;
  document.cookie = `${COOKIE}=${kept}; path=/; max-age=${system ? 0 : YEAR_S}; samesite=lax`;
  for (const option of document.querySelectorAll("[data-theme-choice]")) {
    option.setAttribute("aria-checked", String(option.dataset.themeChoice === choice));
  }
});
