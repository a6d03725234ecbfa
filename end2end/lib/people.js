// Signing in, and what a signed-in administrator prepares for a test.

import assert from "node:assert/strict";
import { ready } from "./browser.js";
import { write } from "./hands.js";

/**
 * Uses the link that the server printed, and makes the first administrator.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ url: string, output: () => string }} server
 */
export async function firstAdministrator(page, server, email = "ada@example.com") {
  const link = /sign in at (\S+)/.exec(server.output());
  assert.ok(link, "the server prints a sign-in link");
  await page.goto(link[1]);
  await ready(page);
  await write(page.getByLabel("Your email"), email);
  await write(page.getByLabel("Choose a password"), "bells over the old town");
  await page.getByRole("button", { name: "Create the administrator" }).click();
  await page.waitForURL(`${server.url}/`);
}

/**
 * Makes an API key on its page and gives its secret.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ url: string }} server
 * @param {string[]} scopes ingest, read, manage
 */
export async function makeKey(page, server, scopes) {
  await page.goto(`${server.url}/settings/keys`);
  await ready(page);
  await page.getByRole("button", { name: "Make a key" }).click();
  const dialog = page.getByRole("dialog", { name: "Make an API key" });
  await write(dialog.getByLabel("Name"), `test ${scopes.join(" ")}`);
  for (const scope of ["ingest", "read", "manage"]) {
    await dialog.locator(`#field-scope-${scope}`).setChecked(scopes.includes(scope));
  }
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const shown = page.getByRole("dialog", { name: "The new API key" });
  const secret = (await shown.locator("pre").innerText()).trim();
  await shown.getByRole("button", { name: "Done" }).click();
  return secret;
}

/**
 * The REST API with a key: `await rest(server, key)("GET", "/pushes")`. What is
 * refused fails the test with the API's own words.
 *
 * @param {{ url: string }} server
 * @param {string} key
 */
export function rest(server, key) {
  return async (method, path, body) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
}
