// What a person does with keys and fields. No value is set behind the page's
// back: every letter is a key, every choice a click or a key.

import assert from "node:assert/strict";

/** More than this many presses of Tab, and nobody would go on. */
const PATIENCE = 80;

/**
 * Types a text into a field, in place of what it holds.
 *
 * @param {import("playwright-core").Locator} field
 * @param {string} text
 */
export async function write(field, text) {
  const { keyboard } = field.page();
  await field.click();
  await keyboard.press("ControlOrMeta+A");
  await keyboard.type(text);
}

/**
 * Chooses from a native list as keys do it: its first letters. The list has the
 * focus already.
 *
 * @param {import("playwright-core").Locator} list
 * @param {string} option the beginning of an entry
 */
export async function pick(list, option) {
  assert.ok(await hasFocus(list), `the list with “${option}” has the focus`);
  await list.page().keyboard.type(option);
  const chosen = await list.evaluate((select) => select.selectedOptions[0]?.label ?? "");
  assert.ok(chosen.startsWith(option), `“${chosen}” was chosen rather than “${option}”`);
}

/**
 * Goes on with a key until `target` has the focus.
 *
 * @param {import("playwright-core").Locator} target
 * @param {string} [key] Tab, or Shift+Tab to go back
 */
export async function walkTo(target, key = "Tab") {
  const page = target.page();
  await target.waitFor();
  for (let pressed = 0; pressed < PATIENCE; pressed += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not lead to ${target}`);
}

/** @param {import("playwright-core").Locator} target */
export function hasFocus(target) {
  return target.evaluate((element) => element === document.activeElement);
}

/**
 * Waits until the page itself gives the focus to `target`.
 *
 * @param {import("playwright-core").Locator} target
 */
export async function getsFocus(target) {
  const handle = await target.elementHandle();
  await target.page().waitForFunction((element) => element === document.activeElement, handle);
}

/**
 * Presses, moves and lets go, as a hand does: in small steps.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ x: number, y: number }} from
 * @param {{ x: number, y: number }} to
 */
export async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 12 });
  await page.mouse.up();
}

/**
 * The middle of what is drawn, in pixels of the window.
 *
 * @param {import("playwright-core").Locator} target
 */
export async function middle(target) {
  const box = await target.boundingBox();
  assert.ok(box, `${target} is drawn`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/**
 * Writes down every event of a mouse or a finger from the next load on; ask for
 * them by what it returns.
 *
 * @param {import("playwright-core").Page} page
 */
export async function watchPointers(page) {
  await page.addInitScript(() => {
    window.pointed = [];
    for (const name of ["pointerdown", "pointermove", "mousedown", "mousemove", "touchstart"]) {
      window.addEventListener(name, (event) => window.pointed.push(event.type), true);
    }
  });
  return () => page.evaluate(() => window.pointed);
}
