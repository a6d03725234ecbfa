// The canvas of a workflow, as a hand and as keys find their way on it.

import { ready } from "./browser.js";
import { drag, getsFocus, middle, pick, walkTo, write } from "./hands.js";

/**
 * The parts of the canvas that is open in `page`.
 *
 * @param {import("playwright-core").Page} page
 */
export function canvasOf(page) {
  const card = (kind) => page.locator(`.step[data-kind="${kind}"]`);
  return {
    ground: page.getByRole("application", { name: "Workflow" }),
    /** A step's card; the tests draw one of each kind. */
    card,
    /** Where an edge begins at a card: next, yes or no. */
    port: (kind, name = "next") => card(kind).locator(`[data-port="${name}"]`),
    /** Every edge. */
    wires: page.locator(".wire:not(.wire--sketch)"),
    /** The edge that begins there. */
    wire: async (kind, name = "next") => {
      const id = (await card(kind).getAttribute("id")).replace(/^step-/, "");
      return page.locator(`.wire[data-from="${id}"][data-port="${name}"]`);
    },
    settings: page.getByRole("complementary", { name: "Settings of the selected step" }),
    step: (label) =>
      page.getByRole("region", { name: "Steps to add" }).getByRole("button", { name: label }),
    /** What was just done, as it is read aloud. */
    said: (words) => page.locator(".flow-editor > .spoken").filter({ hasText: words }),
    saved: () => page.locator(".flow-bar__saving").getByText("Saved", { exact: true }),
  };
}

/**
 * Draws event → delay → branch → push → exit with the mouse: steps are dragged
 * from the palette onto the ground, a way out and an edge; edges are drawn by
 * drag and by click and click.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ event: string, attribute: string, value: string, push: string }} wanted
 */
export async function drawWithMouse(page, wanted) {
  const canvas = canvasOf(page);
  const bring = async (label, kind, to) => {
    await drag(page, await middle(canvas.step(label)), to);
    // A new step has the focus, and its settings are open.
    await getsFocus(canvas.card(kind));
  };

  await canvas.ground.waitFor();
  await ready(page);
  const area = await canvas.ground.boundingBox();
  await bring("Event trigger", "trigger", { x: area.x + area.width / 2, y: area.y + 80 });
  await write(canvas.settings.getByLabel("Event"), wanted.event);

  await bring("Yes/no branch", "branch", await middle(canvas.port("trigger")));
  await canvas.settings.getByRole("button", { name: "Add a comparison" }).click();
  await write(canvas.settings.getByLabel("Attribute or property"), wanted.attribute);
  await write(canvas.settings.getByLabel("With what"), wanted.value);

  // Dropped on the edge between the two, and so spliced in.
  await bring("Delay", "delay", await middle(await canvas.wire("trigger")));
  await write(canvas.settings.getByLabel("Wait"), "1");
  await canvas.settings.getByText("Unit", { exact: true }).click();
  await pick(canvas.settings.getByLabel("Unit"), "seconds");

  await bring("Push", "push", await middle(canvas.port("branch", "yes")));
  await canvas.settings.getByText("Push", { exact: true }).last().click();
  await pick(canvas.settings.getByLabel("Push"), wanted.push);

  // Onto the ground, to be connected by hand.
  const below = await middle(canvas.card("branch"));
  await bring("Exit", "exit", { x: below.x, y: below.y + 260 });
  await drag(page, await middle(canvas.port("branch", "no")), await middle(canvas.card("exit")));
  await canvas.said("Connect: done.").waitFor();
  const from = await middle(canvas.port("push"));
  await page.mouse.click(from.x, from.y);
  const to = await middle(canvas.card("exit"));
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.click(to.x, to.y);
}

/**
 * Draws the same by keys alone: A adds what comes next, Enter leads to its
 * settings, C connects.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ event: string, property: string, above: string, push: string }} wanted
 */
export async function drawWithKeys(page, wanted) {
  const canvas = canvasOf(page);
  const { keyboard } = page;
  const { settings } = canvas;
  const add = async (kind, letter) => {
    await keyboard.press("a");
    await getsFocus(page.getByRole("menu", { name: /^Add after/ }));
    await keyboard.press(letter);
    await getsFocus(canvas.card(kind));
  };
  // Enter leads to the first thing to set, Escape back to the card.
  const inSettings = async (kind, first, act) => {
    await keyboard.press("Enter");
    await getsFocus(first);
    await act();
    await keyboard.press("Escape");
    await getsFocus(canvas.card(kind));
  };
  const overwrite = async (text) => {
    await keyboard.press("ControlOrMeta+A");
    await keyboard.type(text);
  };
  const choose = async (list, option) => {
    await walkTo(list);
    await pick(list, option);
  };

  // On an empty canvas, what A offers first stands in the palette.
  await getsFocus(canvas.ground);
  await keyboard.press("a");
  await getsFocus(canvas.step("Event trigger"));
  await keyboard.press("Enter");
  await getsFocus(canvas.card("trigger"));
  await inSettings("trigger", settings.getByLabel("Event"), () => overwrite(wanted.event));

  await add("delay", "d");
  await inSettings("delay", settings.getByLabel("Wait"), async () => {
    await overwrite("1");
    await choose(settings.getByLabel("Unit"), "seconds");
  });

  await add("branch", "b");
  await inSettings("branch", settings.getByRole("button", { name: "Add a comparison" }), async () => {
    await keyboard.press("Enter");
    await getsFocus(settings.getByLabel("Of what"));
    await pick(settings.getByLabel("Of what"), "Event");
    await walkTo(settings.getByLabel("Attribute or property"));
    await overwrite(wanted.property);
    await choose(settings.getByLabel("How it is compared"), "is greater than");
    await walkTo(settings.getByLabel("With what"));
    await overwrite(wanted.above);
  });

  await add("push", "p");
  await inSettings("push", settings.getByLabel("Push"), () =>
    pick(settings.getByLabel("Push"), wanted.push),
  );
  await add("exit", "e");

  // Back up to the branch, and its other way to the same exit.
  await keyboard.press("ArrowUp");
  await getsFocus(canvas.card("push"));
  await keyboard.press("ArrowUp");
  await getsFocus(canvas.card("branch"));
  await keyboard.press("c");
  const exit = canvas.said(/^Connect “No” to Exit/);
  for (let tried = 0; !(await exit.isVisible()) && tried < 5; tried += 1) {
    await keyboard.press("ArrowDown");
  }
  await exit.waitFor();
  await keyboard.press("Enter");
  await canvas.said("Connected to Exit").waitFor();
}
