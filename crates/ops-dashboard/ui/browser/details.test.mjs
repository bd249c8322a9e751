// What people rarely see, or see without noticing: rows that stay, values of now, what waits, pages
// that are not there, and how often RDS is asked.

import assert from "node:assert/strict";

import { dashboard, until } from "./harness.mjs";

const check = dashboard();

const DEV = "#/instances/111122223333/eu-central-1/dev-postgres-01";

const rows = (page) => page.locator("tbody tr");

check("rows stay until the next ones are there", async ({ page, open }) => {
  await open();
  await rows(page).first().waitFor();
  const before = await rows(page).count();
  let answer;
  const asked = new Promise((resolve) => {
    void page.route(/\/instances\?.*environment=POC/, async (route) => {
      resolve();
      await new Promise((go) => (answer = go));
      await route.continue();
    });
  });
  await page.getByRole("combobox", { name: "Environment" }).selectOption("POC");
  await asked;
  assert.equal(await rows(page).count(), before);
  assert.equal(await page.locator("[aria-busy=true] tbody tr").count(), before, "they are marked as old");
  answer();
  await until(async () => (await rows(page).count()) === 1, "the one instance of POC");
  assert.equal(await page.locator("[aria-busy=true]").count(), 0);
});

check("the named views are links with their filters", async ({ page, open }) => {
  await open();
  const views = page.getByRole("navigation", { name: "Views of instances" });
  for (const [name, shown, hidden] of [
    ["Production", "prod-orders-01", "dev-postgres-01"],
    ["Not production", "dev-postgres-01", "prod-orders-01"],
    ["Stopped", "dev-stopped-01", "dev-postgres-01"],
  ]) {
    await views.getByRole("link", { name, exact: true }).click();
    await page.getByRole("link", { name: shown, exact: true }).waitFor();
    await page.getByRole("link", { name: hidden, exact: true }).waitFor({ state: "detached" });
    assert.equal(await views.locator("[aria-current=true]").textContent(), name);
  }
});

check("a field shows the value of now", async ({ server, page, open }) => {
  const { live } = await server.ask("instances/dev-postgres-01");
  await open(`${DEV}/run/modify_backup_window`);
  await page.getByText(`Now: ${live.backup_window}.`).waitFor();
  await open(`${DEV}/run/modify_instance_class`);
  await page.getByText(`Now: ${live.instance_class}.`).waitFor();
});

check("what is scheduled says when it starts: in the preview, and on its instance", async ({ server, page, open }) => {
  await open(`${DEV}/run/create_snapshot`);
  await page.getByLabel("Snapshot id").fill("next-week");
  await page.getByLabel("At a time").check();
  const soon = new Date(Date.now() + 7 * 24 * 3600 * 1000).toISOString().slice(0, 16);
  await page.locator("input[type=datetime-local]").fill(soon);
  await page.waitForURL(/start=at/);
  await page.waitForURL(/snapshot_id=next-week/);
  await page.reload();
  assert.ok(await page.getByLabel("At a time").isChecked(), "the address has the choice");
  await page.getByRole("button", { name: "Show the preview" }).click();
  await page.getByText("Starts", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^Schedule: / }).click();
  await page.locator(".lead [role=status]").getByText("Scheduled").waitFor();
  const { items } = await server.ask("operations?status=scheduled");
  assert.equal(items.length, 1);
  await open(DEV);
  await page.getByText(/is scheduled for/).waitFor();
});

check("what is not there says so", async ({ server, page, open }) => {
  await open("#/nowhere");
  await page.getByText("There is no such page.").waitFor();
  await open("#/instances/111122223333/eu-central-1/nobody-knows-it");
  const { error } = await server.ask("instances/nobody-knows-it?account_id=111122223333&region=eu-central-1");
  await page.getByText(error.split("`")[0]).first().waitFor();
  assert.equal(await page.getByRole("heading", { name: "Operations" }).count(), 0);
});

check("an open page asks RDS at most once a minute, and at once when an operation has ended", async ({ server, page, visit }) => {
  await page.clock.install();
  const live = [];
  page.on("request", (request) => {
    if (/\/instances\/test-mysql-01\?/.test(request.url())) live.push(request.url());
  });
  await visit.open("#/instances/111122223333/eu-central-1/test-mysql-01");
  await page.getByRole("heading", { name: "History" }).waitFor();
  await until(() => live.length === 1, "the first description");
  // The next request is planned when the answer is there, not when it is asked for.
  await page.getByText("As of").waitFor();
  for (let quarter = 0; quarter < 3; quarter += 1) await page.clock.runFor(15_000);
  assert.equal(live.length, 1, "within the first minute");
  await page.clock.runFor(30_000);
  await until(() => live.length === 2, "the description of the next minute");
  await server.finish("create_snapshot", "test-mysql-01", { snapshot_id: "seen" });
  await page.clock.runFor(15_000);
  await until(() => live.length === 3, "the description after the operation");
});

check("a snapshot to delete is offered, and who cancelled is named", async ({ server, page, open }) => {
  await server.finish("create_snapshot", "staging-orders-01", { snapshot_id: "offered" });
  const staging = "#/instances/222233334444/eu-central-1/staging-orders-01";
  await open(`${staging}/run/delete_snapshot`);
  await page.locator("datalist option[value=offered]").waitFor({ state: "attached" });
  const field = page.getByLabel("Snapshot id");
  assert.ok(await field.evaluate((it) => it === document.activeElement), "typing begins at once");
  await field.pressSequentially("offered");
  await page.waitForURL(/snapshot_id=offered/);
  await page.getByRole("button", { name: "Show the preview" }).click();
  const heading = page.getByRole("heading", { name: "Preview" });
  await heading.waitFor();
  assert.ok(await heading.evaluate((it) => it === document.activeElement), "readers are led to the preview");
  const at = new Date(Date.now() + 3600 * 1000).toISOString();
  const { operation_id: id } = await server.operate("create_snapshot", "staging-orders-01", { snapshot_id: "later" }, { start: { at } });
  await server.ask(`operations/${id}/cancel`, { method: "POST" });
  await open(`#/operations/${id}`);
  await page.getByText("By alice. RDS was not asked").waitFor();
});

check("an operation that is done says what RDS shows, and a related database is one step away", async ({ server, page, open }) => {
  const { operation_id: id } = await server.finish("create_snapshot", "qa-mariadb-01", { snapshot_id: "shown" });
  await open(`#/operations/${id}`);
  await page.getByText("RDS shows it: the snapshot is available.").waitFor();
  await open("#/instances/222233334444/eu-central-1/reporting-orders-01");
  await page.getByRole("link", { name: "prod-orders-01" }).click();
  await page.getByRole("heading", { level: 1, name: "prod-orders-01" }).waitFor();
});
