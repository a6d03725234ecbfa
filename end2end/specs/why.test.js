// Why a contact did not get a push: the whole chain, from what lets in to what the
// device told.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, playPictures, ready, screenshots, startBrowser } from "../lib/browser.js";
import { pick, walkTo, write } from "../lib/hands.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { follow } from "../lib/places.js";
import { startServer } from "../lib/server.js";

let server;
let browser;
let page;
let api;
let push;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  // The sample push's image lies on no real server.
  await playPictures(browser.context);
  page = await newPage(browser.context);
  await firstAdministrator(page, server);
  api = rest(server, await makeKey(page, server, ["manage"]));
  [push] = (await api("GET", "/pushes")).items;
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

/** What `look` finds, once it finds something. */
async function eventually(look) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look();
    if (found) {
      return found;
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error("it never came");
}

async function openWhy(external_id) {
  const { id } = await api("GET", `/contacts/${external_id}`);
  await page.goto(`${server.url}/contacts/${id}/why`);
  await ready(page);
  return id;
}

test("nothing was sent: the page names what kept the contact out, and where to mend it", async () => {
  const id = await openWhy("customer-2");
  await page.getByRole("heading", { name: "Choose a push" }).waitFor();
  const list = page.getByLabel("Push", { exact: true });
  await walkTo(list);
  await pick(list, "Welcome offer");
  await walkTo(page.getByRole("button", { name: "Say why" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${server.url}/contacts/${id}/why?push=${push.id}`);
  await page.getByText("Nothing was sent: the contact is in no workflow that sends this").waitFor();
  const entrance = page.getByRole("list", { name: "Entrance" });
  assert.match(await entrance.innerText(), /never did “signed_up”|is a draft/);
  await screenshots(page, "why-not-entered");
  await page.reload();
  await ready(page);
  await entrance.waitFor();
  assert.deepEqual(page.problems, []);
});

test("a check that stopped it says what it saw, and leads to what would make it pass", async () => {
  await api("POST", `/pushes/${push.id}/test`, { external_id: "customer-4" });
  const { id } = await api("GET", "/contacts/customer-4");
  await eventually(async () => (await api("GET", "/contacts/customer-4/sends")).items[0]?.reason);
  await page.goto(`${server.url}/contacts/${id}`);
  await ready(page);
  await follow(page.getByRole("link", { name: "Why, step by step" }).first(), /\/why\?push=/);
  // A test is no send of a workflow, but it is told along.
  await page.locator(".answer__headline", { hasText: "Nothing was sent" }).waitFor();
  await page.getByText("The latest test came to: “Not sent: opted out”.").waitFor();
  const checks = page.getByRole("list", { name: "Checks for the contact" });
  const stopped = checks.locator('.chain__link[data-went="stopped"]');
  assert.match(await stopped.first().innerText(), /Opted in.*It had opted out/s);
  assert.match(await stopped.first().innerText(), /It passes when the contact opts in again/);
  await screenshots(page, "why-stopped");
  await stopped.getByRole("link", { name: "Its consents" }).click();
  await page.waitForURL(/tab=consent/);
  assert.deepEqual(page.problems, []);
});

test("what was accepted shows each device, each call and what the device told", async () => {
  await api("POST", `/pushes/${push.id}/test`, { external_id: "customer-1" });
  const found = await eventually(async () => {
    const [send] = (await api("GET", "/contacts/customer-1/sends")).items;
    const all = send?.deliveries ?? [];
    return all.length === 2 && all.every(({ state }) => state === "accepted") && all;
  });
  const reports = [
    { carillon_id: found[0].id, kind: "displayed" },
    { carillon_id: found[0].id, kind: "action", action: "answer", reply: "See you then" },
  ];
  const taken = await api("POST", "/reports", { reports });
  assert.deepEqual([taken.taken, taken.repeated, taken.unknown], [2, 0, []]);

  // From the push: its menu, the contact by the beginning of its identifier.
  await page.goto(`${server.url}/pushes/${push.id}`);
  await ready(page);
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Why a contact did not get it" }).click();
  await page.waitForURL(/\/pushes\/[0-9a-f-]+\/why$/);
  await ready(page);
  await write(page.getByRole("searchbox"), "customer-1");
  await page.waitForURL(/q=customer-1/);
  await screenshots(page, "why-whom");
  await follow(page.getByRole("link", { name: "Ada Okafor" }), /\/contacts\/[0-9a-f-]+\/why\?push=/);
  await page.getByText("Replied “See you then”").first().waitFor();
  const devices = page.locator(".why__device");
  assert.equal(await devices.count(), 2);
  assert.match(await devices.first().innerText(), /Its token was in use/);
  assert.match(await devices.first().innerText(), /rendered/);
  assert.match(await devices.first().innerText(), /HTTP 200/);
  await screenshots(page, "why-accepted");
  assert.deepEqual(page.problems, []);
});

test("an address that names nothing says so", async () => {
  const { id } = await api("GET", "/contacts/customer-1");
  for (const wrong of [`/contacts/${id}/why?push=nonsense`, `/contacts/nonsense/why?push=${push.id}`]) {
    const answer = await page.goto(server.url + wrong);
    assert.equal(answer.status(), 404, wrong);
    await page.getByText(/was not found/).first().waitFor();
  }
});
