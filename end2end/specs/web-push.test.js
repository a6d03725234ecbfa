// Web Push as far as it goes without the internet: the browser subscribes at the sandbox's
// push service, which reads what Carillon sends with the subscription's own keys, and the
// browser's debugging protocol hands that to Carillon's service worker.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, playPictures, ready, screenshots, startBrowser } from "../lib/browser.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { PUSH, chooseContact, follow } from "../lib/places.js";
import { ask, deliver, playPushManager, shownBy } from "../lib/push-service.js";
import { startServer } from "../lib/server.js";
import { startSite } from "../lib/site.js";

const EMAIL = "ada@example.com";

let server;
let browser;
let page;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  await playPictures(browser.context);
  await browser.context.grantPermissions(["notifications"], { origin: server.url });
  await playPushManager(browser.context, await ask(server, "/sandbox/subscriptions/own-browser"));
  page = await newPage(browser.context);
  await firstAdministrator(page, server, EMAIL);
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

async function go(path) {
  await page.goto(server.url + path);
  await ready(page);
}

/** A page of a site of another origin is open, for a contact and a device of its own. */
async function visitor(contact, device) {
  const manage = rest(server, await makeKey(page, server, ["manage"]));
  const key = await makeKey(page, server, ["ingest"]);
  const { credentials } = await manage("GET", "/apps/shop");
  const publicKey = credentials.find(({ channel }) => channel === "webpush").topic;
  const site = await startSite(server);
  await browser.context.grantPermissions(["notifications"], { origin: site.url });
  await page.goto(site.url);
  const options = { app: "shop", key, contact, publicKey, device };
  /** What a function of Carillon's script for sites answers there. */
  const called = (name, changes) =>
    page.evaluate(
      async ([script, name, options]) => {
        const carillon = await import(script);
        const result = await carillon[name](options).catch((error) => `${error.reason}: ${error.message}`);
        return typeof result === "object" ? "done" : result;
      },
      [`${server.url}/web/carillon.js`, name, { ...options, ...changes }],
    );
  return { site, manage, called };
}

test("an administrator registers their own browser", async () => {
  await go("/settings/apps/shop");
  const card = page.locator(".card").filter({ hasText: "Web Push" });
  await card.getByText("contact mailto:push@example.org").waitFor();
  await card.getByRole("button", { name: "Register this browser" }).click();
  await page.getByText(`This browser is a device of ${EMAIL} now.`).waitFor();
  await screenshots(page, "app-web-push");
  assert.deepEqual(page.problems, []);
});

