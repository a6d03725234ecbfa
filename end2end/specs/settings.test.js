import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ready, newPage, screenshots, startBrowser } from "../lib/browser.js";
import { firstAdministrator, makeKey } from "../lib/people.js";
import { startServer } from "../lib/server.js";

let server;
let browser;

before(async () => {
  server = await startServer({ args: ["--demo"] });
  browser = await startBrowser();
  const page = await newPage(browser.context);
  await firstAdministrator(page, server);
  await page.close();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

async function open(path) {
  const page = await newPage(browser.context);
  await page.goto(server.url + path);
  await ready(page);
  return page;
}

test("the account's name is saved and stays", async () => {
  const page = await open("/settings");
  await page.getByLabel("Name").fill("Corner Shop");
  await page.getByLabel("Time zone").selectOption("Europe/Berlin");
  await page.getByRole("button", { name: "Save the account" }).click();
  await page.getByText("The account was saved.").waitFor();
  await page.reload();
  await ready(page);
  assert.equal(await page.getByLabel("Name").inputValue(), "Corner Shop");
  assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/Berlin");
  await screenshots(page, "settings");
  assert.deepEqual(page.problems, []);
});

test("an app is added, and a wrong key is refused at its field", async () => {
  const page = await open("/settings/apps");
  await page.getByRole("button", { name: "Add an app" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an app" });
  await dialog.getByLabel("Name", { exact: true }).fill("Second Shop");
  assert.equal(await dialog.getByLabel("Short name").inputValue(), "second-shop");
  await dialog.getByRole("button", { name: "Add the app" }).click();
  await page.waitForURL(/\/settings\/apps\/second-shop$/);

  await page.getByRole("button", { name: "Enter the credential" }).first().click();
  const form = page.getByRole("dialog", { name: "Credential for APNs" });
  await form.getByLabel("Signing key", { exact: true }).fill("not a key");
  await form.getByLabel("Key's identifier").fill("short");
  await form.getByLabel("Team's identifier").fill("ABCDE12345");
  await form.getByLabel("Bundle identifier").fill("org.example.second");
  await form.getByRole("button", { name: "Check and save" }).click();
  await form.getByText("things need another look").waitFor();
  assert.match(await form.locator("#error-key_id").innerText(), /ten letters and digits/);
  assert.notEqual(await form.locator("#error-private_key").innerText(), "");
  // Chromium itself reports the 422; nothing else may be wrong.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("status of 422")), []);
});

test("a credential of the sandbox is tested by a dry call, and its secret is never shown", async () => {
  const page = await open("/settings/apps/shop");
  await page.getByRole("button", { name: "Test it" }).first().click();
  await page.getByText("The provider takes it").waitFor();
  await screenshots(page, "app");
  // The forms show how a key begins; no line of one follows, whole or without its frame.
  const content = await page.content();
  assert.doesNotMatch(content, /PRIVATE KEY-----\s*(\\n)?\s*[\w+/]/);
  assert.doesNotMatch(content, /\bMI[A-Z]{2}[\w+/]{24}/);
  assert.deepEqual(page.problems, []);
});

test("a credential's calls are limited, and the limit is lifted", async () => {
  const page = await open("/settings/apps/shop");
  const limit = page.locator("#limit-fcm");
  await page.getByText("Limit its calls").nth(1).click();
  await limit.getByLabel("Most calls at a time").fill("100");
  await limit.getByRole("button", { name: "Save the limit" }).click();
  await page.getByText("The limit was saved.").waitFor();
  await page.reload();
  await ready(page);
  await page.getByText("at most 100").waitFor();
  await page.getByText("Limit its calls").nth(1).click();
  await screenshots(page, "app-limited");
  await limit.getByLabel("Most calls at a time").fill("");
  await limit.getByRole("button", { name: "Save the limit" }).click();
  await page.getByText("The limit was saved.").waitFor();
  await page.reload();
  await ready(page);
  assert.ok(await page.getByText("at most 100").isHidden());
  assert.deepEqual(page.problems, []);
});

test("a key file fills its field, and what was wrong is forgotten with the dialog", async () => {
  const page = await open("/settings/apps/second-shop");
  await page.getByRole("button", { name: "Enter the credential" }).first().click();
  const form = page.getByRole("dialog", { name: "Credential for APNs" });
  const file = { name: "AuthKey.p8", mimeType: "text/plain", buffer: Buffer.from("a key\n") };
  await form.getByLabel("Signing key: choose the file").setInputFiles(file);
  await form.getByText("AuthKey.p8").waitFor();
  const key = form.getByLabel("Signing key", { exact: true });
  assert.equal(await key.inputValue(), "a key\n");
  await form.getByRole("button", { name: "Check and save" }).click();
  await form.getByText("things need another look").waitFor();
  await form.getByRole("link", { name: /ten letters and digits/ }).first().click();
  assert.equal(await page.evaluate(() => document.activeElement.name), "secret.key_id");
  await form.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Enter the credential" }).first().click();
  assert.equal(await key.inputValue(), "");
  assert.ok(await form.getByText("things need another look").isHidden());
  assert.equal(await form.locator("[aria-invalid]").count(), 0);
});

test("what an app can show is saved as it was written", async () => {
  const page = await open("/settings/apps/second-shop");
  const channels = page.getByLabel("Notification channels");
  await page.getByLabel("The app draws pushes itself").check();
  await channels.fill(" offers \n\norders");
  await page.getByRole("button", { name: "Add a category" }).click();
  await page.getByLabel("Category", { exact: true }).fill(" OFFER ");
  await page.getByLabel("Title").fill("Shop now, or later");
  await page.getByLabel("Buttons that the site").fill("1");
  await page.getByRole("button", { name: "Save the app" }).click();
  await page.getByText("The app was saved.").waitFor();
  await page.reload();
  await ready(page);
  assert.equal(await page.getByLabel("Category", { exact: true }).inputValue(), "OFFER");
  assert.equal(await page.getByLabel("Title").inputValue(), "Shop now, or later");
  assert.equal(await channels.inputValue(), "offers\norders");
  assert.equal(await page.getByLabel("Buttons that the site").inputValue(), "1");
  assert.ok(await page.getByLabel("The app draws pushes itself").isChecked());
  assert.deepEqual(page.problems, []);
});

test("a user is added with a link that is shown once, changes role, and is removed", async () => {
  const page = await open("/settings/users");
  await page.getByRole("button", { name: "Add a user" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a user" });
  await dialog.getByLabel("Email").fill("grace@example.com");
  await dialog.getByLabel("Role").selectOption("developer");
  await dialog.getByRole("button", { name: "Add the user" }).click();
  const given = page.getByRole("dialog", { name: "A link to sign in" });
  const link = (await given.locator("pre").innerText()).trim();
  assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/welcome\/\S{20,}$/);
  await given.getByRole("button", { name: "Done" }).click();

  const row = page.getByRole("row", { name: /grace@example\.com/ });
  await row.getByText("Invited").waitFor();
  await row.getByRole("combobox").selectOption("viewer");
  await page.getByText("The role was changed").waitFor();
  await page.reload();
  await ready(page);
  assert.equal(await row.getByRole("combobox").inputValue(), "viewer");
  await screenshots(page, "users");

  await row.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  await page.getByRole("dialog", { name: "Remove grace@example.com?" }).getByRole("button", { name: "Remove the user" }).click();
  await row.waitFor({ state: "detached" });
  assert.deepEqual(page.problems, []);
});

test("the last administrator keeps the role, and the page says why", async () => {
  const page = await open("/settings/users");
  const row = page.getByRole("row", { name: /ada@example\.com/ });
  await row.getByRole("combobox").selectOption("viewer");
  await page.getByText("This is the last administrator.").waitFor();
  await page.waitForFunction(
    () => document.querySelector("tbody select").value === "administrator",
  );
  // Chromium itself reports the 409; nothing else may be wrong.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("status of 409")), []);
});

test("a key's secret is shown once, and a revoked key is refused", async () => {
  const page = await open("/settings/keys");
  const key = await makeKey(page, server, ["read"]);
  const status = async () =>
    (await fetch(`${server.url}/api/v1/contacts`, { headers: { authorization: `Bearer ${key}` } })).status;
  assert.equal(await status(), 200);
  await page.reload();
  await ready(page);
  assert.ok(!(await page.content()).includes(key), "the secret is gone for good");
  await screenshots(page, "keys");
  await page.getByRole("button", { name: "Revoke…" }).first().click();
  await page.getByRole("dialog", { name: /^Revoke/ }).getByRole("button", { name: "Revoke the key" }).click();
  await page.getByText("was revoked").waitFor();
  assert.equal(await status(), 401);
  assert.deepEqual(page.problems, []);
});

test("the audit log says who did what", async () => {
  const page = await open("/settings/audit");
  const text = await page.locator("table").innerText();
  assert.match(text, /ada@example\.com/);
  assert.match(text, /revoked an API key/);
  assert.match(text, /added a user/);
  await screenshots(page, "audit");
  assert.deepEqual(page.problems, []);
});

test("a campaign is made, found in the list, and its tabs have addresses", async () => {
  const page = await open("/campaigns");
  await screenshots(page, "campaigns");
  await page.getByRole("button", { name: "New campaign" }).click();
  const dialog = page.getByRole("dialog", { name: "New campaign" });
  await dialog.getByRole("button", { name: "Make the campaign" }).click();
  await dialog.locator("#error-name").getByText("empty").waitFor();
  await dialog.getByLabel("Name").fill("Win back");
  await dialog.getByRole("button", { name: "Make the campaign" }).click();
  await page.getByRole("heading", { name: "Win back", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Results" }).click();
  await page.waitForURL(/\/results$/);
  await page.getByText("Nothing was sent yet").waitFor();
  await page.goto(`${server.url}/campaigns`);
  assert.ok(await page.getByRole("link", { name: "Win back" }).isVisible());
  // Chromium itself reports the 422; nothing else may be wrong.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("status of 422")), []);
});

test("a wrong password is said above the form, which keeps what was typed", async () => {
  const page = await open("/settings");
  await page.context().clearCookies({ name: /session/ });
  await page.goto(`${server.url}/settings/keys`);
  await ready(page);
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password").fill("bells");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This email and password do not belong together.").waitFor();
  assert.equal(await page.getByLabel("Email").inputValue(), "ada@example.com");
  await page.getByLabel("Password").fill("bells over the old town");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${server.url}/settings/keys`);
  // Chromium itself reports the 422; nothing else may be wrong.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("status of 422")), []);
});

test("the overview counts the first steps that are done, and names the next", async () => {
  const page = await open("/");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
  await page.getByText("5 of 6 done").waitFor();
  assert.ok(await page.getByRole("link", { name: /^Draw and publish a workflow/ }).isVisible());
  await screenshots(page, "overview-demo");
  assert.deepEqual(page.problems, []);
});

test("a signing secret is made, shown once, rotated, and the former one retired", async () => {
  const page = await open("/settings/apps/second-shop");
  await page.getByText("Not required").waitFor();
  await page.getByRole("button", { name: "Require signatures" }).click();
  await page
    .getByRole("dialog", { name: "Require signatures?" })
    .getByRole("button", { name: "Require signatures" })
    .click();
  const made = page.getByRole("dialog", { name: "The signing secret" });
  const secret = await made.locator("#signing-secret-made-secret").innerText();
  assert.match(secret.trim(), /^[\w-]{43}$/);
  await made.getByRole("button", { name: "Done" }).click();
  await page.getByText("Sealed; it is never shown again").last().waitFor();
  await page.reload();
  await ready(page);
  assert.ok(!(await page.content()).includes(secret.trim()));

  await page.getByRole("button", { name: "Make a new secret" }).click();
  await page.getByRole("button", { name: "Make the secret" }).click();
  await made.getByRole("button", { name: "Done" }).click();
  await page.getByText("Two secrets count").waitFor();
  await page.getByText("How your server signs").click();
  await page.getByText("createHmac").first().waitFor();
  await screenshots(page, "signing");
  await page.getByRole("button", { name: "Retire the former secret" }).click();
  await page.getByRole("button", { name: "Retire the secret" }).click();
  await page.getByText("The former secret was retired.").waitFor();
  await page.getByRole("button", { name: "Make a new secret" }).waitFor();

  await page.getByRole("button", { name: "Stop requiring signatures" }).first().click();
  await page
    .getByRole("dialog", { name: "Stop requiring signatures?" })
    .getByRole("button", { name: "Stop requiring signatures" })
    .click();
  await page.getByText("Devices are taken without a signature.").waitFor();
  await page.getByText("Not required").waitFor();
  assert.deepEqual(page.problems, []);
});
