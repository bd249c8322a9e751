// The dashboard over plain HTTP from another machine (`rds-ops serve --allow-remote`): the page is no
// secure context, and browsers give it less. The name stands for this machine in this browser alone.

import assert from "node:assert/strict";

import { dashboard } from "./harness.mjs";

const HOST = "ops.test";

const check = dashboard({ args: ["--allow-remote"] }, [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`]);

check("a snapshot is previewed, copied and sent from a page that is no secure context", async ({ server, visit, page }) => {
  const url = `http://${HOST}:${server.port}`;
  await visit.open("#/instances/111122223333/eu-central-1/dev-postgres-01/run/create_snapshot", { url });
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await page.getByLabel("Snapshot id").fill("over-plain-http");
  await page.getByRole("button", { name: "Copy as rds-ops" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  await page.getByLabel("Reason").focus();
  await page.keyboard.press("ControlOrMeta+v");
  assert.match(await page.getByLabel("Reason").inputValue(), /^rds-ops run create_snapshot dev-postgres-01 /);
  await page.getByLabel("Reason").fill("");
  await page.getByRole("button", { name: "Show the preview" }).click();
  await page.getByRole("button", { name: "Create snapshot of dev-postgres-01" }).click();
  await page.locator(".lead [role=status]").getByText("Done").waitFor();
});
