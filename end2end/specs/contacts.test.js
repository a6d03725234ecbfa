import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hydrated, newPage, screenshots, startBrowser } from "../lib/browser.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { startServer } from "../lib/server.js";

let server;
let browser;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  await page.close();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

/** Opens a contact's page from the list, by its name. */
async function openContact(page, name) {
  await page.goto(`${server.url}/contacts`);
  await hydrated(page);
  await page.getByRole("link", { name, exact: true }).click();
  await page.waitForURL(/\/contacts\/[0-9a-f-]{36}$/);
  await page.getByRole("heading", { name, level: 1 }).waitFor();
}

test("a contact's page says why a push did or did not arrive", async () => {
  const page = await newPage(browser.context);
  const key = await makeKey(page, server, ["read", "manage"]);
  const api = rest(server, key);
  const [push] = (await api("GET", "/pushes")).items;
  for (const external_id of ["customer-1", "customer-4"]) {
    await api("POST", `/pushes/${push.id}/test`, { external_id });
  }

  await openContact(page, "Daichi Sato");
  await page.getByText("Not sent: opted out").waitFor();
  assert.ok(await page.getByText("The contact opted out of pushes.").isVisible());
  const stopped = page.locator('.gates__gate[data-verdict="stopped"]');
  assert.match(await stopped.first().innerText(), /Opted in/);

  await openContact(page, "Ada Okafor");
  await page.getByText("Accepted for all 2 devices").waitFor();
  const apple = page.locator("details.delivery", { hasText: "iOS" });
  await apple.locator("summary").click();
  assert.match(await apple.innerText(), /Call 1/);
  assert.match(await apple.innerText(), /Welcome, Ada/, "the payload is the one that was sent");
  assert.match(await apple.innerText(), /HTTP 200/);
  await screenshots(page, "contact");

  await page.getByRole("link", { name: "2 devices" }).click();
  await page.waitForURL(/tab=devices/);
  await page.getByText("customer-1-apns").first().waitFor();
  await screenshots(page, "contact-devices");
  assert.deepEqual(page.problems, []);
});

test("a device is found by its push token, and leads to its contact", async () => {
  const page = await newPage(browser.context);
  const api = rest(server, await makeKey(page, server, ["read"]));
  const { items } = await api("GET", "/contacts/customer-3/devices");
  await page.goto(`${server.url}/devices`);
  await hydrated(page);
  await screenshots(page, "devices");
  await page.getByRole("searchbox").fill(items[0].token);
  await page.waitForURL(/q=/);
  await page.waitForFunction(() => document.querySelectorAll("a.table__link").length === 1);
  await page.locator("a.table__link").click();
  await page.getByRole("heading", { name: "Chiara Moretti", level: 1 }).waitFor();
  assert.deepEqual(page.problems, []);
});
