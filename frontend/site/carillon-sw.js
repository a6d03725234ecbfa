// Carillon's service worker: shows web pushes, opens what they lead to, tells Carillon
// what became of them, and registers this browser again when its address changes.
//
// A site hosts it by one line in a worker of its own:
//   importScripts("https://carillon.example.org/web/carillon-sw.js");
//
// What it needs to know of the site, `carillon.js` leaves in IndexedDB: a worker runs
// when no page of the site is open.

/** Browsers commonly draw two buttons. */
const BUTTONS = 2;
/** Reports that wait for the network; the oldest go first. */
const WAITING = 50;
const DATABASE = "carillon";
/** What waits for the network, by name. */
const WAITS = "carillon-reports";

self.addEventListener("push", (event) => {
  event.waitUntil(show(messageOf(event)));
});

self.addEventListener("notificationclick", (event) => {
  const { id, link, buttons = [] } = event.notification.data ?? {};
  const pressed = buttons.find((button) => button.id === event.action);
  event.notification.close();
  const told = event.action
    ? tell(id, "action", { action: event.action, reply: event.reply || undefined })
    : tell(id, "opened");
  // What answers opens nothing.
  const led = pressed?.kind ? undefined : lead(pressed?.link ?? link);
  event.waitUntil(Promise.allSettled([told, led]));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event));
});

self.addEventListener("sync", (event) => {
  if (event.tag === WAITS) {
    event.waitUntil(flush());
  }
});

/** What was sent; a push that is not Carillon's is shown as the text that it is. */
function messageOf(event) {
  try {
    return event.data?.json() ?? {};
  } catch {
    return { body: event.data.text() };
  }
}

async function show(message) {
  const buttons = (message.buttons ?? []).slice(0, Notification.maxActions ?? BUTTONS);
  await self.registration.showNotification(message.title || self.location.host, {
    body: message.body,
    image: message.image,
    tag: message.tag,
    // With a tag alone, a replaced notification would say nothing.
    renotify: Boolean(message.tag) && !message.silent,
    silent: Boolean(message.silent),
    actions: buttons.map(actionOf),
    data: { id: message.carillon_id, link: message.link, buttons: message.buttons },
  });
  if ("setAppBadge" in self.navigator && Number.isInteger(message.badge)) {
    await self.navigator.setAppBadge(message.badge);
  }
  await tell(message.carillon_id, "displayed");
}

/** A button as browsers take it. One that takes a text is a plain one where that is unknown. */
function actionOf({ id, title, kind, placeholder }) {
  const action = { action: id, title };
  return kind === "text_input" ? { ...action, type: "text", placeholder } : action;
}

/** Goes to a link: in a window that shows it already, or in a new one. */
async function lead(link) {
  if (!link || !/^https?:/i.test(link)) {
    return;
  }
  const address = new URL(link, self.location.origin).href;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((client) => client.url === address);
  await (shown ? shown.focus() : self.clients.openWindow(address));
}

/** Tells Carillon what became of a push, with whatever could not be told before. */
async function tell(id, kind, more = {}) {
  if (id) {
    await flush([{ carillon_id: id, kind, at: new Date().toISOString(), ...more }]);
  }
}

/** One at a time: what waits is read, sent, and written back. */
function flush(more = []) {
  return self.navigator.locks.request(WAITS, async () => {
    const waiting = [...((await recall("reports")) ?? []), ...more].slice(-WAITING);
    const told = waiting.length === 0 || (await sendReports(waiting));
    await keep("reports", told ? [] : waiting);
    if (!told) {
      // Where there is background sync, the browser says when the network is back.
      await self.registration.sync?.register(WAITS).catch(() => {});
    }
  });
}

/** Whether Carillon took these reports, or will never take them. */
async function sendReports(reports) {
  const site = await recall("site");
  if (!site) {
    return true;
  }
  try {
    const answer = await ask(site, "POST", "/api/v1/reports", { reports });
    // Told again, a refusal stays a refusal; only what may pass is told again.
    return answer.ok || (answer.status < 500 && answer.status !== 429);
  } catch {
    return false;
  }
}

/** The push service gives this browser another address: it is registered anew. */
async function renew({ newSubscription, oldSubscription }) {
  const site = await recall("site");
  if (!site) {
    return;
  }
  const subscription =
    newSubscription ??
    (await self.registration.pushManager.subscribe(
      oldSubscription?.options ?? { userVisibleOnly: true, applicationServerKey: site.publicKey },
    ));
  const path = [site.contact, "devices", site.device].map(encodeURIComponent).join("/");
  await ask(site, "PUT", `/api/v1/contacts/${path}`, {
    app: site.app,
    channel: "webpush",
    token: subscription.toJSON(),
    os_permission: "granted",
  });
}

function ask({ server, key, signature }, method, path, body) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  if (signature) {
    headers["carillon-signature"] = signature;
  }
  const text = JSON.stringify(body);
  return fetch(server + path, { method, headers, body: text, credentials: "omit" });
}

/** Carillon's shelf in this browser: a value by its name. */
function shelf() {
  return new Promise((opened, failed) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(DATABASE);
    request.onsuccess = () => opened(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function recall(name) {
  return done(await shelf(), "readonly", (store) => store.get(name));
}

async function keep(name, value) {
  return done(await shelf(), "readwrite", (store) => store.put(value, name));
}

function done(database, mode, act) {
  return new Promise((finished, failed) => {
    const transaction = database.transaction(DATABASE, mode);
    const request = act(transaction.objectStore(DATABASE));
    transaction.oncomplete = () => finished(request.result);
    transaction.onerror = () => failed(transaction.error);
    transaction.onabort = () => failed(transaction.error);
  }).finally(() => database.close());
}
