// Short names: a field with `data-slug-of`, a selector, follows the field that it names,
// written as addresses take it, until a person writes one of their own.

const made = new WeakMap();

const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

document.addEventListener("input", ({ target }) => {
  for (const slug of target.form?.querySelectorAll("[data-slug-of]") ?? []) {
    if (!target.matches(slug.dataset.slugOf)) {
      continue;
    }
    if (slug.value === "" || slug.value === made.get(slug)) {
      slug.value = slugOf(target.value);
      made.set(slug, slug.value);
    }
  }
});
