// What comes in and goes out, as it happens; and a payload typed by hand, sent to one
// device and once more.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, ready, screenshots, startBrowser } from "../lib/browser.js";
import { pick, walkTo, write } from "../lib/hands.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { follow } from "../lib/places.js";
import { ask } from "../lib/push-service.js";
import { startServer } from "../lib/server.js";

let server;
let browser;
let page;
let api;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  page = await newPage(browser.context);
  await firstAdministrator(page, server);
  api = rest(server, await makeKey(page, server, ["ingest", "manage"]));
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

const search = () => page.getByRole("main").getByRole("searchbox");

async function deviceOf(external_id, channel) {
  const { items } = await api("GET", `/contacts/${external_id}/devices`);
  return items.find((device) => device.channel === channel);
}

/** What arrived at a device last. */
async function arrivedAt(token, wanted) {
  for (let tries = 0; tries < 100; tries += 1) {
    const all = await ask(server, "/sandbox/arrivals");
    const own = all.filter((one) => one.token === token && wanted(one));
    if (own.length > 0) {
      return own;
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error("nothing arrived");
}

test("deliveries appear as they happen, and are narrowed by outcome, channel and words", async () => {
  await page.goto(`${server.url}/devices?tab=live`);
  await ready(page);
  await follow(page.getByRole("link", { name: "Deliveries", exact: true }), /what=deliveries/);
  await page.getByRole("heading", { name: "Nothing was sent yet" }).waitFor();
  const [push] = (await api("GET", "/pushes")).items;
  await api("POST", `/pushes/${push.id}/test`, { external_id: "customer-1" });
  const row = (device) => page.getByRole("row").filter({ hasText: device });
  const { device_id } = await deviceOf("customer-1", "fcm");
  await row(device_id).getByText("Accepted").waitFor();
  await screenshots(page, "devices-live-deliveries");

  await walkTo(page.getByRole("combobox", { name: "Outcome" }));
  await pick(page.getByRole("combobox", { name: "Outcome" }), "Refused");
  await page.waitForURL(/outcome=bad/);
  await page.getByRole("heading", { name: "Nothing like that was sent lately" }).waitFor();
  // Letters typed right after others would go on from them: one up, to “Taken”.
  await walkTo(page.getByRole("combobox", { name: "Outcome" }));
  await page.keyboard.press("ArrowUp");
  await page.waitForURL(/outcome=good/);
  await row(device_id).waitFor();
  await write(search(), "nobody-like-that");
  await page.waitForURL(/q=nobody/);
  await page.getByRole("heading", { name: "Nothing like that was sent lately" }).waitFor();
  await write(search(), "customer-1");
  await row(device_id).waitFor();
  // The address holds it all, the part that is followed included.
  await page.reload();
  await ready(page);
  await row(device_id).getByRole("link", { name: "Why" }).click();
  await page.waitForURL(/\/contacts\/[0-9a-f-]+\/why\?push=/);
  assert.deepEqual(page.problems, []);
});

test("a payload typed by hand is checked, goes out as it is, and goes out the same once more", async () => {
  const device = await deviceOf("customer-2", "apns");
  await page.goto(`${server.url}/devices/${device.id}`);
  await ready(page);
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Send a raw payload…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a raw payload" });
  const body = dialog.getByLabel("Payload", { exact: true });
  await screenshots(page, "device-raw", { fullPage: false });
  await write(body, '{"aps": {"alert": ');
  await dialog.getByRole("button", { name: "Send to this device" }).click();
  await dialog.getByText(/is not JSON at line 1/).waitFor();
  await write(body, '{"alert": "Hi"}');
  await dialog.getByRole("button", { name: "Send to this device" }).click();
  await dialog.getByText(/needs “aps”/).waitFor();
  await screenshots(page, "device-raw-wrong", { fullPage: false });

  const typed = '{"aps": {"content-available": 1}, "colour": "blue", "carillon_id": "{{carillon_id}}"}';
  await write(body, typed);
  await walkTo(dialog.getByLabel("apns-push-type"));
  await pick(dialog.getByLabel("apns-push-type"), "background");
  await walkTo(dialog.getByLabel("Priority"));
  await pick(dialog.getByLabel("Priority"), "Spare");
  await dialog.getByRole("button", { name: "Send to this device" }).click();
  await dialog.waitFor({ state: "hidden" });
  const blue = ({ payload }) => payload?.colour === "blue";
  const [first] = await arrivedAt(device.token, blue);
  assert.deepEqual(first.payload.aps, { "content-available": 1 });
  assert.equal(first.headers["apns-push-type"], "background");
  assert.equal(first.headers["apns-priority"], "5");
  const push = page.locator("details.delivery", { hasText: "Raw payload" });
  await push.first().getByText(/Accepted/).waitFor();
  await push.first().locator("summary").click();
  await push.first().getByText('"colour": "blue"').waitFor();
  await screenshots(page, "device-raw-sent");

  await push.first().getByRole("button", { name: "Send it again" }).click();
  await push.nth(1).waitFor();
  let both = [];
  for (let tries = 0; tries < 100 && both.length < 2; tries += 1) {
    both = await arrivedAt(device.token, blue);
    await new Promise((later) => setTimeout(later, 100));
  }
  const [one, two] = both;
  assert.notEqual(one.payload.carillon_id, two.payload.carillon_id, "another delivery");
  const rest = ({ carillon_id, ...others }) => others;
  assert.deepEqual(rest(one.payload), rest(two.payload), "the same payload");
  assert.equal(two.headers["apns-push-type"], "background");
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("422")), []);
  page.problems.splice(0);
});

test("a raw payload may be sent over the API, and its mistakes are named", async () => {
  const device = await deviceOf("customer-3", "fcm");
  const path = `/contacts/customer-3/devices/${device.device_id}/test`;
  await assert.rejects(api("POST", path, { body: '{"message": {"token": "x"}}' }), /leave it out/);
  const sent = await api("POST", path, { body: '{"message": {"data": {"green": "1"}}}' });
  assert.match(sent.send, /^\/api\/v1\/contacts\/customer-3\/sends\//);
  const [arrived] = await arrivedAt(device.token, ({ payload }) => payload?.message?.data?.green);
  assert.equal(arrived.payload.message.token, device.token);
});
