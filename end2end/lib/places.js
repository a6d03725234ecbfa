// The ways through the product, as a person takes them.

import assert from "node:assert/strict";
import { ready, newPage } from "./browser.js";
import { write } from "./hands.js";

/** The address of a campaign's page. */
const CAMPAIGN = /\/campaigns\/[0-9a-f-]{36}$/;
/** The address of its workflow. */
const WORKFLOW = /\/campaigns\/[0-9a-f-]{36}\/workflow$/;
/** The address of a push in its editor. */
export const PUSH = /\/pushes\/([0-9a-f-]{36}|new)$/;

/**
 * A page on which somebody has gone to a place by the rail.
 *
 * @param {import("playwright-core").BrowserContext} context
 * @param {{ url: string }} server
 * @param {string} place its name in the rail
 */
export async function pageAt(context, server, place) {
  const page = await newPage(context);
  await page.goto(server.url);
  await ready(page);
  await goTo(page, place);
  return page;
}

/**
 * Waits until the page at an address is there and alive: a click returns before that.
 *
 * @param {import("playwright-core").Page} page
 * @param {RegExp} address
 */
export async function arrived(page, address) {
  await page.waitForURL(address);
  await ready(page);
}

/**
 * Follows a link to a page, and waits until that is alive.
 *
 * @param {import("playwright-core").Locator} link
 * @param {RegExp} address
 */
export async function follow(link, address) {
  await link.click();
  await arrived(link.page(), address);
}

/**
 * Goes to a place by the rail.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} place
 */
export async function goTo(page, place) {
  const rail = page.getByRole("navigation", { name: "Main" });
  await rail.getByRole("link", { name: place, exact: true }).click();
  await page.getByRole("heading", { name: place, level: 1 }).waitFor();
  await ready(page);
}

/**
 * Uploads a file on the page of imports by the file chooser, and gives the
 * import's figures once it is done.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} kind Contacts or Devices
 * @param {string} file its path
 */
export async function importFile(page, kind, file) {
  await page.locator(".segmented__part", { hasText: kind }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByText("Choose a CSV or NDJSON file").click();
  await (await chooser).setFiles(file);
  await page.getByRole("button", { name: "Upload and import" }).click();
  const listed = page.getByRole("row").filter({ hasText: file.split("/").at(-1) });
  await listed.getByText("Done").waitFor({ timeout: 30_000 });
  return (await page.locator("main .facts").first().innerText()).replace(/\s+/g, " ");
}

/**
 * Finds a contact by identifier and opens its page.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} external_id
 * @param {string} name
 */
export async function openContact(page, external_id, name) {
  await goTo(page, "Contacts");
  await write(page.getByRole("main").getByRole("searchbox"), external_id);
  await page.waitForURL(new RegExp(`q=${external_id}`));
  const found = page.locator("a.table__link");
  await found.filter({ hasText: name }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
}

/**
 * Chooses a contact in a dialog that asks for one.
 *
 * @param {import("playwright-core").Locator} dialog
 * @param {string} external_id
 * @param {string} name
 */
export async function chooseContact(dialog, external_id, name) {
  await write(dialog.getByRole("searchbox"), external_id);
  // Before, everybody is listed, and the row would go away under the pointer.
  await dialog.locator("[role=option]:only-child").filter({ hasText: name }).click();
}

/**
 * Opens a campaign's workflow from the list of campaigns.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} campaign
 */
export async function openWorkflow(page, campaign) {
  await follow(page.getByRole("link", { name: campaign }), CAMPAIGN);
  await follow(page.getByRole("link", { name: "Open the workflow" }), WORKFLOW);
}

/**
 * Holds that a contact entered each workflow once, as its timeline says.
 *
 * @param {import("playwright-core").Page} page a contact's page
 * @param {string[]} workflows
 */
export async function hasEntered(page, workflows) {
  for (const workflow of workflows) {
    const entered = page.getByText(`Entered the workflow ${workflow}`);
    await entered.waitFor();
    assert.equal(await entered.count(), 1, `entered ${workflow} once`);
  }
}
