// The inventory: how far it is read, what keeps it from being read, and instances that are old or gone.

import assert from "node:assert/strict";

import { assertAccessible, assertFits, dashboard, picture } from "./harness.mjs";

const check = dashboard({ args: ["--sync"] });

const NOW = Date.parse("2026-01-31T12:00:00Z");
const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();

const rows = (page) => page.locator("tbody tr");

const ADVICE = "The role in the account does not allow it. Compare its policy with the one in `docs/cross-account-setup.md`, and check that no service control policy denies the action in this Region.";

const DENIED = {
  code: "AccessDenied",
  error: "AWS denied the service's role something in this account.",
  guidance: ADVICE,
  denied_action: "rds:DescribeDBInstances",
  since: ago(300),
};

const THROTTLED = {
  code: "discovery_throttled",
  error: "AWS went on asking for slower requests while discovery read this account and Region.",
  guidance: "The items of this account and Region were left as they are. The next run tries again.",
  since: ago(30),
};

function scope(account_id, region, more = {}) {
  return { account_id, region, state: "complete", attempted_at: ago(4), completed_at: ago(4), instances: 12, conflicts: 0, ...more };
}

/** What discovery has come to. */
const STATES = {
  complete: ["111122223333", "222233334444", "333344445555"].flatMap((id) => [scope(id, "eu-central-1"), scope(id, "us-east-1")]),
  unread: [
    scope("111122223333", "eu-central-1"),
    scope("111122223333", "us-east-1", { conflicts: 2, instances: 1480 }),
    scope("222233334444", "eu-central-1", { state: "unread", completed_at: ago(320), problem: DENIED }),
    scope("222233334444", "us-east-1", { state: "unread", completed_at: null, instances: 0, problem: THROTTLED }),
    scope("333344445555", "eu-central-1", { state: "never", attempted_at: null, completed_at: null, instances: 0 }),
  ],
  never: ["111122223333", "222233334444"].map((id) => scope(id, "eu-central-1", { state: "never", attempted_at: null, completed_at: null, instances: 0 })),
  off: [],
};

/** Answers as a service does whose discovery has come to this. */
async function answerStatus(page, scopes, more = {}) {
  await page.clock.setFixedTime(NOW);
  const unread = scopes.filter((it) => it.state !== "complete").length;
  const instances = scopes.reduce((sum, it) => sum + it.instances, 0);
  const accounts = { source: "configuration", count: new Set(scopes.map((it) => it.account_id)).size, listed_at: null };
  const json = { discovery: scopes.length > 0, accounts, every_minutes: 15, refuse_after_minutes: 1440, instances, unread, scopes, ...more };
  await page.route("**/inventory/status", (route) => route.fulfill({ json }));
}

function instance(instance_id, more) {
  return {
    instance_id,
    account_id: "222233334444",
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
    ...more,
  };
}

const FRESH = instance("fresh-01", { seen_at: ago(4) });
const OLD = instance("old-01", { seen_at: ago(320) });
const REFUSED = instance("refused-01", { seen_at: ago(3 * 1440) });
const GONE = instance("gone-01", { seen_at: ago(5 * 1440), gone_since: ago(4 * 1440) });
const FOREIGN = instance("foreign-01");

/** Answers with a list that hides what is gone, and with each instance. */
async function answerInstances(page, items) {
  await page.route(/\/instances\?/, (route) => {
    const asked = new URL(route.request().url()).searchParams;
    const shown = items.filter((it) => asked.get("gone") === "true" || it.gone_since === undefined);
    return route.fulfill({ json: { items: shown, broken: [], next_cursor: null } });
  });
  for (const it of items) {
    await page.route(`**/instances/${it.instance_id}?*`, (route) => route.fulfill({ json: it }));
    const available = { ...it, operations: [], not_permitted: [] };
    await page.route(`**/instances/${it.instance_id}/operations?*`, (route) => route.fulfill({ json: available }));
  }
}

