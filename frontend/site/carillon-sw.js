// Carillon's service worker: shows web pushes and opens what they lead to.
//
// A site hosts it by one line in a worker of its own:
//   importScripts("https://carillon.example.org/web/carillon-sw.js");

/** Browsers commonly draw two buttons. */
const BUTTONS = 2;

self.addEventListener("push", (event) => {
  event.waitUntil(show(messageOf(event)));
});

self.addEventListener("notificationclick", (event) => {
  const { link, buttons = [] } = event.notification.data ?? {};
  const pressed = buttons.find((button) => button.id === event.action);
  event.notification.close();
  // What answers opens nothing.
  if (!pressed?.kind) {
    event.waitUntil(lead(pressed?.link ?? link));
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
