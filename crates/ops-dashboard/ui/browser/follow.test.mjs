// An operation that is followed: to its end, over a reload, without a server, with another tab.

import assert from "node:assert/strict";

import { dashboard, until } from "./harness.mjs";

const check = dashboard();

/** The shown state of the operation. */
const state = (page) => page.locator(".lead [role=status]");

/** Asks for a snapshot, which takes some seconds, and opens its page. */
async function following({ server, open }, name) {
  const { operation_id: id } = await server.operate("create_snapshot", "dev-postgres-01", { snapshot_id: name });
  await open(`#/operations/${id}`);
  return id;
}

check("an operation is followed to its end without a reload", async (it) => {
  await following(it, "followed");
  await it.page.getByText("can't be cancelled").waitFor();
  await it.page.locator("progress").waitFor();
  await state(it.page).getByText("Done").waitFor();
  assert.match(await it.page.title(), /^Done: Create snapshot of dev-postgres-01/);
  await it.page.getByText("arn:aws:rds:eu-central-1:111122223333:snapshot:followed").waitFor();
});

check("a reload in the middle loses nothing", async (it) => {
  await following(it, "reloaded");
  await state(it.page).getByText("In progress").waitFor();
  await it.page.reload();
  await state(it.page).getByText("In progress").waitFor();
  await state(it.page).getByText("Done").waitFor();
});

check("a failed operation says what to do, and leads there", async ({ server, page, open }) => {
  const { operation_id: id, guidance } = await server.finish("modify_backup_window", "dev-postgres-01", { backup_window: "05:00-05:45" });
  await open(`#/operations/${id}`);
  await state(page).getByText("Failed").waitFor();
  await page.getByText("overlaps the maintenance window").first().waitFor();
  const shown = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
  // The answer names the operation as the API does, and the page as its buttons do.
  assert.ok(shown.includes(guidance.replace("`modify_maintenance_window`", "Modify maintenance window")), guidance);
  await page.getByRole("link", { name: "Use 05:30-06:15 UTC" }).click();
  await page.getByRole("button", { name: "Show the preview" }).waitFor();
  assert.equal(await page.getByLabel("Backup window").inputValue(), "05:30-06:15");
});

check("the page waits for a server that is killed and comes back", { expected: [/ERR_/] }, async (it) => {
  const { page, server } = it;
  await following(it, "survives");
  await state(page).getByText("In progress").waitFor();
  await server.kill();
  const lost = page.locator("main .notice").filter({ hasText: "can't be reached" });
  await lost.getByText("The page asks again").waitFor();
  // What was known stays.
  await state(page).getByText("In progress").waitFor();
  await server.start();
  await state(page).getByText("Done").waitFor();
  assert.equal(await lost.count(), 0);
});

check("a lost network is shown and found again", { expected: [/ERR_/] }, async ({ visit, page, open, server }) => {
  const at = new Date(Date.now() + 100_000).toISOString();
  const { operation_id: id } = await server.operate("create_snapshot", "sandbox-alice-01", { snapshot_id: "later" }, { start: { at } });
  await open(`#/operations/${id}`);
  await state(page).getByText("Scheduled").waitFor();
  await visit.context.setOffline(true);
  await page.getByRole("alert").getByText("The service can't be reached").waitFor();
  await state(page).getByText("Scheduled").waitFor();
  await visit.context.setOffline(false);
  await until(async () => (await page.getByText("can't be reached").count()) === 0, "the page is back");
});

check("a cancellation in another tab is seen in this one", async ({ visit, server, page, open }) => {
  const at = new Date(Date.now() + 100_000).toISOString();
  const { operation_id: id } = await server.operate("reboot_instance", "test-mysql-01", {}, { start: { at } });
  // A browser answers equal requests one after the other, unless it is told not to cache them.
  const waits = page.waitForRequest((request) => request.headers()["prefer"] === "wait=20");
  await open(`#/operations/${id}`);
  await state(page).getByText("Scheduled").waitFor();
  await waits;
  const other = await visit.newPage();
  await visit.open(`#/operations/${id}`, { page: other });
  await other.getByRole("button", { name: "Cancel the operation" }).click();
  await other.getByRole("button", { name: "Keep it" }).click();
  await other.getByRole("button", { name: "Cancel the operation" }).click();
  await other.getByRole("button", { name: "Yes, cancel it" }).click();
  await state(other).getByText("Cancelled").waitFor();
  await state(page).getByText("Cancelled").waitFor();
  await page.getByText("RDS was not asked, so nothing has changed.").waitFor();
  assert.equal((await server.ask(`operations/${id}`)).status, "cancelled");
});

check("a cancellation that comes too late says so", async ({ server, page, open }) => {
  const at = new Date(Date.now() + 100_000).toISOString();
  const { operation_id: id } = await server.operate("create_snapshot", "qa-mariadb-01", { snapshot_id: "too-late" }, { start: { at } });
  await open(`#/operations/${id}`);
  // As if RDS had been asked since the page was read.
  const error = {
    error: "The operation can't be cancelled any more.",
    code: "not_cancellable",
    guidance: "RDS has been asked, and can't take it back.",
    retry: "no",
    request_id: "request-4711",
  };
  await page.route("**/cancel", (route) => route.fulfill({ status: 409, json: error }));
  await page.getByRole("button", { name: "Cancel the operation" }).click();
  await page.getByRole("button", { name: "Yes, cancel it" }).click();
  await page.getByText("The operation can't be cancelled any more.").waitFor();
  await page.getByText("not_cancellable").waitFor();
});

check("the commands that are copied hold the request and quote it", async ({ server, page, open }) => {
  const reason = "it's $HOME & `date`";
  const { operation_id: id } = await server.finish("create_snapshot", "dev-postgres-01", { snapshot_id: "copied" }, { reason });
  await open(`#/operations/${id}`);
  const copied = async (name) => {
    await page.getByRole("button", { name }).click();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const command = await copied("Copy as rds-ops");
  assert.match(command, /^rds-ops run create_snapshot dev-postgres-01 /);
  assert.ok(command.includes(`'it'\\''s $HOME & \`date\`'`), command);
  const curl = await copied("Copy as curl");
  assert.ok(curl.startsWith(`curl -s ${server.url}/operations`), curl);
  assert.doesNotMatch(curl, /authorization/i);
});

check("a notification is asked for only when a person wants one", async ({ visit, server, page, open }) => {
  await visit.context.addInitScript(() => {
    globalThis.shown = [];
    globalThis.asked = 0;
    class Told {
      static permission = "default";
      static async requestPermission() {
        globalThis.asked += 1;
        Told.permission = "granted";
        return "granted";
      }
      constructor(title) {
        globalThis.shown.push(title);
      }
    }
    globalThis.Notification = Told;
    // A page in a background tab.
    globalThis.hide = () => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    };
  });
  const { operation_id: id } = await server.operate("create_snapshot", "poc-search-01", { snapshot_id: "told" });
  await open(`#/operations/${id}`);
  await page.getByRole("button", { name: "Notify me when it has ended" }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.asked), 0);
  await page.getByRole("button", { name: "Notify me when it has ended" }).click();
  await page.evaluate(() => globalThis.hide());
  await until(async () => (await page.evaluate(() => globalThis.shown.length)) === 1, "the notification");
  assert.deepEqual(await page.evaluate(() => globalThis.shown), ["Done: Create snapshot of poc-search-01"]);
});
