// Lists: their state in the address, slow answers, many items, rows that stay, and errors.

import assert from "node:assert/strict";

import { dashboard, slowProxy, until } from "./harness.mjs";

const check = dashboard();

const rows = (page) => page.locator("tbody tr");

check("filters are in the address, visible, and survive reload, back and forward", async ({ page, open }) => {
  await open();
  await page.getByRole("combobox", { name: "Environment" }).selectOption("Test");
  await page.waitForURL(/environment=Test/);
  await page.getByRole("button", { name: /Take away the filter Environment/ }).waitFor();
  await page.getByRole("link", { name: "dev-postgres-01", exact: true }).waitFor({ state: "detached" });
  await page.reload();
  await page.getByText("test-mysql-01").first().waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Environment" }).inputValue(), "Test");
  await page.goBack();
  await page.getByText("dev-postgres-01").first().waitFor();
  await page.goForward();
  await page.getByRole("link", { name: "dev-postgres-01", exact: true }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: /Take away the filter Environment/ }).click();
  await page.getByText("dev-postgres-01").first().waitFor();
});

check("a slow service is waited for, and the last search counts", async ({ visit, page, server }) => {
  const slow = await slowProxy(server, 2000);
  try {
    await visit.open("#/instances", { url: slow.url });
    await page.getByText("Loading", { exact: false }).first().waitFor();
    await page.getByText("dev-postgres-01").first().waitFor({ timeout: 20_000 });
    const search = page.getByRole("searchbox", { name: "Search instances" });
    await search.pressSequentially("poc", { delay: 400 });
    await search.pressSequentially("-search", { delay: 50 });
    assert.equal(await search.inputValue(), "poc-search");
    await page.getByRole("link", { name: "dev-postgres-01", exact: true }).waitFor({ state: "detached" });
    await page.getByText("poc-search-01").first().waitFor();
    assert.equal(await rows(page).count(), 1);
    assert.equal(await search.inputValue(), "poc-search");
  } finally {
    slow.stop();
  }
});

/** Answers as a service with 5,000 instances does: by pages. */
async function thousands(page) {
  const all = Array.from({ length: 5000 }, (_, at) => instance(`db-${String(at).padStart(4, "0")}`));
  await page.route(/\/instances\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const found = all.filter((it) => it.instance_id.includes(query.get("q") ?? ""));
    const from = Number(query.get("cursor") ?? 0);
    const to = from + Number(query.get("limit"));
    const next_cursor = to < found.length ? String(to) : null;
    return route.fulfill({ json: { items: found.slice(from, to), broken: [], next_cursor } });
  });
}

function instance(instance_id) {
  return {
    instance_id,
    account_id: "111122223333",
    region: "eu-central-1",
    engine: "postgres",
    instance_class: "db.t4g.medium",
    environment: "Development",
    status: "available",
    status_from: "inventory",
    operations_allowed: true,
    running_operation_id: null,
    multi_az: false,
    db_cluster_id: null,
    read_replica_source: null,
    tags: {},
    classification: { environment: "Development", decided_by: "tag", trace: [] },
  };
}

check("5,000 instances stay quick", async ({ page, open }) => {
  await thousands(page);
  await open();
  await page.getByText("db-0000").first().waitFor();
  assert.ok((await rows(page).count()) <= 100, "a page shows a page");
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("db-0050").first().waitFor();
  const began = Date.now();
  await page.getByRole("searchbox", { name: "Search instances" }).fill("4999");
  await page.getByText("db-4999").first().waitFor();
  assert.ok(Date.now() - began < 3000, `the search took ${Date.now() - began} ms`);
  assert.equal(await rows(page).count(), 1);
});

check("names that look like markup are names", async ({ page, open }) => {
  const name = `<script>alert(1)</script><i id="evil">`;
  const items = [instance(name)];
  await page.route(/\/instances\?/, (route) => route.fulfill({ json: { items, broken: [{ instance_id: name, problem: name }], next_cursor: null } }));
  await open();
  await page.getByRole("link", { name }).waitFor();
  assert.equal(await page.locator("#evil, main script").count(), 0);
});

check("rows stay in place while new operations wait to be shown", async ({ server, page, open }) => {
  await server.finish("create_snapshot", "dev-postgres-01", { snapshot_id: "row-one" });
  await page.clock.install();
  await open("#/operations");
  await rows(page).first().waitFor();
  const before = await rows(page).allInnerTexts();
  await server.finish("create_snapshot", "qa-mariadb-01", { snapshot_id: "row-two" });
  await page.clock.runFor(11_000);
  await page.getByText("1 new operation.").waitFor();
  assert.equal(await rows(page).count(), before.length);
  await page.getByRole("button", { name: "Show what is new" }).click();
  await until(async () => (await rows(page).count()) === before.length + 1, "the new row");
  assert.match(await rows(page).first().innerText(), /qa-mariadb-01/);
});

check("a row that no longer matches stays and is explained", async ({ server, page, open }) => {
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const { operation_id: id } = await server.operate("create_snapshot", "sandbox-alice-01", { snapshot_id: "goes" }, { start: { at } });
  await page.clock.install();
  await open("#/operations?status=open");
  await page.getByRole("link", { name: "sandbox-alice-01" }).waitFor();
  await server.ask(`operations/${id}/cancel`, { method: "POST" });
  await page.clock.runFor(11_000);
  await page.getByText("1 row no longer matches the filters.").waitFor();
  // What became of it is shown where it was.
  await rows(page).filter({ hasText: "sandbox-alice-01" }).getByText("Cancelled").waitFor();
  await page.getByRole("button", { name: "Show the list anew" }).click();
  await page.getByRole("link", { name: "sandbox-alice-01" }).waitFor({ state: "detached" });
});

check("named views lead to their lists", async ({ server, page, open }) => {
  await server.finish("modify_backup_window", "dev-postgres-01", { backup_window: "05:00-05:45" });
  await open("#/operations");
  for (const [view, filter] of [["Not ended", /status=open/], ["Mine", /user=local/], ["Failed today", /status=failed&from=/]]) {
    await page.getByRole("link", { name: view, exact: true }).click();
    await page.waitForURL(filter);
    assert.equal(await page.getByRole("link", { name: view, exact: true }).getAttribute("aria-current"), "true");
  }
  await page.getByText("overlaps the maintenance window").first().waitFor();
});

check("failed, forbidden, empty and no match are four things", async ({ page, open }) => {
  const answer = (status, body) => page.route(/\/operations\?/, (route) => route.fulfill({ status, json: body }));
  const error = (code, text) => ({ error: text, code, guidance: "Do this.", retry: "later", request_id: "request-4711" });
  await answer(503, error("store_unavailable", "The store does not answer."));
  await open("#/operations");
  const failure = page.getByRole("alert").filter({ hasText: "The store does not answer." });
  await failure.getByText("store_unavailable").waitFor();
  await failure.getByRole("button", { name: "Copy request id" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "request-4711");

  await page.unroute(/\/operations\?/);
  await answer(403, error("permission_denied", "You may not read this."));
  await open("#/operations?status=failed");
  await page.getByRole("alert").getByText("You may not read this.").waitFor();

  await page.unroute(/\/operations\?/);
  await answer(200, { items: [], next_cursor: null });
  await open("#/operations?user=bob");
  await page.getByText("No operation matches.").waitFor();
  await open("#/operations");
  await page.getByText("No operation was run yet.").waitFor();
});
