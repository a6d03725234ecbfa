import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, playPictures, ready, screenshots, startBrowser } from "../lib/browser.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { startServer } from "../lib/server.js";

let server;
let browser;

before(async () => {
  server = await startServer({ args: ["--demo"], env: { CARILLON_TWILIO_NOTIFY: "true" } });
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

test("a Fire tablet draws what came over ADM's wire", async () => {
  const page = await newPage(browser.context);
  const api = rest(server, await makeKey(page, server, ["read", "manage"]));
  const [push] = (await api("GET", "/pushes")).items;
  await page.goto(`${server.url}/virtual-devices?q=customer-11`);
  await ready(page);
  await api("POST", `/pushes/${push.id}/test`, { external_id: "customer-11" });
  const tablet = page.locator(".virtual-device", { hasText: "Fire OS" });
  await tablet.locator(".device", { hasText: "Welcome, Keiko" }).waitFor();
  await tablet.getByText("Payload and headers").click();
  assert.match(await tablet.locator("pre").first().innerText(), /expiresAfter/);
  await screenshots(page, "virtual-fire-tablet");
  assert.deepEqual(page.problems, []);
});

test("ADM's credential is tested by a dry call", async () => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}/settings/apps/shop`);
  await ready(page);
  const form = page.locator("#try-adm");
  await form.getByRole("button", { name: "Test it" }).click();
  await form.getByText("The provider takes it").waitFor();
  assert.deepEqual(page.problems, []);
});

test("Twilio's card says when it ends, and a wrong SID is refused at its field", async () => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}/settings/apps/shop`);
  await ready(page);
  await page.getByText("Twilio ends Notify on 31 October 2027.").waitFor();
  await page.getByText("tells nothing of single devices").waitFor();
  await page.locator('[data-opens="enter-twilio"]').click();
  const dialog = page.getByRole("dialog", { name: "Credential for Twilio Notify" });
  await dialog.getByLabel("Account SID").fill("AC1");
  await dialog.getByLabel("Notify service SID").fill("IS1");
  await dialog.getByLabel("Auth token").fill("of nobody");
  await screenshots(page, "twilio-credential");
  await dialog.getByRole("button", { name: "Check and save" }).click();
  await dialog.locator("#error-account_sid").getByText("32 hexadecimal digits").waitFor();
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("status of 422")), []);
});