const pageOf = ({ account_id, region, instance_id }) => `#/instances/${account_id}/${region}/${instance_id}`;

check("a run of discovery shows on the line and in the table", async ({ server, page, open }) => {
  while ((await server.ask("inventory/status")).unread > 0);
  await open();
  const line = page.getByRole("link", { name: /^Inventory read .*, 6 of 6 accounts and Regions$/ });
  await line.click();
  await page.waitForURL(/#\/inventory$/);
  await page.getByRole("heading", { name: "Inventory" }).waitFor();
  await rows(page).first().waitFor();
  const { scopes } = await server.ask("inventory/status");
  const shown = await rows(page).locator("td:nth-child(1) a, td:nth-child(5)").allInnerTexts();
  assert.deepEqual(shown, scopes.flatMap((it) => [it.account_id, String(it.instances)]));
});

check("old and gone instances say so, and what is gone is shown when asked", async ({ page, open }) => {
  await answerStatus(page, STATES.unread);
  await answerInstances(page, [FRESH, OLD, REFUSED, GONE, FOREIGN]);
  await open();
  const row = (name) => rows(page).filter({ hasText: name });
  await row("old-01").getByText("seen 5 h ago").waitFor();
  await row("refused-01").getByText("seen 3 days ago").waitFor();
  await row("refused-01").getByText("refused: not seen for too long").waitFor();
  for (const name of ["fresh-01", "foreign-01"]) assert.equal(await row(name).getByText("seen ").count(), 0);
  assert.match(await row("old-01").locator("time").getAttribute("title"), /^2026-01-31 06:40:00 UTC$/);
  assert.equal(await row("gone-01").count(), 0);
  await page.getByText("More filters").click();
  await page.getByLabel("Show instances that are gone").check();
  await page.waitForURL(/gone=true/);
  await row("gone-01").getByText("gone, seen 5 days ago").waitFor();
  await row("gone-01").getByText("was available").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Take away the filter Instances that are gone/ }).click();
  await row("gone-01").waitFor({ state: "detached" });
});

check("the page of an instance says what to do when it is old or gone", async ({ page, open }) => {
  await answerStatus(page, STATES.unread);
  await answerInstances(page, [FRESH, OLD, REFUSED, GONE, FOREIGN]);
  const notice = page.locator(".notice").filter({ hasText: "inventory sync" });
  await open(pageOf(GONE));
  await notice.getByText("This instance is gone.").waitFor();
  await page.getByText("was available").waitFor();
  await open(pageOf(REFUSED));
  await notice.getByText("Operations on it are refused after 24 h.").waitFor();
  await open(pageOf(OLD));
  await notice.getByText("What the inventory says of it is old.").waitFor();
  assert.equal(await notice.getByText("refused").count(), 0);
  await open(pageOf(FRESH));
  await page.getByText("Seen by discovery").waitFor();
  await open(pageOf(FOREIGN));
  await page.getByText("Another system writes its item").waitFor();
  assert.equal(await notice.count(), 0);
});

