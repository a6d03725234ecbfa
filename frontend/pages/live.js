// What goes on while one looks. An element with an id and `data-live` is fetched anew
// every so many milliseconds, as long as the server says so and the tab is in view; one
// with `data-live-events` a moment after each message of the stream at that address, and
// after each beginning of it, since nobody tells what came before.

import { fetchPage, place } from "./content.js";

/** Many things happen at once: they are looked at when they have. */
const SETTLES_MS = 250;
const LIVE = "[data-live][id], [data-live-events][id]";

const streams = new Map();
let timer = 0;
let missed = false;

function watch() {
  const pauses = [...document.querySelectorAll("[data-live][id]")].map((element) =>
    Number(element.dataset.live),
  );
  if (timer === 0 && pauses.length > 0) {
    timer = setTimeout(tick, Math.min(...pauses));
  }
  for (const element of document.querySelectorAll("[data-live-events][id]")) {
    listen(element.dataset.liveEvents);
  }
}

async function tick() {
  await look();
  timer = 0;
  watch();
}

/** One answer serves whatever is live on the page. */
async function look() {
  if (document.visibilityState !== "visible") {
    missed = true;
    return;
  }
  missed = false;
  const address = location.href;
  try {
    const fetched = await fetchPage();
    if (address !== location.href) {
      // A search came in between, and its answer is the newer one.
      return;
    }
    for (const { id } of document.querySelectorAll(LIVE)) {
      place(fetched, id);
    }
  } catch {
    // The server will be asked again.
  }
}

function listen(address) {
  if (streams.has(address)) {
    return;
  }
  const stream = new EventSource(address);
  streams.set(address, stream);
  // What comes in a row is looked at once, and soon, however long the row is.
  let settling = null;
  const lookSoon = () => {
    settling ??= setTimeout(() => {
      settling = null;
      look();
    }, SETTLES_MS);
  };
  stream.addEventListener("open", lookSoon);
  stream.addEventListener("message", lookSoon);
}

document.addEventListener("visibilitychange", () => {
  if (missed) {
    look();
  }
});

watch();
document.addEventListener("carillon:placed", watch);