test("a test push arrives at the browser, which shows it", async () => {
  await go("/pushes");
  await follow(page.getByRole("link", { name: "Welcome offer" }), PUSH);
  await page.getByRole("button", { name: "Send a test" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a test" });
  await chooseContact(dialog, EMAIL, EMAIL);
  await dialog.getByRole("button", { name: "Send to 1 device" }).click();
  const answer = dialog.getByRole("listitem").filter({ hasText: "Web" });
  await answer.getByText("Accepted", { exact: true }).waitFor();
  assert.match(await answer.innerText(), /answered 201/);

  const arrived = await ask(server, "/sandbox/arrivals");
  const [push] = arrived.filter(({ channel }) => channel === "webpush");
  assert.equal(push.status, 201);
  assert.match(push.payload.title, /^Welcome, /);
  await deliver(page, server.url, JSON.stringify(push.payload));
  const notification = await shownBy(page, "/web/");
  assert.equal(notification.title, push.payload.title);
  assert.equal(notification.body, push.payload.body);
  assert.deepEqual(notification.actions, ["Shop now", "Later"]);
  assert.equal(notification.data.id, push.payload.carillon_id);
  assert.deepEqual(page.problems, []);
});

test("the preview shows what each browser shows, and says what it leaves out", async () => {
  await go("/pushes");
  await follow(page.getByRole("link", { name: "Welcome offer" }), PUSH);
  const preview = page.getByRole("complementary", { name: "Preview" });
  const card = preview.locator(".web");
  await preview.locator(".segmented__part", { hasText: "Web" }).click();
  await card.getByText("Welcome, ").waitFor();
  await card.locator(".web__picture").waitFor();
  assert.deepEqual(await card.locator(".web__action").allInnerTexts(), ["Shop now", "Later"]);
  await preview.getByText("of 3,993 bytes to Web Push").waitFor();
  await preview.getByText("Firefox and Safari none").waitFor();
  await screenshots(page, "push-editor-web");

  await preview.getByLabel("In", { exact: true }).selectOption("safari");
  await card.locator(".web__picture").waitFor({ state: "hidden" });
  assert.equal(await card.locator(".web__action").count(), 0);
  await screenshots(page, "push-editor-safari", { fullPage: false });

  await preview.locator(".segmented__part", { hasText: "Fire OS" }).click();
  await preview.getByText("of 6,144 bytes to Amazon ADM").waitFor();
  await preview.getByText("This look is approximate").waitFor();
  assert.deepEqual(page.problems, []);
});

test("the browser's virtual device shows what came over the wire", async () => {
  await go("/virtual-devices");
  const device = page.locator(".virtual-device").filter({ hasText: EMAIL });
  await device.getByText("Welcome, ").first().waitFor();
  await device.getByText("Payload and headers").click();
  await device.getByText("The sandbox's push service answered 201.").waitFor();
  await screenshots(page, "virtual-devices-web");
  assert.deepEqual(page.problems, []);
});

test("a site of its own origin subscribes its visitors, and signs one of them out", async () => {
  const { site, manage, called } = await visitor("visitor-1", "laptop");
  try {
    assert.match(await called("subscribe", { app: "nowhere" }), /^refused: .*nowhere/);
    assert.equal(await called("refresh"), true, "the browser is subscribed by now");
    const device = await manage("GET", "/contacts/visitor-1/devices/laptop");
    assert.equal(device.channel, "webpush");
    assert.equal(device.os_permission, "granted");
    assert.equal(device.time_zone, "Europe/Berlin");

    const message = { title: "For visitors", body: "Come back", link: `${site.url}/`, carillon_id: "1" };
    await deliver(page, site.url, JSON.stringify(message));
    assert.equal((await shownBy(page, "/")).title, "For visitors");

    assert.equal(await called("unsubscribe"), undefined);
    const after = await manage("GET", "/contacts/visitor-1/devices/laptop");
    assert.equal(after.state, "revoked");
    assert.equal(await called("refresh"), false);
    // Chromium itself reports the 422; nothing else may be wrong.
    const problems = page.problems.splice(0);
    assert.deepEqual(problems.filter((problem) => !problem.includes("status of 422")), []);
  } finally {
    await site.stop();
  }
});

test("the worker tells what became of a push, with no page of the site open", async () => {
  const { site, manage, called } = await visitor("visitor-2", "desk");
  try {
    await manage("PUT", "/contacts/visitor-2", { opted_in: true });
    assert.equal(await called("subscribe"), "done");
    // The page is gone; what follows is the worker's own doing.
    await page.goto("about:blank");

    const { items } = await manage("GET", "/pushes");
    const push = items.find(({ name }) => name === "Welcome offer");
    await manage("POST", `/pushes/${push.id}/test`, { external_id: "visitor-2" });
    const delivery = (want) =>
      eventually(async () => {
        const { items } = await manage("GET", "/contacts/visitor-2/sends");
        const [found] = items[0]?.deliveries ?? [];
        return found && want(found) ? found : undefined;
      });
    const { id } = await delivery(({ state }) => state === "accepted");
    const arrived = await eventually(async () => {
      const all = await ask(server, "/sandbox/arrivals");
      return all.find(({ payload }) => payload?.carillon_id === id);
    });

    await deliver(page, site.url, JSON.stringify(arrived.payload));
    const shown = await delivery(({ reports }) => reports.length === 1);
    assert.equal(shown.reports[0].kind, "displayed");

    const worker = browser.context.serviceWorkers().find((one) => one.url().startsWith(site.url));
    const tap = (action) =>
      worker.evaluate(async (action) => {
        const [notification] = await self.registration.getNotifications();
        const event = new NotificationEvent("notificationclick", { notification, action });
        // An event that a script made may not prolong itself; the browser's own may.
        const work = [];
        event.waitUntil = (promise) => work.push(promise);
        self.dispatchEvent(event);
        await Promise.all(work);
      }, action);
    await tap(arrived.payload.buttons[0].id);
    const tapped = await delivery(({ reports }) => reports.length === 2);
    assert.equal(tapped.reports[1].kind, "action");
    assert.equal(tapped.reports[1].action, arrived.payload.buttons[0].id);

    // Shown a second time, told a second time, kept once; then opened itself.
    await deliver(page, site.url, JSON.stringify(arrived.payload));
    await tap("");
    const opened = await delivery(({ reports }) => reports.some(({ kind }) => kind === "opened"));
    assert.deepEqual(opened.reports.map(({ kind }) => kind).sort(), ["action", "displayed", "opened"]);

    await go(`/contacts/${(await manage("GET", "/contacts/visitor-2")).id}?show=pushes`);
    const line = page.locator(".delivery").first();
    await line.getByText("Tapped “").first().waitFor();
    if (!(await line.evaluate((element) => element.open))) {
      await line.locator("summary").click();
    }
    await line.getByText("Displayed", { exact: true }).waitFor();
    await line.getByText("Opened", { exact: true }).waitFor();
    await screenshots(page, "contact-reports");
    assert.deepEqual(page.problems, []);
  } finally {
    await site.stop();
  }
});

test("a browser whose address changes registers the new one by itself", async () => {
  const { site, manage, called } = await visitor("visitor-3", "desk");
  try {
    assert.equal(await called("subscribe"), "done");
    const before = await manage("GET", "/contacts/visitor-3/devices/desk");
    const fresh = await ask(server, "/sandbox/subscriptions/another-address");
    await page.goto("about:blank");
    const worker = browser.context.serviceWorkers().find((one) => one.url().startsWith(site.url));
    await worker.evaluate(async (fresh) => {
      const event = new Event("pushsubscriptionchange");
      event.newSubscription = { toJSON: () => fresh };
      const work = [];
      event.waitUntil = (promise) => work.push(promise);
      self.dispatchEvent(event);
      await Promise.all(work);
    }, fresh);
    const after = await manage("GET", "/contacts/visitor-3/devices/desk");
    assert.equal(after.id, before.id, "the same device");
    assert.notEqual(after.registered_at, before.registered_at, "with another address");
    await go("/settings");
    assert.deepEqual(page.problems, []);
  } finally {
    await site.stop();
  }
});

test("somebody who said no is told what to do", async () => {
  await browser.context.clearPermissions();
  await go("/settings/apps/shop");
  await page.evaluate(() => {
    Notification.requestPermission = async () => "denied";
  });
  await page.getByRole("button", { name: "Register this browser" }).click();
  await page.getByText("Notifications are not allowed here.").waitFor();
  assert.deepEqual(page.problems, []);
});
