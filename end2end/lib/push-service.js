// The sandbox's push service, as a browser and as a looker-on. It speaks HTTP/2 alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { connect } from "node:http2";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/**
 * Asks the sandbox of `serve --demo`.
 *
 * @param {{ directory: string }} server
 * @param {string} path such as `/sandbox/subscriptions/ID`
 */
export async function ask(server, path) {
  const state = join(server.directory, "data/sandbox");
  const ca = await readFile(join(state, "ca.pem"));
  const port = (await readFile(join(state, "webpush-port"), "utf8")).trim();
  const session = connect(`https://127.0.0.1:${port}`, { ca });
  try {
    const stream = session.request({ ":path": path });
    let text = "";
    for await (const chunk of stream.setEncoding("utf8")) {
      text += chunk;
    }
    return JSON.parse(text);
  } finally {
    session.close();
  }
}

/**
 * Lets a page subscribe where no push service can be reached: the browser's push manager
 * hands out `subscription` and keeps it.
 *
 * @param {import("playwright-core").BrowserContext} context
 * @param {object} subscription as `PushSubscription.toJSON()` gives it
 */
export async function playPushManager(context, subscription) {
  await context.addInitScript((given) => {
    let kept = null;
    PushManager.prototype.getSubscription = async () => kept;
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
      if (!userVisibleOnly || applicationServerKey?.length !== 87) {
        throw new Error("a subscription needs userVisibleOnly and the site's public key");
      }
      kept = { toJSON: () => given, unsubscribe: async () => Boolean((kept = null)) };
      return kept;
    };
  }, subscription);
}

/** What Chromium notes of pushes in its list of background services. */
const PUSHES = { service: "pushMessaging" };
/** How long a worker may take over a push, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Delivers a message to the service worker of an origin by the browser's debugging
 * protocol, as its push service would, and waits until the worker is done with it.
 *
 * Nobody may ask a registration for its notifications before: Chromium takes one that is
 * kept but not displayed yet for one that was dismissed, and forgets it.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} origin
 * @param {string} data
 */
export async function deliver(page, origin, data) {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise((found) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin));
      if (own) {
        found(own.registrationId);
      }
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;

  // What was noted of earlier pushes is told as well.
  const begun = Date.now();
  const noted = [];
  const completed = new Promise((found) => {
    session.on("BackgroundService.backgroundServiceEventReceived", ({ backgroundServiceEvent }) => {
      const { timestamp, eventName, eventMetadata } = backgroundServiceEvent;
      if (timestamp * 1000 >= begun) {
        noted.push({ eventName, eventMetadata });
        if (eventName === "Push event completed") {
          found(eventMetadata);
        }
      }
    });
  });
  await session.send("BackgroundService.setRecording", { shouldRecord: true, ...PUSHES });
  await session.send("BackgroundService.startObserving", PUSHES);
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  const metadata = await Promise.race([completed, setTimeout(PATIENCE, null, { ref: false })]);
  assert.ok(metadata, `the worker of ${origin} is not done with a push: ${JSON.stringify(noted)}`);
  const status = metadata.find(({ key }) => key === "Status")?.value;
  assert.equal(status, "Success", `what the worker of ${origin} made of a push`);
  await session.detach();
}

/**
 * The notification that the worker of a scope shows.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} scope
 */
export function shownBy(page, scope) {
  return page.evaluate(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const [notification] = (await registration?.getNotifications()) ?? [];
    if (!notification) {
      throw new Error(`the worker of ${scope} shows nothing`);
    }
    const { title, body, data, actions = [] } = notification;
    return { title, body, data, actions: actions.map((action) => action.title) };
  }, scope);
}
