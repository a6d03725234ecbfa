import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hydrated, newPage, screenshots, startBrowser } from "../lib/browser.js";
import { startServer } from "../lib/server.js";

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
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
