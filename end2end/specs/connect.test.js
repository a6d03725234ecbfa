// Connecting an app: the code on the page is what a site runs, and the list beside it
// turns green as the first registration, push and report come.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, ready, screenshots, startBrowser } from "../lib/browser.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { follow } from "../lib/places.js";
import { ask, deliver, playPushManager } from "../lib/push-service.js";
import { startServer } from "../lib/server.js";
import { startSite } from "../lib/site.js";

let server;
let browser;
let page;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  await playPushManager(browser.context, await ask(server, "/sandbox/subscriptions/site-visitor"));
  page = await newPage(browser.context);
  await firstAdministrator(page, server);
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

test("each system has its code, filled in for the app and this server", async () => {
  await page.goto(`${server.url}/settings/apps/shop`);
  await ready(page);
  await follow(page.getByRole("link", { name: /^Connect the app/ }), /\/apps\/shop\/connect$/);
  for (const [label, files] of [
    ["iOS", ["Carillon.swift", "AppDelegate.swift", "NotificationService.swift"]],
    ["Android", ["Carillon.kt", "CarillonMessaging.kt", "MainActivity.kt"]],
    ["Fire OS", ["Carillon.kt", "CarillonAdm.kt"]],
    ["Web", ["carillon-sw.js", "site.html"]],
  ]) {
    await follow(page.getByRole("link", { name: label, exact: true }), /\?on=/);
    const shown = page.locator("pre.code__text");
    assert.deepEqual(
      await shown.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label"))),
      files,
      label,
    );
    const text = (await shown.allInnerTexts()).join("\n");
    assert.ok(text.includes(server.url), label);
    assert.equal(/\{(server|app|key|channel|public_key|categories)\}/.test(text), false, label);
    await screenshots(page, `connect-${label.toLowerCase().replace(" ", "-")}`);
  }
  assert.deepEqual(page.problems, []);
});

test("the site's sample runs as it stands, and the list turns green by itself", async () => {
  const key = await makeKey(page, server, ["ingest"]);
  const api = rest(server, await makeKey(page, server, ["manage"]));
  await page.goto(`${server.url}/settings/apps/shop/connect?on=web`);
  await ready(page);
  const [worker, html] = await page.locator("pre.code__text").allInnerTexts();
  assert.ok(html.includes("carillon_…"));
  const site = await startSite(server, {
    page: `<!doctype html><link rel=icon href=data:,><title>A shop</title>${html.replace("carillon_…", key)}`,
    worker,
  });
  const steps = page.locator(".checks__step");
  const states = () => steps.evaluateAll((all) => all.map((one) => one.dataset.state));
  assert.deepEqual(await states(), ["done", "open", "open", "open"], "the credential is the demo's");
  const visitor = await newPage(browser.context);
  try {
    await browser.context.grantPermissions(["notifications"], { origin: site.url });
    await visitor.goto(site.url);
    await visitor.getByRole("button", { name: "Tell me when it ships" }).click();
    const [device] = await eventually(async () => {
      const found = await api("GET", "/contacts/customer-17/devices").catch(() => undefined);
      return found?.items.length && found.items;
    });
    await steps.nth(1).locator("xpath=self::*[@data-state='done']").waitFor();

    await api("PUT", "/contacts/customer-17", { opted_in: true });
    const [push] = (await api("GET", "/pushes")).items;
    await api("POST", `/pushes/${push.id}/test`, { external_id: "customer-17" });
    const sent = await eventually(async () => {
      const [send] = (await api("GET", "/contacts/customer-17/sends")).items;
      return send?.deliveries.find(({ state }) => state === "accepted");
    });
    assert.equal(sent.device_id, device.device_id);
    await steps.nth(2).locator("xpath=self::*[@data-state='done']").waitFor();

    const arrived = await eventually(async () => {
      const all = await ask(server, "/sandbox/arrivals");
      return all.find(({ payload }) => payload?.carillon_id === sent.id);
    });
    await deliver(visitor, site.url, JSON.stringify(arrived.payload));
    await steps.nth(3).locator("xpath=self::*[@data-state='done']").waitFor();
    await page.getByText("All of it was seen: the app is connected.").waitFor();
    await screenshots(page, "connect-done", { fullPage: false });
    assert.deepEqual(visitor.problems, []);
    assert.deepEqual(page.problems, []);
  } finally {
    await visitor.close();
    await site.stop();
  }
});

test("who is no app has no page", async () => {
  const answer = await page.goto(`${server.url}/settings/apps/nothing/connect`);
  assert.equal(answer.status(), 404);
});
