// The audit trail with its export, the figures, and the zone of the times.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { dashboard } from "./harness.mjs";

const check = dashboard();

check("the trail tells who did what and why", async ({ server, page, open }) => {
  await server.finish("reboot_instance", "test-mysql-01", {}, { reason: "new parameters" });
  await open("#/audit");
  await page.getByRole("searchbox", { name: "Instance" }).fill("test-mysql-01");
  await page.waitForURL(/instance_id=test-mysql-01/);
  await page.getByText("“new parameters”").first().waitFor();
  const entry = page.locator(".entry").filter({ hasText: "Done" }).first();
  await entry.locator("summary").first().click();
  await entry.getByText("local:alice").first().waitFor();
  await entry.getByText("Origin and hashes").click();
  const { items } = await server.ask("audit?instance_id=test-mysql-01&limit=1");
  await entry.getByText(items[0].hash).waitFor();
  await page.getByText("rds-ops audit verify").waitFor();
  // The open entry is in the address.
  await page.waitForURL(/entry=test-mysql-01/);
  await page.reload();
  await entry.getByText("Origin and hashes").waitFor();
});

check("the keyboard leads through the entries", async ({ server, page, open }) => {
  for (const snapshot_id of ["one", "two"]) await server.finish("create_snapshot", "poc-search-01", { snapshot_id });
  await open("#/audit");
  const summaries = page.locator(".entry > summary");
  await summaries.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".entry").nth(1).getAttribute("open"), "");
  await page.keyboard.press("Home");
  assert.ok(await summaries.first().evaluate((it) => it === document.activeElement));
});

check("a blocked attempt is on the trail with its code", async ({ server, page, open }) => {
  await server.ask("operations", { method: "POST", body: { operation: "reboot_instance", instance_id: "prod-orders-01" } });
  await open("#/audit?instance_id=prod-orders-01");
  await page.locator(".entry").filter({ hasText: "Denied" }).getByText("production_blocked").first().waitFor();
});

check("the export is a CSV file, and on the trail itself", async ({ server, page, open }) => {
  await server.finish("create_snapshot", "dev-postgres-01", { snapshot_id: "exported" });
  await open("#/audit?operation=create_snapshot");
  await page.locator(".entry").first().waitFor();
  const exports = async () => {
    const { items } = await server.ask("audit?limit=100");
    return items.filter((it) => /export/.test(`${it.event} ${it.operation}`)).length;
  };
  assert.equal(await exports(), 0, "nothing is exported before a person asks for it");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export CSV" }).click()]);
  assert.match(download.suggestedFilename(), /^audit-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...lines] = (await readFile(await download.path(), "utf8")).split("\r\n");
  assert.match(head, /audit_id/);
  assert.ok(lines.some((line) => line.includes("create_snapshot")));
  assert.ok(!lines.some((line) => line.includes("reboot_instance")), "the filters hold for the export");
  assert.equal(await exports(), 1);
});

check("an export in parts is one file", async ({ page, open }) => {
  await page.route(/format=csv/, (route) => {
    const isSecond = new URL(route.request().url()).searchParams.get("cursor") === "second";
    const headers = { "content-type": "text/csv", ...(isSecond ? {} : { "x-next-cursor": "second" }) };
    return route.fulfill({ headers, body: `audit_id,event\r\n${isSecond ? "2,outcome" : "1,accepted"}\r\n` });
  });
  await open("#/audit");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export CSV" }).click()]);
  assert.equal(await readFile(await download.path(), "utf8"), "audit_id,event\r\n1,accepted\r\n2,outcome\r\n");
});

check("figures are those of the service", async ({ server, page, open }) => {
  await server.finish("modify_backup_window", "dev-postgres-01", { backup_window: "05:00-05:45" });
  await open("#/figures");
  const value = (name) => page.locator(".figure", { has: page.getByText(name, { exact: true }) }).locator(".figure-value");
  await value("Operations").waitFor();
  const { overall } = await server.ask("metrics/summary");
  assert.equal(await value("Operations").innerText(), String(overall.operations));
  assert.equal(await value("Failed").innerText(), String(overall.failed));
  assert.equal(await value("Blocked: production").innerText(), String(overall.production_blocks));
  // The same figures in the table behind the chart.
  await page.getByText("The same as a table").first().click();
  const today = new Date().toISOString().slice(0, 10);
  const cells = page.locator(".chart").first().locator("tr", { hasText: today }).locator("td");
  assert.equal(await cells.nth(0).innerText(), String(overall.succeeded));
  assert.equal(await cells.nth(1).innerText(), String(overall.failed));
  await page.getByRole("button", { name: "7 days" }).click();
  await page.waitForURL(/from=\d{4}-\d\d-\d\d/);
  assert.equal(await page.getByRole("button", { name: "7 days" }).getAttribute("aria-pressed"), "true");
});

check("a share of nothing is no data", async ({ page, open }) => {
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  await open(`#/figures?from=${day(9)}&to=${day(8)}`);
  await page.getByText("Nobody asked for an operation in this period.").waitFor();
  assert.equal(await page.getByText("0 %").count(), 0);
});

check("times name their zone, and the zone can be changed", async ({ server, page, open }) => {
  const { operation_id: id, history } = await server.finish("create_snapshot", "dev-postgres-01", { snapshot_id: "zoned" }).then((it) => server.ask(`operations/${it.operation_id}`));
  await open(`#/operations/${id}`);
  const first = page.locator(".timeline time").first();
  assert.match(await first.innerText(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d CES?T$/);
  await page.getByRole("button", { name: /^Times:/ }).click();
  assert.equal(await first.innerText(), `${history[0].at.slice(0, 10)} ${history[0].at.slice(11, 19)} UTC`);
  await page.reload();
  assert.match(await page.locator(".timeline time").first().innerText(), /UTC$/);
});

check("an operation and the trail can be printed", async ({ server, page, open }) => {
  const { operation_id: id } = await server.finish("create_snapshot", "dev-postgres-01", { snapshot_id: "printed" });
  await open(`#/operations/${id}`);
  await page.getByRole("heading", { level: 1, name: "Create snapshot of dev-postgres-01" }).waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("button").filter({ visible: true }).count(), 0, "nothing to press on paper");
  assert.equal(await page.locator("header").isVisible(), false);
  assert.ok(await page.getByText("snapshot:printed").isVisible());
});
