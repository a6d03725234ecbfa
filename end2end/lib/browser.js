// Chromium, and pages that remember everything that went wrong in them.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "./server.js";

const CANDIDATES = [
  process.env.CARILLON_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // No name outside this machine is looked up: a browser that fetches a notification's
  // picture shows nothing until the name is found or given up.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

/** Starts Chromium with a fresh profile. */
export async function startBrowser() {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path));
  assert.ok(executablePath, "Chromium is missing; `cargo xtask test` installs it");
  const profile = await mkdtemp(join(tmpdir(), "carillon-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: FLAGS,
    viewport: SIZES.wide,
    colorScheme: "light",
    locale: "en-US",
    timezoneId: "Europe/Berlin",
  });
  context.setDefaultTimeout(10_000);
  return {
    context,
    async stop() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/**
 * Answers requests for the pictures of pushes, which lie on a server that no test reaches.
 *
 * @param {import("playwright-core").BrowserContext} context
 * @param {string | RegExp} [addresses]
 */
export function playPictures(context, addresses = "https://example.org/**") {
  const body =
    '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300"><rect width="600" height="300" fill="#c8a36b"/></svg>';
  return context.route(addresses, (route) =>
    route.fulfill({ contentType: "image/svg+xml", body }),
  );
}

/**
 * A page whose console errors, failed requests and crashes are kept in
 * `page.problems`, to be empty at the end of a test.
 *
 * @param {import("playwright-core").BrowserContext} context
 */
export async function newPage(context) {
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      problems.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error}`));
  page.on("requestfailed", (request) => {
    // The browser cancels what a navigation makes superfluous.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") {
      problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
    }
  });
  return Object.assign(page, { problems });
}

/**
 * Waits until the page's script, or the module of its editor, has started: it marks the document.
 *
 * @param {import("playwright-core").Page} page
 */
export async function ready(page) {
  await page.waitForSelector("html[data-ready]", { state: "attached" });
}

/** Two frames: one that notices what changed, one that has drawn it. */
function drawn(page) {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/**
 * Pictures of a page, wide and narrow, light and dark, in `target/screenshots`.
 * The page keeps its state; only size and colours change, and come back.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} name
 * @param {{ fullPage?: boolean }} [options]
 */
export async function screenshots(page, name, { fullPage = true } = {}) {
  const folder = join(ROOT, "target/screenshots");
  await mkdir(folder, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await drawn(page);
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage });
    }
  }
  await page.setViewportSize(SIZES.wide);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}
