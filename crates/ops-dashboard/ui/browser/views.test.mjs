// Each view in both themes and at both widths: accessible, not too wide, and on a picture.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { assertAccessible, assertFits, dashboard, picture } from "./harness.mjs";

const check = dashboard();

/** The views, each with what shows that it is there. */
async function views(server) {
  const done = await server.finish("create_snapshot", "dev-postgres-01", { snapshot_id: "for-pictures", tags: [{ Key: "Ticket", Value: "CHG-4711" }] }, { reason: "before the upgrade" });
  const failed = await server.finish("modify_backup_window", "dev-postgres-01", { backup_window: "05:00-05:45" });
  const at = new Date(Date.now() + 3 * 3600 * 1000).toISOString();
  const waiting = await server.operate("reboot_instance", "test-mysql-01", {}, { start: { at }, reason: "new parameters" });
  await server.ask("operations", { method: "POST", body: { operation: "reboot_instance", instance_id: "prod-orders-01" } });
  const place = "111122223333/eu-central-1/dev-postgres-01";
  return [
    ["instances", "#/instances", "dev-postgres-01"],
    ["instances-panel", `#/instances?panel=${encodeURIComponent(place)}`, "Open as page"],
    ["instances-none", "#/instances?q=no-such-instance", "No instance matches"],
    ["instance", `#/instances/${place}`, "Create snapshot"],
    ["run", `#/instances/${place}/run/create_snapshot`, "Show the preview"],
    ["inventory", "#/inventory", "Discovery is off"],
    ["operations", "#/operations", "Failed"],
    ["operations-none", "#/operations?user=nobody", "No operation matches"],
    ["operation-done", `#/operations/${done.operation_id}`, "Done"],
    ["operation-failed", `#/operations/${failed.operation_id}`, "windows_overlap"],
    ["operation-waiting", `#/operations/${waiting.operation_id}`, "Cancel"],
    ["operation-missing", "#/operations/01KG9QXG800000000000000001", "no operation"],
    ["audit", "#/audit", "Create snapshot"],
    ["figures", "#/figures", "By environment"],
    ["help", "#/help", "Keys"],
    ["preview", `#/instances/${TEST}/run/reboot_instance`, "Show the preview", async (page) => {
      await page.getByRole("button", { name: "Show the preview" }).click();
      await page.getByLabel("Name of the instance").waitFor();
    }],
    ["audit-entry", "#/audit?instance_id=dev-postgres-01", "Create snapshot", async (page) => {
      await page.locator(".entry summary").first().click();
      await page.getByText("Origin and hashes").first().click();
    }],
  ];
}

const TEST = "111122223333/eu-central-1/test-mysql-01";

/** The states of an operation that a fleet does not show at will, from the answers that the API is tested with. */
const STATES = ["accepted", "submitting", "in-progress", "estimate-by-percent", "unresolved", "timeout", "unverified", "late", "denied"];

const ANSWERS = new URL("../../../ops-http/tests/api/answers/", import.meta.url);

async function answer(state) {
  const name = state.startsWith("estimate") ? state : `${state}-shown`;
  return JSON.parse(await readFile(new URL(`${name}.json`, ANSWERS), "utf8"));
}

let known;

/** Takes a picture of the page, and returns what is wrong with it. */
async function look(page, name) {
  await picture(page, name);
  const found = [];
  for (const holds of [assertFits, assertAccessible]) {
    await holds(page).catch((error) => found.push(`${name}: ${error.message}`));
  }
  return found;
}

for (const [theme, width] of [["light", 1440], ["light", 360], ["dark", 1440], ["dark", 360], ["dark", 3840]]) {
  check(`every view is accessible and fits: ${theme}, ${width} px`, { theme, width }, async ({ server, page, open }) => {
    known ??= await views(server);
    const found = [];
    for (const [name, hash, sign, act] of known) {
      await open(hash);
      await page.getByText(sign).filter({ visible: true }).first().waitFor();
      await act?.(page);
      found.push(...(await look(page, `${name}-${theme}-${width}`)));
    }
    assert.deepEqual(found, []);
  });
}

for (const [theme, width] of [["light", 1440], ["dark", 360]]) {
  check(`every state of an operation: ${theme}, ${width} px`, { theme, width }, async ({ page, open }) => {
    await page.clock.setFixedTime("2026-01-31T10:02:00Z");
    const found = [];
    for (const state of STATES) {
      const json = await answer(state);
      await page.route(`**/operations/${state}`, (route) => route.fulfill({ json }));
      await open(`#/operations/${state}`);
      await page.locator(".timeline").waitFor();
      found.push(...(await look(page, `state-${state}-${theme}-${width}`)));
    }
    assert.deepEqual(found, []);
  });
}
