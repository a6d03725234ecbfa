import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ready, newPage, screenshots, startBrowser } from "../lib/browser.js";
import { firstAdministrator } from "../lib/people.js";
import { startServer } from "../lib/server.js";

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  // Strangers see the sign-in page alone.
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  await page.close();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

test("the first page comes alive: a click changes the theme, and a reload keeps it", async () => {
  const page = await newPage(browser.context);
  await page.goto(server.url);
  await ready(page);
  const theme = () => page.getAttribute("html", "data-theme");
  assert.equal(await theme(), null);

  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  assert.equal(await theme(), "dark");

  await page.reload();
  assert.equal(await theme(), "dark", "the server writes the remembered theme");
  await ready(page);
  await page.context().clearCookies({ name: "carillon_theme" });
  await page.reload();
  await ready(page);
  await screenshots(page, "overview");
  assert.deepEqual(page.problems, []);
});

test("an address that leads nowhere says so, with its status", async () => {
  const page = await newPage(browser.context);
  const response = await page.goto(`${server.url}/no/such/page`);
  assert.equal(response.status(), 404);
  await ready(page);
  assert.ok(await page.getByRole("heading", { name: "There is no page here" }).isVisible());
  // Chromium itself reports the 404 of the document; nothing else may be wrong.
  const others = page.problems.filter((problem) => !problem.includes("status of 404"));
  assert.deepEqual(others, []);
});

test("scripts run under a policy that forbids inline ones", async () => {
  const page = await newPage(browser.context);
  const response = await page.goto(server.url);
  const policy = response.headers()["content-security-policy"];
  assert.match(policy, /script-src 'self' 'nonce-[^']+' 'wasm-unsafe-eval'/);
  assert.doesNotMatch(policy, /script-src[^;]*unsafe-inline/);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.head.append(script);
    return window.injected === true;
  });
  assert.equal(ran, false);
});
