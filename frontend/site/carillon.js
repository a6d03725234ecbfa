// Web Push for a site, with Carillon as its sender:
//
//   import { subscribe } from "https://carillon.example.org/web/carillon.js";
//   await subscribe({ app: "site", key: "…", contact: "customer-1", publicKey: "…" });
//
// `key` is an API key with the scope `ingest`, `publicKey` stands in Settings, on the
// app's page. Call `subscribe` when somebody asked for notifications, `refresh` on every
// visit, `unsubscribe` when they sign out.

/** Where this file came from is where devices are registered. */
const SERVER = new URL(import.meta.url).origin;
/** The site's own worker, which imports Carillon's. */
const WORKER = "/carillon-sw.js";
const DEVICE = "carillon.device";
/** Where the worker finds what it must know when no page is open. */
const DATABASE = "carillon";

/** Why a browser could not be subscribed: `reason` is `unsupported`, `denied` or `refused`. */
export class PushError extends Error {
  constructor(reason, message) {
    super(message);
    this.name = "PushError";
    this.reason = reason;
  }
}

/**
 * Asks for permission, subscribes this browser and registers it as a device of the contact.
 *
 * @param {{ app: string, key: string, contact: string, publicKey: string,
 *   signature?: string, server?: string, worker?: string, device?: string }} options
 * @returns {Promise<PushSubscription>}
 */
export async function subscribe(options) {
  const subscription = await ask(options);
  await register(options, subscription);
  return subscription;
}

/**
 * Registers this browser again if it is subscribed: push services change addresses, and
 * people take permission back in the browser's own settings.
 *
 * @returns {Promise<boolean>} whether it is subscribed
 */
export async function refresh(options) {
  const registration = await navigator.serviceWorker?.getRegistration(options.worker ?? WORKER);
  const subscription = await registration?.pushManager?.getSubscription();
  if (!subscription) {
    // With permission the browser takes the subscription back as well.
    if (globalThis.Notification?.permission === "denied" && localStorage.getItem(DEVICE)) {
      await forget(options);
    }
    return false;
  }
  if (Notification.permission === "granted" && !hasKey(subscription, options.publicKey)) {
    await subscribe(options);
  } else {
    await register(options, subscription);
  }
  return true;
}

/** Ends the subscription of this browser, and takes the device from the contact. */
export async function unsubscribe(options) {
  const registration = await navigator.serviceWorker?.getRegistration(options.worker ?? WORKER);
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  await forget(options);
}

/** Takes this browser from the contact; one that is not there is no failure. */
async function forget(options) {
  await leave({});
  const query = new URLSearchParams({ app: options.app });
  await send(options, "DELETE", `${address(options)}?${query}`);
}

/** The browser's subscription, made if there is none. */
export async function ask({ publicKey, worker = WORKER }) {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    throw new PushError("unsupported", "This browser has no web push, or the page is not secure.");
  }
  if ((await Notification.requestPermission()) !== "granted") {
    throw new PushError("denied", "Notifications are not allowed here. The browser's settings for this site change that.");
  }
  await navigator.serviceWorker.register(worker);
  const { pushManager } = await navigator.serviceWorker.getRegistration(worker).then(active);
  const before = await pushManager.getSubscription();
  if (before && hasKey(before, publicKey)) {
    return before;
  }
  // A subscription belongs to the key that it was made with.
  await before?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
}

/** Waits until a registration's worker runs. */
async function active(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (!registration.active && worker) {
    await new Promise((resolve, reject) => {
      worker.addEventListener("statechange", () => {
        if (worker.state === "activated") {
          resolve();
        } else if (worker.state === "redundant") {
          reject(new PushError("unsupported", "The service worker could not be installed."));
        }
      });
    });
  }
  return registration;
}

/** Whether a subscription was made with this key. */
function hasKey(subscription, publicKey) {
  const key = subscription.options?.applicationServerKey;
  if (!key) {
    return true;
  }
  const bytes = String.fromCharCode(...new Uint8Array(key));
  const text = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return text === publicKey;
}

/** This browser's own name, kept for as long as its storage is. */
export function deviceId() {
  let id = localStorage.getItem(DEVICE);
  if (!id) {
    id = `web-${crypto.randomUUID()}`;
    localStorage.setItem(DEVICE, id);
  }
  return id;
}

/**
 * Leaves on the worker's shelf what it needs to report what became of pushes, and to
 * register this browser when its address changes. A browser without IndexedDB does
 * without.
 */
async function leave({ app, key, contact, publicKey, signature, server = SERVER, device }) {
  const site = key && { app, key, contact, publicKey, signature, server, device };
  try {
    await new Promise((left, failed) => {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(DATABASE);
      request.onerror = () => failed(request.error);
      request.onsuccess = () => {
        const database = request.result;
        const transaction = database.transaction(DATABASE, "readwrite");
        const store = transaction.objectStore(DATABASE);
        if (site) {
          store.put(site, "site");
        } else {
          store.clear();
        }
        transaction.oncomplete = () => left(database.close());
        transaction.onabort = () => failed(transaction.error);
      };
    });
  } catch (error) {
    console.warn("Carillon: this browser keeps nothing, so that pushes are not reported.", error);
  }
}

async function register(options, subscription) {
  const permission = { granted: "granted", denied: "denied" }[Notification.permission] ?? "unknown";
  await send(options, "PUT", address(options), {
    app: options.app,
    channel: "webpush",
    token: subscription.toJSON(),
    os_permission: permission,
    locale: navigator.language,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    model: browser(),
  });
  await leave({ ...options, device: options.device ?? deviceId() });
}

/** The browser's name, where it says it. */
function browser() {
  const brands = navigator.userAgentData?.brands ?? [];
  const own = brands.find(({ brand }) => !/Not.A.Brand|Chromium/i.test(brand));
  return own && `${own.brand} ${own.version}`;
}

function address({ server = SERVER, contact, device = deviceId() }) {
  const path = [contact, "devices", device].map(encodeURIComponent).join("/");
  return `${server}/api/v1/contacts/${path}`;
}

async function send({ key, signature }, method, url, body) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  if (signature) {
    headers["carillon-signature"] = signature;
  }
  const answer = await fetch(url, {
    method,
    headers,
    body: body && JSON.stringify(body),
    credentials: "omit",
  });
  if (!answer.ok && !(method === "DELETE" && answer.status === 404)) {
    const problem = await answer.json().catch(() => ({}));
    throw new PushError("refused", problem.detail ?? `Carillon answered ${answer.status}.`);
  }
}
