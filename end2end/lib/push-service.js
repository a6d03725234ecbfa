// The sandbox's push service, as a browser and as a looker-on. It speaks HTTP/2 alone.

import { readFile } from "node:fs/promises";
import { connect } from "node:http2";
import { join } from "node:path";

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

/**
 * Delivers a message to the service worker of an origin by the browser's debugging
 * protocol, as its push service would.
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
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  await session.detach();
}

/**
 * The notification that the worker of a scope shows, once it does.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} scope
 */
export function shownBy(page, scope) {
  return page.evaluate(async (scope) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      const [notification] = (await registration?.getNotifications()) ?? [];
      if (notification) {
        const { title, body, data, actions = [] } = notification;
        return { title, body, data, actions: actions.map((action) => action.title) };
      }
      await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`the worker of ${scope} shows nothing`);
  }, scope);
}
