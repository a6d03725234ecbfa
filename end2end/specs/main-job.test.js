// The main job, end to end, as a marketer does it: real pointer and key input
// in the page, REST for the events that a customer's own server would post.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ready, newPage, screenshots, startBrowser } from "../lib/browser.js";
import { getsFocus, pick, walkTo, watchPointers, write } from "../lib/hands.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import {
  PUSH,
  arrived,
  chooseContact,
  follow,
  goTo,
  hasEntered,
  importFile,
  openContact,
  openWorkflow,
  pageAt,
} from "../lib/places.js";
import { arrivals } from "../lib/sandbox.js";
import { ROOT, startServer } from "../lib/server.js";
import { canvasOf, drawWithKeys, drawWithMouse } from "../lib/workflow.js";

const IMAGE = "https://images.example.org/kettle.svg";

/** Vera and somebody without a name have the plan gold; so has Olga, who opted out; Pia has not. */
const fixture = (name) => join(ROOT, "end2end/fixtures", name);

let server;
let browser;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  const body = await readFile(fixture("kettle.svg"));
  await browser.context.route(IMAGE, (route) =>
    route.fulfill({ contentType: "image/svg+xml", body }),
  );
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

const open = (place) => pageAt(browser.context, server, place);

test("the link that the server prints makes the first administrator", async () => {
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("contacts and their devices come in by upload", async () => {
  const page = await open("Contacts");
  await follow(page.getByRole("link", { name: "Import" }), /\/contacts\/import$/);
  const people = await importFile(page, "Contacts", fixture("shoppers.csv"));
  assert.match(people, /Rows 4 New 4 .* Rejected 0/);
  const devices = await importFile(page, "Devices", fixture("devices.csv"));
  assert.match(devices, /Rows 5 New 5 .* Rejected 0/);
  assert.deepEqual(page.problems, []);
});

test("a push is composed, and the preview follows every key", async () => {
  const page = await open("Pushes");
  await follow(page.getByRole("link", { name: "New push" }), PUSH);
  const preview = page.getByRole("complementary", { name: "Preview" });
  const seenAs = async (external_id, name) => {
    await preview.getByRole("button", { name: "Choose a contact" }).click();
    await chooseContact(page.getByRole("dialog"), external_id, name);
    await preview.getByText(name, { exact: true }).waitFor();
  };
  await seenAs("shopper-1", "Vera Lind");

  await write(page.getByLabel("Name", { exact: true }), "Tea is on");
  await page.getByText("Campaign", { exact: true }).click();
  await pick(page.getByLabel("Campaign", { exact: true }), "New campaign");
  await write(page.getByLabel("New campaign’s name"), "Tea season");

  await write(page.getByLabel("Title", { exact: true }).first(), 'Hi {{ contact.first_name | default: "there" }}, tea is on');
  const title = preview.locator(".ios__title");
  await title.getByText("Hi Vera, tea is on", { exact: true }).waitFor();
  let expected = "Hi Vera, tea is on";
  for (const key of ["!", "!", "Backspace"]) {
    await page.keyboard.press(key);
    expected = key === "Backspace" ? expected.slice(0, -1) : expected + key;
    await title.getByText(expected, { exact: true }).waitFor();
  }
  await write(
    page.getByLabel("Text", { exact: true }).first(),
    'We kept {{ event.item | default: "a kettle" }} for you until Sunday.',
  );
  await preview.getByText("We kept a kettle for you until Sunday.").waitFor();
  await page.locator(".segmented__part", { hasText: "Image" }).click();
  await write(page.locator("#field-image"), IMAGE);
  await write(page.getByLabel("Link", { exact: true }).first(), "shop://offers/tea");

  await seenAs("shopper-2", "shopper-2");
  await title.getByText("Hi there, tea is on!", { exact: true }).waitFor();
  await preview.locator(".segmented__part", { hasText: "Android" }).click();
  await preview.locator(".segmented__part", { hasText: "Expanded" }).click();
  await preview.locator(`.android__picture[src="${IMAGE}"]`).waitFor();
  await preview.getByText("Hi there, tea is on!", { exact: true }).waitFor();
  await preview.locator(".segmented__part", { hasText: "iOS" }).click();
  await preview.locator(`.ios__picture[src="${IMAGE}"]`).waitFor();
  await seenAs("shopper-1", "Vera Lind");

  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
  await screenshots(page, "main-push-editor", { fullPage: false });
  await page.reload();
  await ready(page);
  assert.equal(await page.getByLabel("Link", { exact: true }).first().inputValue(), "shop://offers/tea");
  assert.deepEqual(page.problems, []);
});

test("a test says first whom it would reach, then what each device answered", async () => {
  const page = await open("Pushes");
  await follow(page.getByRole("link", { name: "Tea is on" }), PUSH);
  await page.getByRole("button", { name: "Send a test" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a test" });
  await chooseContact(dialog, "shopper-3", "Olga Brandt");
  await dialog.getByText("Nothing will be sent: opted out").waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Nothing to send to" }).isDisabled());

  await dialog.getByRole("button", { name: "Somebody else" }).click();
  await chooseContact(dialog, "shopper-1", "Vera Lind");
  await dialog.getByRole("button", { name: "Send to 2 devices" }).click();
  for (const device of ["Vera's iPhone", "Vera's tablet"]) {
    const answer = dialog.getByRole("listitem").filter({ hasText: device });
    await answer.getByText("Accepted", { exact: true }).waitFor();
    assert.match(await answer.innerText(), /answered 200/);
  }
  await screenshots(page, "main-send-test", { fullPage: false });
  assert.deepEqual(page.problems, []);
});

test("a workflow is drawn by drag and drop, and published", async () => {
  const page = await open("Campaigns");
  await openWorkflow(page, "Tea season");
  await page.getByRole("button", { name: "Draw the workflow" }).click();
  await drawWithMouse(page, {
    event: "basket_left",
    attribute: "plan",
    value: "gold",
    push: "Tea is on",
  });
  const canvas = canvasOf(page);
  assert.equal(await canvas.wires.count(), 5);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Revision 1 is live.").waitFor();
  // A click on the ground lets go of the step in hand.
  const ground = await canvas.ground.boundingBox();
  await page.mouse.click(ground.x + 40, ground.y + 40);
  await canvas.settings.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Dismiss" }).click();
  await screenshots(page, "main-workflow", { fullPage: false });
  assert.deepEqual(page.problems, []);
});

test("a workflow is drawn by keyboard alone, and published", async () => {
  const page = await newPage(browser.context);
  const pointed = await watchPointers(page);
  await page.goto(`${server.url}/campaigns`);
  await ready(page);
  await walkTo(page.getByRole("button", { name: "New campaign" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "New campaign" });
  await walkTo(dialog.getByLabel("Name"));
  await page.keyboard.type("Parcels");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Parcels", level: 1 }).waitFor();
  await walkTo(page.getByRole("link", { name: "Open the workflow" }));
  await page.keyboard.press("Enter");
  await arrived(page, /\/workflow$/);
  await walkTo(page.getByRole("button", { name: "Draw the workflow" }));
  await page.keyboard.press("Enter");

  await drawWithKeys(page, {
    event: "order_shipped",
    property: "total",
    above: "50",
    push: "Tea is on",
  });
  await walkTo(page.getByRole("button", { name: "Publish", exact: true }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Revision 1 is live.").waitFor();
  await getsFocus(page.getByRole("button", { name: "Published" }));
  assert.equal(await canvasOf(page).wires.count(), 5);
  assert.deepEqual(await pointed(), []);
  assert.deepEqual(page.problems, []);
});

test("events bring the right push to the right devices, and to nobody else", async () => {
  const page = await open("Virtual devices");
  const settings = await newPage(browser.context);
  const api = rest(server, await makeKey(settings, server, ["ingest"]));
  const basketLeft = (external_id, item) => ({ name: "basket_left", external_id, properties: { item } });
  const orderShipped = (external_id, item, total) => ({
    name: "order_shipped",
    external_id,
    properties: { item, total },
  });
  await api("POST", "/events", {
    events: [
      basketLeft("shopper-1", "the assam"),
      basketLeft("shopper-2", "the darjeeling"),
      basketLeft("shopper-3", "the sencha"),
      basketLeft("shopper-4", "the oolong"),
      orderShipped("shopper-1", "a spoon", 20),
      orderShipped("shopper-2", "a tea tin", 80),
      orderShipped("shopper-3", "a strainer", 90),
      orderShipped("shopper-4", "a blue kettle", 60),
    ],
  });

  // The page follows what arrives; nobody reloads it. The newest is on each
  // screen, the one before it a click away.
  const device = (id) => page.locator("article.virtual-device").filter({ hasText: id });
  const sees = async (id, title, item) => {
    const text = device(id).locator(".device").getByText(`We kept ${item} for you until Sunday.`);
    await text.waitFor({ timeout: 30_000 });
    const titles = device(id).locator(".device").getByText(title, { exact: true });
    assert.equal(await titles.filter({ visible: true }).count(), 1);
  };
  await sees("vera-phone", "Hi Vera, tea is on!", "the assam");
  await sees("vera-tablet", "Hi Vera, tea is on!", "the assam");
  await sees("pia-phone", "Hi Pia, tea is on!", "a blue kettle");
  const kitchen = device("kitchen-phone");
  const pushes = kitchen.getByRole("list", { name: "What arrived" }).getByRole("button");
  await pushes.nth(1).waitFor();
  const said = [];
  for (const push of await pushes.all()) {
    await push.click();
    said.push(await kitchen.locator(".android__body").filter({ visible: true }).innerText());
  }
  assert.deepEqual(said.sort(), [
    "We kept a tea tin for you until Sunday.",
    "We kept the darjeeling for you until Sunday.",
  ]);
  await device("vera-phone").getByText("just now").first().waitFor();
  await screenshots(page, "main-virtual-devices", { fullPage: false });
  await device("vera-phone").getByText("Payload and headers").click();
  assert.match(await device("vera-phone").innerText(), /"link": "shop:\/\/offers\/tea"/);

  // Everybody entered both workflows and nobody waits in them any more: what
  // has not been decided by now never will be.
  const decided = { "Vera Lind": 2, "shopper-2": 2, "Olga Brandt": 2, "Pia Weiss": 1 };
  const campaigns = ["Tea season", "Parcels"];
  for (const [at, name] of Object.keys(decided).entries()) {
    await openContact(page, `shopper-${at + 1}`, name);
    await hasEntered(page, campaigns);
  }
  for (const campaign of campaigns) {
    await goTo(page, "Campaigns");
    await openWorkflow(page, campaign);
    await page.getByRole("button", { name: /^Delay: .* 0 contacts here now/ }).waitFor();
  }
  for (const [at, [name, count]] of Object.entries(decided).entries()) {
    await openContact(page, `shopper-${at + 1}`, name);
    await hasEntered(page, campaigns);
    assert.equal(await page.locator("article.send").count(), count, name);
  }

  // What left is what arrived: each push at its device, once, and none besides.
  const push = (device, name, item) =>
    `${device}: Hi ${name}, tea is on! We kept ${item} for you until Sunday.`;
  const arrived = await arrivals(server, fixture("devices.csv"));
  assert.deepEqual(
    arrived.map(({ device, title, body }) => `${device}: ${title} ${body}`).sort(),
    [
      push("kitchen-phone", "there", "a tea tin"),
      push("kitchen-phone", "there", "the darjeeling"),
      push("pia-phone", "Pia", "a blue kettle"),
      // The test that was sent before the workflows ran.
      push("vera-phone", "Vera", "a kettle"),
      push("vera-phone", "Vera", "the assam"),
      push("vera-tablet", "Vera", "a kettle"),
      push("vera-tablet", "Vera", "the assam"),
    ],
  );
  assert.deepEqual(page.problems, []);
});

test("the page of the contact who opted out says why nothing came", async () => {
  const page = await open("Virtual devices");
  await write(page.getByRole("main").getByRole("searchbox"), "olga-phone");
  const device = page.locator("article.virtual-device");
  await device.getByText("Nothing arrived here.").waitFor();
  await device.getByRole("link", { name: "Olga Brandt" }).click();
  await page.getByRole("heading", { name: "Olga Brandt", level: 1 }).waitFor();

  const sends = page.locator("article.send");
  await sends.nth(1).waitFor();
  for (const send of await sends.all()) {
    await send.getByText("Not sent: opted out").waitFor();
    assert.ok(await send.getByText("The contact opted out of pushes.").isVisible());
    assert.match(await send.locator('[data-verdict="stopped"]').innerText(), /Opted in/);
  }
  await page.getByText("Opted out by an import").waitFor();
  await screenshots(page, "main-why", { fullPage: false });
  assert.deepEqual(page.problems, []);
});
