// The picture on the README's first screen: screenshots/readme.png, which is copied to docs/user/dashboard.png.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { dashboard } from "./harness.mjs";

const PICTURE = fileURLToPath(new URL("../screenshots/readme.png", import.meta.url));

const check = dashboard();

check("the picture of the README shows an instance in its list", { width: 1280, height: 720, zone: "UTC" }, async ({ page, open }) => {
  await open(`#/instances?panel=${encodeURIComponent("111122223333/eu-central-1/dev-postgres-01")}`);
  await page.getByRole("link", { name: "Create snapshot" }).waitFor();
  await page.getByRole("heading", { name: "Why Development" }).waitFor();
  await mkdir(new URL("../screenshots/", import.meta.url), { recursive: true });
  await page.screenshot({ path: PICTURE });
  assert.equal(await page.getByText("Loading").count(), 0, "everything is there");
});
