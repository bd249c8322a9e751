// Asking for an operation: blocked, previewed, confirmed, sent; by mouse and by keyboard.

import assert from "node:assert/strict";

import { dashboard } from "./harness.mjs";

const check = dashboard();

const DEV = "#/instances/111122223333/eu-central-1/dev-postgres-01";
const TEST = "#/instances/111122223333/eu-central-1/test-mysql-01";

/** The requests that could have changed something. */
function sentBy(page) {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() !== "POST") return;
    const body = JSON.parse(request.postData() ?? "{}");
    if (body.dry_run !== true) sent.push(body);
  });
  return sent;
}

const state = (page) => page.locator(".lead [role=status]");

check("production is blocked, and the page says why", async ({ server, page, open }) => {
  await open("#/instances?q=prod-orders-01");
  await page.getByRole("link", { name: "prod-orders-01" }).click();
  await page.getByRole("heading", { level: 1, name: "prod-orders-01" }).waitFor();
  const { guidance, reason } = await server.ask("instances/prod-orders-01/operations");
  await page.getByText(reason).first().waitFor();
  await page.getByText(guidance.split(".")[0]).first().waitFor();
  assert.equal(await page.locator('main a[href*="/run/"]').count(), 0);
});

check("a production name without a tag says what decided", async ({ page, open }) => {
  await open("#/instances?q=reports-weird-01");
  await page.getByRole("link", { name: "reports-weird-01" }).click();
  await page.getByRole("heading", { name: "Why Production" }).waitFor();
  await page.getByText(/^Production, because/).waitFor();
});

check("a snapshot is found, previewed, sent and done", async ({ server, page, open }) => {
  const sent = sentBy(page);
  await open();
  await page.getByRole("searchbox", { name: "Search instances" }).fill("dev-postgres");
  await page.getByRole("link", { name: "dev-postgres-01", exact: true }).click();
  await page.getByRole("link", { name: "Create snapshot" }).first().click();
  const name = page.getByLabel("Snapshot id");
  await name.fill("-wrong");
  await name.blur();
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  await name.fill("by-hand");
  await page.getByLabel("Tags").fill("Ticket=CHG-4711");
  await page.getByLabel("Reason").fill("before the upgrade");
  await page.getByRole("button", { name: "Show the preview" }).click();
  await page.getByText("CreateDBSnapshot").waitFor();
  assert.deepEqual(sent, []);
  await page.getByRole("button", { name: "Create snapshot of dev-postgres-01" }).click();
  await state(page).getByText("Done").waitFor();
  assert.equal(sent.length, 1);
  assert.ok(sent[0].plan_hash, "the request is held to the preview");
  const { items } = await server.ask("operations?instance_id=dev-postgres-01&operation=create_snapshot&limit=1");
  const shown = await server.ask(`operations/${items[0].operation_id}`);
  assert.deepEqual(shown.parameters, { snapshot_id: "by-hand", tags: [{ Key: "Ticket", Value: "CHG-4711" }] });
  assert.equal(shown.reason, "before the upgrade");
});

check("an interruption wants the name of the instance, and no confirmation sends nothing", async ({ server, page, open }) => {
  const sent = sentBy(page);
  await open(`${TEST}/run/reboot_instance`);
  await page.getByRole("button", { name: "Show the preview" }).click();
  const button = page.getByRole("button", { name: "Reboot instance of test-mysql-01" });
  await button.waitFor();
  assert.ok(await button.isDisabled());
  const name = page.getByLabel("Name of the instance");
  await name.fill("test-mysql-0");
  await name.press("Enter");
  assert.ok(await button.isDisabled());
  await page.goBack();
  assert.deepEqual(sent, []);

  await open(`${TEST}/run/reboot_instance`);
  await page.getByRole("button", { name: "Show the preview" }).click();
  await name.fill("test-mysql-01");
  await button.click();
  await state(page).waitFor();
  assert.equal(sent.length, 1);
  const { items } = await server.ask("operations?instance_id=test-mysql-01&limit=1");
  assert.equal(items[0].operation, "reboot_instance");
});

check("what changed since the preview is not sent, and is shown", async ({ server, page, open }) => {
  const place = "#/instances/111122223333/eu-central-1/dev-postgres-01";
  await open(`${place}/run/modify_backup_window?backup_window=22:00-22:45`);
  await page.getByRole("button", { name: "Show the preview" }).click();
  const send = page.getByRole("button", { name: "Modify backup window of dev-postgres-01" });
  await send.waitFor();
  await server.finish("modify_backup_window", "dev-postgres-01", { backup_window: "22:00-22:45" });
  await send.click();
  await page.getByText("plan_changed").waitFor();
  await page.getByRole("button", { name: "Show the new preview" }).click();
  await page.getByText("This is the preview as it is now.").waitFor();
});

check("a snapshot by the keyboard alone", async ({ page, open }) => {
  await open();
  await page.getByText("dev-postgres-01").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("poc-search");
  await page.getByRole("link", { name: "dev-postgres-01" }).waitFor({ state: "detached" });
  await tabTo(page, "tr");
  await page.keyboard.press("Enter");
  await tabTo(page, 'a[href$="/run/create_snapshot"]');
  await page.keyboard.press("Enter");
  await page.getByLabel("Snapshot id").waitFor();
  await tabTo(page, "#field-snapshot-id");
  await page.keyboard.type("by-keys");
  await page.keyboard.press("Enter");
  await page.getByText("CreateDBSnapshot").waitFor();
  await tabTo(page, ".confirm button");
  await page.keyboard.press("Enter");
  await state(page).getByText("Done").waitFor();
});

/** Presses Tab until the focus is on such an element; fails where the keyboard does not get there. */
async function tabTo(page, selector) {
  await page.locator(selector).first().waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

check("what a caller wrote is text, never markup", async ({ server, page, open }) => {
  const evil = `<img src=x onerror=alert(1)><b id="evil">bold</b>`;
  const { operation_id: id } = await server.finish("create_snapshot", "dev-postgres-01", { snapshot_id: "evil", tags: [{ Key: "k", Value: "v" }] }, { reason: evil });
  for (const hash of [`#/operations/${id}`, `#/audit?operation_id=${id}`, `#/operations?user=${encodeURIComponent(evil)}`, `#/instances?q=${encodeURIComponent(evil)}`]) {
    await open(hash);
    await page.getByText(evil.slice(0, 30)).first().waitFor();
    assert.equal(await page.locator("#evil, main img").count(), 0);
  }
});

check("the draft of a form is in the address, but its reason is not", async ({ page, open }) => {
  await open(`${DEV}/run/create_snapshot`);
  await page.getByLabel("Snapshot id").fill("drafted");
  await page.getByLabel("Reason").fill("a secret of mine");
  await page.waitForURL(/snapshot_id=drafted/);
  assert.doesNotMatch(page.url(), /secret/);
  await page.reload();
  await page.getByLabel("Snapshot id").waitFor();
  assert.equal(await page.getByLabel("Snapshot id").inputValue(), "drafted");
});
