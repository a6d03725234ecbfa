// People in a hurry: clicks and keys that come before the page is ready for them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, playPictures, ready, startBrowser } from "../lib/browser.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { PUSH, arrived, follow, openWorkflow } from "../lib/places.js";
import { startServer } from "../lib/server.js";
import { canvasOf } from "../lib/workflow.js";

let server;
let browser;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  await playPictures(browser.context);
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  await page.close();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

const open = async (path) => {
  const page = await newPage(browser.context);
  await page.goto(server.url + path);
  await ready(page);
  return page;
};
const editor = async () => {
  const page = await open("/pushes");
  await follow(page.getByRole("link", { name: "Welcome offer" }), PUSH);
  return page;
};
const dialogOf = (page) => page.getByRole("dialog", { name: "Send a test" });

/** An editor whose module does not come before it is let through. */
async function lifeless(address) {
  const page = await newPage(browser.context);
  let letThrough;
  const held = new Promise((go) => (letThrough = go));
  await page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(address, { waitUntil: "domcontentloaded" });
  return { page, letThrough };
}

test("a button that is clicked before the editor lives does its work once it does", async () => {
  const { page, letThrough } = await lifeless((await editor()).url());
  const button = page.getByRole("button", { name: "Send a test" });
  await button.click();
  assert.equal(await button.getAttribute("aria-busy"), "true");
  assert.ok(await dialogOf(page).isHidden());
  letThrough();
  await dialogOf(page).waitFor();
  assert.equal(await button.getAttribute("aria-busy"), null);
  assert.deepEqual(page.problems, []);
});

test("a step that is chosen before the canvas lives is added once it does", async () => {
  const known = await open("/campaigns");
  await openWorkflow(known, "Welcome");
  const before = await canvasOf(known).card("delay").count();
  const { page, letThrough } = await lifeless(known.url());
  await known.close();
  await canvasOf(page).step("Delay").click();
  letThrough();
  await canvasOf(page).card("delay").nth(before).waitFor();
  assert.deepEqual(page.problems, []);
});

test("Enter chooses what was typed, and not what stands there from before", async () => {
  const page = await editor();
  await page.getByRole("button", { name: "Send a test" }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole("option").nth(1).waitFor();
  await dialog.getByRole("searchbox").focus();
  await page.keyboard.type("customer-4");
  await page.keyboard.press("Enter");
  await dialog.getByText("Nothing will be sent: opted out").waitFor();
  assert.ok(await dialog.getByText("Daichi Sato").first().isVisible());
  assert.deepEqual(page.problems, []);
});

test("the palette goes where the words say, however soon Enter follows", async () => {
  const page = await open("/");
  await page.keyboard.press("ControlOrMeta+K");
  await page.keyboard.type("customer-3");
  await page.keyboard.press("Enter");
  await arrived(page, /\/contacts\/[0-9a-f-]{36}$/);
  await page.getByRole("heading", { name: "Chiara Moretti", level: 1 }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("what comes in before a live list follows it is on the list all the same", async () => {
  const page = await newPage(browser.context);
  const api = rest(server, await makeKey(page, server, ["ingest"]));
  let letThrough;
  const held = new Promise((go) => (letThrough = go));
  await page.route(/\/devices\/events$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${server.url}/devices?tab=live`);
  await ready(page);
  const device = { app: "shop", channel: "apns", token: "5a".repeat(32) };
  await api("PUT", "/contacts/customer-5/devices/early", device);
  await page.waitForTimeout(1500);
  const row = page.getByRole("row").filter({ hasText: "early" });
  assert.equal(await row.count(), 0, "nobody told the page");
  letThrough();
  await row.waitFor();
  assert.deepEqual(page.problems, []);
});
