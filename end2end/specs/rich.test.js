// Rich pushes as a marketer composes them, and the record of what the app can show as a
// developer enters it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, playPictures, ready, screenshots, startBrowser } from "../lib/browser.js";
import { getsFocus, pick, walkTo, write } from "../lib/hands.js";
import { firstAdministrator, makeKey, rest } from "../lib/people.js";
import { startServer } from "../lib/server.js";

let server;
let browser;
let api;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  // The browser's own fetches for the preview; the server looks for itself.
  await playPictures(browser.context, /^https:\/\/(example\.org|127\.0\.0\.1:1|169\.254\.169\.254)\//);
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  api = rest(server, await makeKey(page, server, ["read", "manage"]));
  await page.close();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

const open = async (path) => {
  const page = await newPage(browser.context);
  await page.goto(`${server.url}${path}`);
  await ready(page);
  return page;
};
const segment = (within, name) => within.locator(".segmented__part", { hasText: name });
const card = (page, title) => page.locator(".card", { hasText: title });
const previewOf = (page) => page.getByRole("complementary", { name: "Preview" });

/** Refusals are answered with their own status, which the browser's console tells. */
const problemsOf = (page) => page.problems.filter((problem) => !/status of 4\d\d/.test(problem));

test("what an app can show is entered row by row, and by keys alone", async () => {
  const page = await open("/settings/apps/shop");
  const form = page.locator("#capabilities");
  await form.getByRole("button", { name: "Add a category" }).click();
  const row = form.locator(".listed__row").last();
  await getsFocus(row.getByLabel("Category", { exact: true }));
  await page.keyboard.type("RATING");
  await walkTo(row.getByLabel("Title"));
  await page.keyboard.type("Rate it");
  await walkTo(row.getByLabel("Kind"));
  await page.keyboard.type("Text");
  await walkTo(row.getByLabel("Words in the empty field"));
  await page.keyboard.type("One to five");
  await walkTo(row.getByRole("button", { name: "Add a button" }));
  await page.keyboard.press("Enter");
  await getsFocus(row.getByLabel("Title").last());
  await screenshots(page, "rich-capabilities");

  // The title of the second is missing.
  await form.getByRole("button", { name: "Save the app" }).click();
  await form.locator('[data-error="capabilities.ios_categories[2].actions[1].title"]').getByText("empty").waitFor();
  await row.getByRole("button", { name: "Remove this button" }).last().click();
  await form.getByRole("button", { name: "Save the app" }).click();
  await page.getByText("The app was saved.").waitFor();
  const { capabilities } = await api("GET", "/apps/shop");
  assert.deepEqual(capabilities.ios_categories.at(-1), {
    id: "RATING",
    actions: [{ title: "Rate it", kind: "text_input", placeholder: "One to five" }],
  });
  assert.deepEqual(capabilities.channels, ["apns", "fcm", "adm", "webpush"]);

  // Taken away again, the rows after it move up.
  await page.reload();
  await ready(page);
  await form.getByRole("button", { name: "Remove this category" }).first().click();
  await form.getByRole("button", { name: "Save the app" }).click();
  await page.getByText("The app was saved.").waitFor();
  const after = await api("GET", "/apps/shop/capabilities");
  assert.deepEqual(after.ios_categories.map(({ id }) => id), ["QUESTION", "RATING"]);
  await api("PUT", "/apps/shop/capabilities", capabilities);
  assert.deepEqual(problemsOf(page), []);
});

test("a record comes in and goes out as JSON, and a mistake is named by its line", async () => {
  const page = await open("/settings/apps/shop");
  await page.getByRole("button", { name: "As JSON…" }).click();
  const dialog = page.getByRole("dialog", { name: "What the app can show, as JSON" });
  const field = dialog.getByLabel("Record", { exact: true });
  const before = await field.inputValue();
  const download = page.waitForEvent("download");
  await dialog.getByRole("link", { name: "Save it as a file" }).click();
  assert.equal((await download).suggestedFilename(), "shop-capabilities.json");

  const wrong = before.replace('"kind": "text_input"', '"kind": "shout"');
  await dialog.locator("input[type=file]").setInputFiles({
    name: "shop.json",
    mimeType: "application/json",
    buffer: Buffer.from(wrong),
  });
  await dialog.getByText("shop.json").waitFor();
  await dialog.getByRole("button", { name: "Check and take in" }).click();
  const complaint = dialog.locator("#error-record");
  await complaint.getByText(/line \d+, column \d+, at ios_categories\[1\]\.actions\[1\]\.kind/).waitFor();
  await screenshots(page, "rich-record", { fullPage: false });

  await field.fill(before.replace('"offers"', '"deals"'));
  await dialog.getByRole("button", { name: "Check and take in" }).click();
  await page.getByText("The record was taken in.").waitFor();
  const { android_channels } = await api("GET", "/apps/shop/capabilities");
  assert.deepEqual(android_channels, ["deals", "orders"]);
  await api("PUT", "/apps/shop/capabilities", JSON.parse(before));
  assert.deepEqual(problemsOf(page), []);
});

test("a push changes its kind, shows the fields that it needs, and loses nothing", async () => {
  const page = await open("/pushes/new");
  const image = page.locator("#field-image");
  assert.ok(await image.isHidden());
  await segment(page, "Image").click();
  await write(image, "https://example.org/tea.png");
  await segment(page, "Rich").click();
  await page.getByRole("button", { name: "Add a button" }).click();
  await write(page.getByLabel("Button 1", { exact: true }), "Shop");
  await write(page.getByLabel("Title", { exact: true }).first(), "Tea");

  await segment(page, "Standard").click();
  assert.ok(await image.isHidden());
  await page.getByText("Kept in the draft, not sent: the image and 1 button.").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
  await page.reload();
  await ready(page);
  await page.getByText("Kept in the draft, not sent: the image and 1 button.").waitFor();
  await segment(page, "Rich").click();
  assert.equal(await image.inputValue(), "https://example.org/tea.png");
  assert.equal(await page.getByLabel("Button 1", { exact: true }).inputValue(), "Shop");
  assert.deepEqual(page.problems, []);
});

test("buttons answer, a missing category is said, and one click takes one", async () => {
  const page = await open("/pushes/new");
  const preview = previewOf(page);
  await page.getByText("App", { exact: true }).click();
  await write(page.getByLabel("Title", { exact: true }).first(), "Is six good for you?");
  await segment(page, "Rich").click();
  await page.getByRole("button", { name: "Add a button" }).click();
  await write(page.getByLabel("Button 1", { exact: true }), "Maybe");
  await page.getByText("What a tap does").click();
  await pick(page.getByLabel("What a tap does"), "Quick");
  await page.getByText("the app stays in the background").first().waitFor();
  const missing = page.locator("[data-part=no-category]");
  await missing.getByText("no category with exactly “Maybe” (quick reply)").waitFor();
  await screenshots(page, "rich-missing-category");
  await missing.getByRole("button", { name: /^Take QUESTION/ }).click();
  await missing.waitFor({ state: "hidden" });
  assert.equal(await page.getByLabel("Button 2", { exact: true }).inputValue(), "Reply");

  await segment(preview, "Expanded").click();
  await preview.locator(".ios__action-field", { hasText: "Your answer" }).waitFor();
  assert.deepEqual(await preview.locator(".ios__action").allInnerTexts(), ["Yes, please", "Reply"]);
  await screenshots(page, "rich-ios", { fullPage: false });
  await segment(preview, "Android").click();
  await preview.locator(".android__action-field", { hasText: "Your answer" }).waitFor();
  await screenshots(page, "rich-android", { fullPage: false });
  await segment(preview, "Web").click();
  await preview.getByText("A text can be typed in Chrome on Android").waitFor();
  assert.equal(await preview.locator(".web__action-field").count(), 0);
  await preview.getByLabel("In", { exact: true }).selectOption("chrome-android");
  await preview.locator(".web__action-field", { hasText: "Your answer" }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("iOS shows a banner: one line and two, at the top", async () => {
  const page = await open("/pushes/new");
  const preview = previewOf(page);
  await write(page.getByLabel("Title", { exact: true }).first(), "Tea");
  await write(page.getByLabel("Text", { exact: true }).first(), "We kept a kettle for you. ".repeat(8));
  await segment(preview, "Banner").click();
  await preview.getByText(/The text is cut in a banner: \d+ of \d+ characters/).waitFor();
  assert.ok(await preview.locator(".device__clock").isHidden());
  const lines = await preview.locator(".ios__body").evaluate((body) => body.clientHeight / 20);
  assert.equal(Math.round(lines), 2);
  await screenshots(page, "rich-banner", { fullPage: false });
  await segment(preview, "Android").click();
  await preview.locator(".device__clock").waitFor();
  assert.ok(await segment(preview, "Banner").isHidden());
  assert.deepEqual(page.problems, []);
});

test("a platform has values of its own, and mistakes name it", async () => {
  const page = await open("/pushes/new");
  const preview = previewOf(page);
  await write(page.getByLabel("Title", { exact: true }).first(), "Tea");
  await page.locator("#overrides-android summary").click();
  const android = page.locator("#overrides-android");
  await write(android.getByLabel("Title"), "Tea on Android");
  await write(android.getByLabel("Link"), "no link");
  await android.getByText("The link on Android is not a link").waitFor();
  await android.locator("summary", { hasText: "2 fields differ" }).waitFor();
  await write(android.getByLabel("Link"), "shop://tea");
  await write(android.getByLabel("Notification channel"), "orders");
  await preview.locator(".ios__title").getByText("Tea", { exact: true }).waitFor();
  await segment(preview, "Android").click();
  await preview.locator(".android__title").getByText("Tea on Android", { exact: true }).waitFor();
  await screenshots(page, "rich-overrides");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
  const { content } = await api("GET", page.url().replace(server.url, ""));
  assert.deepEqual(content.overrides, {
    android: { title: "Tea on Android", link: "shop://tea", channel_id: "orders" },
  });
  assert.deepEqual(page.problems, []);
});

test("the inspector shows each channel's body and headers, as they are sent", async () => {
  const [welcome] = (await api("GET", "/pushes")).items.filter(({ name }) => name === "Welcome offer");
  const page = await open(`/pushes/${welcome.id}`);
  await browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const shown = await previewOf(page).locator(".weight__count").getAttribute("data-bytes");
  await page.getByRole("button", { name: "See what is sent" }).click();
  const dialog = page.getByRole("dialog", { name: "What is sent" });
  const view = (name) => dialog.locator(`[data-view=${name}]`);
  await view("apns-ios").getByText("apns-topic: org.example.shop").waitFor();
  assert.match(await view("apns-ios").innerText(), new RegExp(`${shown} of 4,096 bytes`));
  assert.match(await view("apns-ios").getByLabel("body", { exact: true }).innerText(), /"category": "OFFER"/);
  await view("apns-ios").getByRole("button", { name: "Copy body" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(Buffer.byteLength(copied), Number(shown));
  assert.equal(JSON.parse(copied).aps.category, "OFFER");
  await screenshots(page, "rich-inspector", { fullPage: false });
  for (const [tab, name, expected] of [
    ["FCM, Android", "fcm-android", /"channel_id": "offers"/],
    ["FCM, Web", "fcm-web", /"actions": \[/],
    ["Amazon ADM", "adm-fireos", /"expiresAfter": 86400/],
    ["Web Push", "webpush-web", /"buttons": \[/],
    ["Twilio Notify, iOS", "twilio-ios", /does not use the channel[\s\S]*"Apn"/],
  ]) {
    await dialog.getByRole("button", { name: tab, exact: true }).click();
    assert.match(await view(name).innerText(), expected);
  }
  assert.ok(await view("apns-ios").isHidden());
  assert.deepEqual(page.problems, []);
});

test("an image that nobody can fetch is said beside its field, and does not keep from saving", async () => {
  const page = await open("/pushes/new");
  await write(page.getByLabel("Title", { exact: true }).first(), "Tea");
  await segment(page, "Image").click();
  const image = page.locator("#field-image");
  const note = page.locator("[data-image-note=image]");
  await write(image, "https://127.0.0.1:1/tea.png");
  await note.getByText("Carillon could not fetch this image: it cannot be reached").waitFor();
  await write(image, "https://169.254.169.254/latest/meta-data");
  await note.getByText("leads into a private network").waitFor();
  await screenshots(page, "rich-image-note", { fullPage: false });
  await write(image, "http://127.0.0.1/tea.png");
  await page.locator("[data-error=image]").getByText("must be an https:// address").waitFor();
  await note.waitFor({ state: "hidden" });
  await write(image, "https://127.0.0.1:1/tea.png");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
  assert.deepEqual(page.problems, []);
});