check("a problem leads from the list to its guidance, and can be copied", async ({ page, open }) => {
  await answerStatus(page, STATES.unread);
  await answerInstances(page, [FRESH]);
  await open();
  await page.getByRole("link", { name: "2 accounts and Regions can't be read" }).click();
  await page.waitForURL(/#\/inventory\?state=unread/);
  await rows(page).first().waitFor();
  assert.equal(await rows(page).count(), 2);
  const denied = rows(page).filter({ hasText: "rds:DescribeDBInstances" });
  await denied.getByText("Compare its policy").filter({ visible: true }).waitFor();
  await denied.getByRole("button", { name: "Copy the problem" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^222233334444 eu-central-1: AWS denied[^]*Refused action: rds:DescribeDBInstances[^]*Compare/);
  await page.getByRole("link", { name: /With conflicts/ }).click();
  await page.waitForURL(/state=conflicts/);
  await page.getByText("480").filter({ visible: true }).first().waitFor();
  assert.equal(await rows(page).count(), 1);
  await page.getByRole("link", { name: /^All/ }).click();
  await page.getByRole("searchbox").fill("3333444");
  await page.waitForURL(/q=3333444/);
  await rows(page).filter({ hasText: "111122223333" }).waitFor({ state: "detached" });
  await rows(page).filter({ hasText: "333344445555" }).waitFor();
});

check("an organization whose accounts can't be listed is told with what to do", async ({ page, open }) => {
  const problem = { ...DENIED, denied_action: "organizations:ListAccounts" };
  await answerStatus(page, STATES.complete, { accounts: { source: "organization", count: 3, listed_at: ago(300), problem } });
  await open("#/inventory");
  const notice = page.locator(".notice").filter({ hasText: problem.error });
  await notice.getByText("organizations:ListAccounts").waitFor();
  await notice.getByText("Compare its policy").waitFor();
});

check("1,000 accounts and Regions stay quick, and all can be shown", async ({ page, open }) => {
  const many = Array.from({ length: 1000 }, (_, at) => scope(String(100_000_000_000 + at), "eu-central-1"));
  await answerStatus(page, many);
  await open("#/inventory");
  await rows(page).first().waitFor();
  assert.equal(await rows(page).count(), 200);
  await page.getByRole("button", { name: /Show all 1.000/ }).click();
  await page.getByText("100000000999").waitFor();
});

check("an empty list says what is missing", async ({ page, open }) => {
  await answerInstances(page, []);
  for (const [state, sign] of [
    ["never", "The inventory was not read yet."],
    ["unread", "2 accounts and Regions can't be read."],
    ["complete", "Discovery found no instance."],
    ["off", "Operators switch discovery on"],
  ]) {
    await page.unroute("**/inventory/status");
    await answerStatus(page, STATES[state]);
    await open();
    await page.reload();
    await page.locator(".state").filter({ hasText: sign }).waitFor();
  }
  assert.equal(await page.locator(".inventory-line").count(), 0, "without discovery there is no line");
});

check("a service without the status has a list all the same", { expected: [/404/] }, async ({ page, open }) => {
  const json = { error: "There is no such path.", code: "not_found", guidance: "See the API.", retry: "never", request_id: null };
  await page.route("**/inventory/status", (route) => route.fulfill({ status: 404, json }));
  await open();
  await page.getByText("dev-postgres-01").first().waitFor();
  assert.equal(await page.locator(".inventory-line").count(), 0);
});

for (const [theme, width] of [["light", 1440], ["dark", 360], ["dark", 3840]]) {
  check(`every state of the inventory: ${theme}, ${width} px`, { theme, width }, async ({ page, open }) => {
    await answerInstances(page, [FRESH, OLD, REFUSED, GONE, FOREIGN]);
    const found = [];
    for (const [name, hash, state, sign] of [
      ["complete", "#/inventory", "complete", "111122223333"],
      ["unread", "#/inventory", "unread", "Can't be read"],
      ["never", "#/inventory", "never", "The first run has not come yet."],
      ["off", "#/inventory", "off", "Discovery is off."],
      ["old", "#/instances?gone=true", "unread", "seen 5 days ago"],
      ["page-gone", pageOf(GONE), "unread", "This instance is gone."],
      ["page-refused", pageOf(REFUSED), "unread", "is old."],
    ]) {
      await page.unroute("**/inventory/status");
      await answerStatus(page, STATES[state]);
      await open(hash);
      await page.reload();
      await page.getByText(sign).filter({ visible: true }).first().waitFor();
      await picture(page, `inventory-${name}-${theme}-${width}`);
      for (const holds of [assertFits, assertAccessible]) {
        await holds(page).catch((error) => found.push(`${name}: ${error.message}`));
      }
    }
    assert.deepEqual(found, []);
  });
}
