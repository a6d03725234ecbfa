import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newPage, playPictures, ready, screenshots, startBrowser } from "../lib/browser.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { startServer } from "../lib/server.js";

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

/** Opens a contact's page from the list, by its identifier and name. */
async function openContact(page, external_id, name) {
  await page.goto(`${server.url}/contacts?q=${external_id}`);
  await ready(page);
  await page.getByRole("link", { name, exact: true }).click();
  await page.waitForURL(/\/contacts\/[0-9a-f-]{36}$/);
  await page.getByRole("heading", { name, level: 1 }).waitFor();
}

test("contacts are found by the beginning of their identifier, and the address keeps the search", async () => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}/contacts`);
  await ready(page);
  assert.equal(await page.locator("a.table__link").count(), 12);
  await screenshots(page, "contacts");

  await page.getByRole("searchbox").fill("customer-12");
  await page.waitForURL(/q=customer-12/);
  await page.waitForFunction(() => document.querySelectorAll("a.table__link").length === 1);
  assert.ok(await page.getByRole("link", { name: "Lena Novak" }).isVisible());

  await page.reload();
  await ready(page);
  assert.equal(await page.getByRole("searchbox").inputValue(), "customer-12");
  assert.equal(await page.locator("a.table__link").count(), 1);

  await page.getByRole("searchbox").fill("nobody-at-all");
  await page.getByRole("heading", { name: "Nobody found" }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("an upload imports contacts, counts them, and gives the rejected rows back", async () => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}/contacts/import`);
  await ready(page);
  const rows = Array.from({ length: 400 }, (_, n) => `import-${n},First${n},true,gold`);
  const file = join(server.directory, "people.csv");
  const text = ["\ufeffexternal_id,first_name,opted_in,plan", ...rows, ",Nobody,true,gold", ""].join("\r\n");
  await writeFile(file, text);
  await page.locator("#field-file").setInputFiles(file);
  await page.getByRole("button", { name: "Upload and import" }).click();
  await page.waitForURL(/\/contacts\/import\/[0-9a-f-]{36}$/);

  const reject = page.getByRole("link", { name: "Download the rejected rows" });
  await reject.waitFor({ timeout: 30_000 });
  const facts = await page.locator("main .facts").first().innerText();
  assert.match(facts.replace(/\s+/g, " "), /Rows 401 New 400 Changed 0 As known 0 Rejected 1/);
  await screenshots(page, "import");

  const download = page.waitForEvent("download");
  await reject.click();
  const taken = await (await download).createReadStream();
  let rejected = "";
  for await (const chunk of taken) rejected += chunk;
  const listed = page.getByRole("row", { name: /people\.csv/ });
  assert.match(await listed.innerText(), /Done/, "the list follows the import to its end");
  assert.match(rejected, /402/, "the rejected row is named by its line");
  assert.match(rejected, /external_id/);
  assert.deepEqual(page.problems, []);
});

test("a file that is no import says what is wrong and takes nothing", async () => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}/contacts/import`);
  await ready(page);
  const file = join(server.directory, "wrong.csv");
  await writeFile(file, "name,colour\nAda,red\n");
  await page.locator("#field-file").setInputFiles(file);
  await page.getByRole("button", { name: "Upload and import" }).click();
  await page.getByText("The import stopped").waitFor({ timeout: 30_000 });
  assert.match(await page.locator("main").innerText(), /external_id/);
  assert.deepEqual(page.problems, []);
  assert.equal(server.log().includes("panicked"), false, server.log());
});

test("a contact's page says why a push did or did not arrive", async () => {
  const page = await newPage(browser.context);
  const key = await makeKey(page, server, ["read", "manage"]);
  const api = rest(server, key);
  const [push] = (await api("GET", "/pushes")).items;
  for (const external_id of ["customer-1", "customer-4"]) {
    await api("POST", `/pushes/${push.id}/test`, { external_id });
  }

  await openContact(page, "customer-4", "Daichi Sato");
  await page.getByText("Not sent: opted out").waitFor();
  assert.ok(await page.getByText("The contact opted out of pushes.").isVisible());
  const stopped = page.locator('.gates__gate[data-verdict="stopped"]');
  assert.match(await stopped.first().innerText(), /Opted in/);

  await openContact(page, "customer-1", "Ada Okafor");
  await page.getByText("Accepted for both devices").waitFor();
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

test("virtual devices draw what came over the wire, and show the payload on demand", async () => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}/virtual-devices?q=customer-1-`);
  await ready(page);
  const devices = page.locator(".virtual-device");
  await devices.first().waitFor();
  assert.equal(await devices.count(), 2);
  assert.equal(await page.locator(".device").getByText("Welcome, Ada").count(), 2);
  await devices.first().getByText("Payload and headers").click();
  assert.match(await devices.first().locator("pre").first().innerText(), /Welcome, Ada/);
  await screenshots(page, "virtual-devices");

  await page.goto(`${server.url}/virtual-devices?q=customer-4`);
  await ready(page);
  await page.getByText("Nothing arrived here.").first().waitFor();
  assert.deepEqual(page.problems, []);
});

test("a push that arrives while the page is open appears by itself", async () => {
  const page = await newPage(browser.context);
  const api = rest(server, await makeKey(page, server, ["read", "manage"]));
  const [push] = (await api("GET", "/pushes")).items;
  await page.goto(`${server.url}/virtual-devices`);
  await ready(page);
  await page.locator(".virtual-device", { hasText: "Ada Okafor" }).first().waitFor();
  assert.equal(await page.locator(".virtual-device", { hasText: "Bruno" }).count(), 0);
  await api("POST", `/pushes/${push.id}/test`, { external_id: "customer-2" });
  await page.locator(".device", { hasText: "Welcome, Bruno" }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("a device is found by its push token, and leads to its page and its contact", async () => {
  const page = await newPage(browser.context);
  const api = rest(server, await makeKey(page, server, ["read"]));
  const { items } = await api("GET", "/contacts/customer-3/devices");
  await page.goto(`${server.url}/devices`);
  await ready(page);
  await screenshots(page, "devices");
  await page.getByRole("searchbox").fill(items[0].token);
  await page.waitForURL(/q=/);
  await page.waitForFunction(() => document.querySelectorAll("a.table__link").length === 1);
  await page.locator("a.table__link").click();
  await page.waitForURL(/\/devices\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "Chiara Moretti" }).click();
  await page.getByRole("heading", { name: "Chiara Moretti", level: 1 }).waitFor();
  assert.deepEqual(page.problems, []);
});
