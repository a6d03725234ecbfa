// The main job, end to end, as a marketer does it: real pointer and key input
// in the page, REST for the events that a customer's own server would post.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hydrated, newPage, screenshots, startBrowser } from "../lib/browser.js";
import { pick, walkTo, write } from "../lib/hands.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { ROOT, startServer } from "../lib/server.js";
import { canvasOf, drawWithKeys, drawWithMouse } from "../lib/workflow.js";

const IMAGE = "https://images.example.org/kettle.svg";

// Who is imported. The branch of each workflow lets some through and others not.
const CONTACTS = `external_id,first_name,last_name,opted_in,plan
shopper-1,Vera,Lind,true,gold
shopper-2,,,true,gold
shopper-3,Olga,Brandt,false,gold
shopper-4,Pia,Weiss,true,basic
`;
const TOKENS = {
  "vera-phone": "a1".repeat(32),
  "vera-tablet": "fcm:vera-tablet",
  "nameless-phone": "fcm:nameless-phone",
  "olga-phone": "b2".repeat(32),
  "pia-phone": "c3".repeat(32),
};
const DEVICES = `external_id,device_id,app,channel,token,platform,os_permission,label
shopper-1,vera-phone,shop,apns,${TOKENS["vera-phone"]},ios,granted,Vera's iPhone
shopper-1,vera-tablet,shop,fcm,${TOKENS["vera-tablet"]},android,granted,Vera's tablet
shopper-2,nameless-phone,shop,fcm,${TOKENS["nameless-phone"]},android,granted,Kitchen phone
shopper-3,olga-phone,shop,apns,${TOKENS["olga-phone"]},ios,granted,Olga's iPhone
shopper-4,pia-phone,shop,apns,${TOKENS["pia-phone"]},ios,granted,Pia's iPhone
`;

let server;
let browser;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  const body = await readFile(join(ROOT, "end2end/fixtures/kettle.svg"));
  await browser.context.route(IMAGE, (route) =>
    route.fulfill({ contentType: "image/svg+xml", body }),
  );
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

/** A page on which somebody has gone to a place by the rail. */
async function pageAt(place) {
  const page = await newPage(browser.context);
  await page.goto(server.url);
  await hydrated(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place, exact: true }).click();
  await page.getByRole("heading", { name: place, level: 1 }).waitFor();
  return page;
}

/** Uploads a file of rows on the page of imports, through the file chooser. */
async function importFile(page, name, text) {
  const file = join(server.directory, name);
  await writeFile(file, text);
  const chooser = page.waitForEvent("filechooser");
  await page.getByText("Choose a CSV or NDJSON file").click();
  await (await chooser).setFiles(file);
  await page.getByRole("button", { name: "Upload and import" }).click();
  const listed = page.getByRole("row", { name: new RegExp(name) });
  await listed.getByText("Done").waitFor({ timeout: 30_000 });
  return listed;
}

