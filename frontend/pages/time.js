// Times: "3 min ago" stays true, and the exact time is in the account's zone, whose
// rules the browser knows. The words are those of `ui::relative_text`.

const LOOK_AGAIN_MS = 20_000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Up to which distance a unit is used, its length, and its words for one and for more. */
const UNITS = [
  [45 * MINUTE, MINUTE, "min", "min"],
  [22 * HOUR, HOUR, "h", "h"],
  [13 * DAY, DAY, "day", "days"],
  [59 * DAY, 7 * DAY, "week", "weeks"],
  [700 * DAY, 30 * DAY, "month", "months"],
  [Infinity, 365 * DAY, "year", "years"],
];

function relative(now, at) {
  const size = Math.abs(now - at);
  const past = now >= at;
  if (size < 45 * SECOND) {
    return past ? "just now" : "in a moment";
  }
  const [, unit, one, more] = UNITS.find(([limit]) => size < limit);
  const count = Math.max(1, Math.floor((size + unit / 2) / unit));
  const span = `${count} ${count === 1 ? one : more}`;
  return past ? `${span} ago` : `in ${span}`;
}

function exact(at, zone) {
  try {
    const text = new Date(at).toLocaleString("en-GB", {
      dateStyle: "medium",
      timeStyle: "medium",
      timeZone: zone,
    });
    return `${text} (${zone})`;
  } catch {
    // A zone that this browser does not know: the server's words in UTC stay.
    return null;
  }
}

function write(within) {
  const zone = document.querySelector("[data-zone]")?.dataset.zone ?? "UTC";
  const now = Date.now();
  for (const time of within.querySelectorAll("time[data-relative], time[data-exact]")) {
    const at = Date.parse(time.dateTime);
    const words = exact(at, zone);
    if ("relative" in time.dataset) {
      put(time, relative(now, at));
      if (words && time.title !== words) {
        time.title = words;
      }
    } else if (words) {
      put(time, words);
    }
  }
}

function put(time, words) {
  if (time.textContent !== words) {
    time.textContent = words;
  }
}

write(document);
setInterval(() => write(document), LOOK_AGAIN_MS);
document.addEventListener("carillon:placed", ({ detail }) => write(detail.within));
// What is compared with the page must speak as the page does.
document.addEventListener("carillon:compare", ({ detail }) => write(detail.within));
