import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ready, newPage, screenshots, startBrowser } from "../lib/browser.js";
import { getsFocus, hasFocus, pick, walkTo, write } from "../lib/hands.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { follow, goTo, openContact, pageAt } from "../lib/places.js";
import { startServer } from "../lib/server.js";

let server;
let browser;
let api;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  api = rest(server, await makeKey(page, server, ["ingest", "read", "manage"]));
  await page.close();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

/** The list's own search, not the palette's. */
const search = (page) => page.getByRole("main").getByRole("searchbox");

/** Types into the search and waits until so many devices are listed. */
async function find(page, words, count) {
  await write(search(page), words);
  await page.waitForURL((url) => url.searchParams.get("q") === words);
  await page.waitForFunction(
    (wanted) => document.querySelectorAll("a.table__link").length === wanted,
    count,
  );
}

/** The one device of a contact, as the API tells it. */
async function deviceOf(external_id, channel) {
  const { items } = await api("GET", `/contacts/${external_id}/devices`);
  return items.find((device) => device.channel === channel);
}

const verdict = (page) => page.getByRole("region", { name: "Verdict" });

/** The first line of the verdict, once it is this. */
async function says(page, words) {
  await verdict(page).locator(".answer[data-first]", { hasText: words }).waitFor();
}

test("a device is found by its contact, by a part of its token, and by what it is narrowed to", async () => {
  const page = await pageAt(browser.context, server, "Devices");
  await ready(page);
  await find(page, "chiara@", 2);
  assert.equal(await page.getByText("by contact").count(), 2);

  const { token } = await deviceOf("customer-3", "apns");
  await find(page, token.slice(-8).toUpperCase(), 1);
  await page.getByText("by token’s end").waitFor();
  await find(page, token.slice(0, 10), 1);
  await page.getByText("by token’s beginning").waitFor();
  await find(page, token, 1);
  await page.getByText("by whole token").waitFor();
  assert.equal((await page.locator("table").innerText()).includes(token), false, "tokens are masked");

  await find(page, "customer-1-", 2);
  await walkTo(page.getByRole("combobox", { name: "Channel" }));
  await pick(page.getByRole("combobox", { name: "Channel" }), "FCM");
  await page.waitForURL(/q=customer-1-&channel=fcm/);
  await page.waitForFunction(() => document.querySelectorAll("a.table__link").length === 1);
  await page.reload();
  await ready(page);
  assert.equal(await search(page).inputValue(), "customer-1-");
  assert.equal(await page.getByRole("combobox", { name: "Channel" }).inputValue(), "fcm");

  await write(search(page), "nothing-like-it");
  await page.getByRole("heading", { name: "No such device" }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("a device says why it is silent, and its history and verdict follow what is done to it", async () => {
  const page = await pageAt(browser.context, server, "Devices");
  await ready(page);
  await find(page, "customer-6", 1);
  await page.getByRole("main").getByRole("link", { name: /^(iPhone|Pixel)/ }).click();
  await says(page, "will not show a push: it was registered without permission");

  await goTo(page, "Devices");
  await find(page, "customer-1-fcm", 1);
  await walkTo(page.locator("a.table__link"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/devices\/[0-9a-f-]{36}$/);
  await ready(page);
  await says(page, "Ready: nothing was sent to it yet");
  await screenshots(page, "device-ready");

  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("FCM checked a message to this token and would take it. Nothing was sent.").waitFor();

  await page.getByRole("button", { name: "Send a test push" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a test push" });
  await dialog.getByRole("button", { name: "Send to this device" }).click();
  await says(page, "Ready: the last push was accepted");
  const push = page.locator("details.delivery", { hasText: "Accepted by FCM" });
  await push.locator("summary").click();
  await push.getByText("Welcome, Ada").waitFor();
  const why = push.getByRole("link", { name: "Why, step by step" });
  assert.match(await why.getAttribute("href"), /^\/contacts\/[0-9a-f-]{36}\/why\?push=/);
  const checks = push.getByRole("link", { name: /^Every check/ });
  assert.match(await checks.getAttribute("href"), /^\/contacts\/[0-9a-f-]{36}\?show=pushes#delivery-/);
  await screenshots(page, "device-page");
  await push.getByRole("button", { name: "Send it again" }).click();
  await page.locator("details.delivery", { hasText: "Accepted by FCM" }).nth(1).waitFor();
  const { items } = await api("GET", "/contacts/customer-1/sends");
  const channels = items.flatMap((send) => send.deliveries).map((delivery) => delivery.channel);
  assert.deepEqual(channels, ["fcm", "fcm"], "the contact's other device was left alone");

  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Revoke the device…" }).click();
  await screenshots(page, "device-revoke", { fullPage: false });
  await page.getByRole("dialog").getByRole("button", { name: "Revoke the device" }).click();
  await says(page, "The device was revoked by ada@example.com");
  const history = page.locator(".timeline");
  await history.getByText("Revoked by ada@example.com").waitFor();
  await screenshots(page, "device-revoked");
  assert.deepEqual(page.problems, []);
});

test("a device without a dry run is checked by its form, and the page says that nothing was asked", async () => {
  const page = await newPage(browser.context);
  const device = await deviceOf("customer-2", "apns");
  await page.goto(`${server.url}/devices/${device.id}`);
  await ready(page);
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("Nothing is wrong, as far as can be seen from here").waitFor();
  await page.getByText(/APNs has no dry run, so it was not asked/).waitFor();
  assert.deepEqual(page.problems, []);
});

test("a device is registered by hand, with each mistake at its field", async () => {
  const page = await pageAt(browser.context, server, "Contacts");
  await openContact(page, "customer-8", "Hugo Reyes");
  await page.getByRole("link", { name: "0 devices" }).click();
  await follow(page.getByRole("link", { name: "Register one by hand" }), /\/devices\/register/);
  assert.equal(await page.getByLabel("Contact’s identifier").inputValue(), "customer-8");
  await write(page.getByLabel("Device id"), "till-4");
  await write(page.getByLabel("Push token"), "not a token");
  await write(page.getByLabel("Time zone"), "Europe/Nowhere");
  await page.getByRole("button", { name: "Register the device" }).click();
  const token = page.getByLabel("Push token");
  await getsFocus(token);
  await page.locator('[data-error="input.token"]', { hasText: "not an APNs token" }).waitFor();
  await page.locator('[data-error="input.time_zone"]', { hasText: "not a time zone" }).waitFor();
  await page.getByText("2 things need another look").waitFor();
  await screenshots(page, "device-register-mistakes");

  await write(token, "ab".repeat(32));
  await write(page.getByLabel("Time zone"), "Europe/Vienna");
  await write(page.getByLabel("Label"), "Till 4");
  await walkTo(page.getByRole("button", { name: "Register the device" }));
  assert.ok(await hasFocus(page.getByRole("button", { name: "Register the device" })));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Till 4", level: 1 }).waitFor();
  await page.getByText("The device was registered.").waitFor();
  await says(page, "Ready: nothing was sent to it yet");
  await page.getByText("The app did not say whether notifications are allowed").waitFor();

  await ready(page);
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Move to another contact…" }).click();
  const dialog = page.getByRole("dialog", { name: "Move to another contact" });
  await write(dialog.getByLabel("Contact’s identifier"), "nobody");
  await page.keyboard.press("Enter");
  await dialog.locator('[data-error="external_id"]', { hasText: "not a contact" }).waitFor();
  await write(dialog.getByLabel("Contact’s identifier"), "customer-10");
  await page.keyboard.press("Enter");
  await page.locator(".timeline").getByText("Came from the contact customer-8").waitFor();
  await page.getByRole("link", { name: "Jonas Petersen" }).waitFor();
  // Chromium itself reports each 422; nothing else may be wrong.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("status of 422")), []);
});

test("a refused registration stands on the page, with its reason and without its token", async () => {
  const secret = "c0ffee".repeat(11);
  const refused = await fetch(`${server.url}/api/v1/contacts/customer-9/devices/watch`, {
    method: "PUT",
    headers: { authorization: "Bearer carillon_of_nobody", "content-type": "application/json" },
    body: JSON.stringify({ app: "shop", channel: "apns", token: secret }),
  });
  assert.equal(refused.status, 401);
  await assert.rejects(
    api("PUT", "/contacts/customer-9/devices/watch", { app: "nowhere", channel: "apns", token: secret }),
  );
  const page = await pageAt(browser.context, server, "Devices");
  await page.getByRole("link", { name: "Refused registrations" }).click();
  await page.waitForURL(/tab=refused/);
  const line = page.locator("details.refused", { hasText: "“nowhere” is not an app" });
  await line.locator("summary").click();
  const request = await line.locator("pre").innerText();
  assert.match(request, /"app": "nowhere"/);
  assert.equal(request.includes(secret.slice(0, 12)), false);
  await page.locator("details.refused", { hasText: "401" }).waitFor();
  await screenshots(page, "devices-refused");
  assert.deepEqual(page.problems, []);
});

test("registrations appear as they come in, and can be filtered", async () => {
  const page = await pageAt(browser.context, server, "Devices");
  await follow(page.getByRole("link", { name: "Live", exact: true }), /tab=live/);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const token = "5a".repeat(32);
  await api("PUT", "/contacts/customer-5/devices/live-1", { app: "shop", channel: "apns", token });
  const taken = page.getByRole("row").filter({ hasText: "live-1" });
  await taken.getByText("New").waitFor();
  await assert.rejects(
    api("PUT", "/contacts/customer-5/devices/live-2", { app: "shop", channel: "fcm", token: "a b" }),
  );
  const refused = page.getByRole("row").filter({ hasText: "live-2" });
  await refused.getByText("is not a token of FCM").waitFor();
  await screenshots(page, "devices-live");
  await write(search(page), "refused");
  await page.waitForURL(/q=refused&tab=live/);
  await taken.waitFor({ state: "detached" });
  await write(search(page), "live-1");
  await taken.getByRole("link", { name: "live-1" }).click();
  await says(page, "Ready: nothing was sent to it yet");
  assert.deepEqual(page.problems, []);
});

test("the list of devices in every state that it can be in", async () => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}/devices`);
  await ready(page);
  const states = await page.locator('tbody [data-label="State"]').allInnerTexts();
  for (const state of ["Active", "Notifications off"]) {
    assert.ok(states.some((text) => text.trim() === state), `${state} is among ${states}`);
  }
  await screenshots(page, "devices");
  await page.goto(`${server.url}/devices?q=customer-1`);
  await ready(page);
  const found = await page.locator("tbody tr").allInnerTexts();
  assert.ok(found.length > 0 && found.every((row) => row.includes("customer-1")), found.join("\n"));
  await screenshots(page, "devices-found");
  await page.goto(`${server.url}/devices?state=quarantined`);
  await ready(page);
  await page.getByRole("heading", { name: "No such device" }).waitFor();
  await screenshots(page, "devices-none", { fullPage: false });
  await page.goto(`${server.url}/devices/register`);
  await ready(page);
  await screenshots(page, "device-register");
  await page.goto(`${server.url}/devices/01980000-0000-7000-8000-000000000000`);
  await page.getByText("This device was not found").waitFor();
  // Chromium itself reports the 404; nothing else may be wrong.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("status of 404")), []);
});