test("the link that the server prints makes the first administrator", async () => {
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("contacts and their devices come in by upload", async () => {
  const page = await pageAt("Contacts");
  await page.getByRole("link", { name: "Import" }).click();
  await page.waitForURL(/\/contacts\/import$/);
  await importFile(page, "people.csv", CONTACTS);
  const facts = page.locator("main .facts").first();
  assert.match((await facts.innerText()).replace(/\s+/g, " "), /Rows 4 New 4 .* Rejected 0/);

  await page.locator(".segmented__part", { hasText: "Devices" }).click();
  await importFile(page, "devices.csv", DEVICES);
  assert.match((await facts.innerText()).replace(/\s+/g, " "), /Rows 5 New 5 .* Rejected 0/);
  assert.deepEqual(page.problems, []);
});

test("a push is composed, and the preview follows every key", async () => {
  const page = await pageAt("Pushes");
  await page.getByRole("link", { name: "New push" }).click();
  const preview = page.getByRole("complementary", { name: "Preview" });
  const seenAs = async (words, name) => {
    await preview.getByRole("button", { name: "Choose a contact" }).click();
    await write(page.getByRole("dialog").getByRole("searchbox"), words);
    await page.getByRole("dialog").getByRole("option", { name }).click();
    await preview.getByText(name, { exact: true }).waitFor();
  };
  await seenAs("shopper-1", "Vera Lind");

  await write(page.getByLabel("Name", { exact: true }), "Tea is on");
  await page.getByText("Campaign", { exact: true }).click();
  await pick(page.getByLabel("Campaign", { exact: true }), "New campaign");
  await write(page.getByLabel("New campaign’s name"), "Tea season");

  await write(page.getByLabel("Title", { exact: true }), 'Hi {{ contact.first_name | default: "there" }}, tea is on');
  const title = preview.locator(".ios__title");
  await title.getByText("Hi Vera, tea is on", { exact: true }).waitFor();
  let expected = "Hi Vera, tea is on";
  for (const key of ["!", "!", "Backspace"]) {
    await page.keyboard.press(key);
    expected = key === "Backspace" ? expected.slice(0, -1) : expected + key;
    await title.getByText(expected, { exact: true }).waitFor();
  }
  await write(
    page.getByLabel("Text", { exact: true }),
    'We kept {{ event.item | default: "a kettle" }} for you until Sunday.',
  );
  await preview.getByText("We kept a kettle for you until Sunday.").waitFor();
  await write(page.getByLabel("Image", { exact: true }), IMAGE);
  await write(page.getByLabel("Link", { exact: true }), "shop://offers/tea");

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
  await hydrated(page);
  assert.equal(await page.getByLabel("Link", { exact: true }).inputValue(), "shop://offers/tea");
  assert.deepEqual(page.problems, []);
});

test("a test says first whom it would reach, then what each device answered", async () => {
  const page = await pageAt("Pushes");
  await page.getByRole("link", { name: "Tea is on" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a test" });
  await write(dialog.getByRole("searchbox"), "shopper-3");
  await dialog.getByRole("option", { name: "Olga Brandt" }).click();
  await dialog.getByText("Nothing will be sent: opted out").waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Nothing to send to" }).isDisabled());

  await dialog.getByRole("button", { name: "Somebody else" }).click();
  await write(dialog.getByRole("searchbox"), "shopper-1");
  await dialog.getByRole("option", { name: "Vera Lind" }).click();
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
  const page = await pageAt("Campaigns");
  await page.getByRole("link", { name: "Tea season" }).click();
  await page.getByRole("link", { name: "Open the workflow" }).click();
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
  await screenshots(page, "main-workflow", { fullPage: false });
  assert.deepEqual(page.problems, []);
});

test("a workflow is drawn by keyboard alone, and published", async () => {
  const page = await newPage(browser.context);
  await page.addInitScript(() => {
    window.pointed = [];
    for (const name of ["pointerdown", "pointermove", "mousedown", "mousemove", "touchstart"]) {
      window.addEventListener(name, (event) => window.pointed.push(event.type), true);
    }
  });
  await page.goto(`${server.url}/campaigns`);
  await hydrated(page);
  await walkTo(page.getByRole("button", { name: "New campaign" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "New campaign" });
  await walkTo(dialog.getByLabel("Name"));
  await page.keyboard.type("Parcels");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Parcels", level: 1 }).waitFor();
  await walkTo(page.getByRole("link", { name: "Open the workflow" }));
  await page.keyboard.press("Enter");
  await walkTo(page.getByRole("button", { name: "Draw the workflow" }));
  await page.keyboard.press("Enter");

  await drawWithKeys(page, {
    event: "order_shipped",
    property: "total",
    above: "50",
    push: "Tea is on",
  });
  await walkTo(page.getByRole("button", { name: "Publish" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Revision 1 is live.").waitFor();
  assert.equal(await canvasOf(page).wires.count(), 5);
  assert.deepEqual(await page.evaluate(() => window.pointed), []);
  assert.deepEqual(page.problems, []);
});

test("events bring the right push to the right devices, and to nobody else", async () => {
  const page = await pageAt("Virtual devices");
  const posting = await newPage(browser.context);
  const api = rest(server, await makeKey(posting, server, ["ingest"]));
  const event = (name) => (external_id, properties) => ({ external_id, name, properties });
  const [left, shipped] = [event("basket_left"), event("order_shipped")];
  await api("POST", "/events", {
    events: [
      left("shopper-4", { item: "the oolong" }),
      left("shopper-3", { item: "the sencha" }),
      left("shopper-1", { item: "the assam" }),
      left("shopper-2", { item: "the darjeeling" }),
      shipped("shopper-1", { item: "a spoon", total: 20 }),
      shipped("shopper-3", { item: "a strainer", total: 90 }),
      shipped("shopper-2", { item: "a tea tin", total: 80 }),
      shipped("shopper-4", { item: "a blue kettle", total: 60 }),
    ],
  });

  // The page follows what arrives; nobody reloads it.
  const device = (id) => page.locator("article.virtual-device", { hasText: id });
  const arrived = (id, title, item) =>
    device(id)
      .locator(".device")
      .filter({ hasText: title })
      .getByText(`We kept ${item} for you until Sunday.`);
  await arrived("vera-phone", "Hi Vera, tea is on!", "the assam").waitFor({ timeout: 30_000 });
  await arrived("vera-tablet", "Hi Vera, tea is on!", "the assam").waitFor();
  await arrived("pia-phone", "Hi Pia, tea is on!", "a blue kettle").waitFor();
  await page.waitForTimeout(3000);
  await screenshots(page, "main-virtual-devices", { fullPage: false });
  console.error(await page.locator("main").innerText());
  console.error(await readFile(join(server.directory, "data/sandbox-pushes.jsonl"), "utf8"));
});
