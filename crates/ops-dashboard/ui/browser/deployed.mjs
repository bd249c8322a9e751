// The dashboard of a deployed service, for which a test of the functions starts this file: it is
// behind the stage of a gateway that takes the tokens of an OpenID provider.
//
// DASHBOARD_URL is its address, PROVIDER_PORT the port of the issuer, INSTANCE a database.

import assert from "node:assert/strict";
import { test } from "node:test";

import { chromium } from "playwright-core";

import { startProvider } from "../test/provider.mjs";

const { DASHBOARD_URL: url, PROVIDER_PORT: port, INSTANCE: instance } = process.env;

test("a person signs in, takes a snapshot, and signs out", async () => {
  const provider = await startProvider(url, { port: Number(port) });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted/.test(message.text())) problems.push(message.text());
  });
  try {
    await page.goto(`${url}#/instances`);
    await signIn(page);
    await snapshot(page);
    await reload(page);
    await signOut(page);
    assert.deepEqual(problems, []);
  } finally {
    await browser.close();
    await provider.stop();
  }
});

/** The provider's form, and the way back to where the person was. */
async function signIn(page) {
  await page.fill('input[name="login"]', "alice");
  await page.fill('input[name="password"]', "any");
  await page.click('button[type="submit"]');
  await page.getByRole("link", { name: instance, exact: true }).waitFor();
  assert.equal(page.url(), `${url}#/instances`);
  await page.getByText("alice@example.com").waitFor();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!kept.includes("eyJ"), `a token is kept: ${kept}`);
}

/** From the list over the preview to the end. */
async function snapshot(page) {
  await page.getByRole("link", { name: instance, exact: true }).click();
  await page.getByRole("link", { name: "Create snapshot" }).click();
  await page.getByLabel("Snapshot id").fill(instance);
  await page.getByRole("button", { name: "Show the preview" }).click();
  await page.getByRole("button", { name: `Create snapshot of ${instance}` }).click();
  await page.getByText("RDS shows it:").waitFor({ timeout: 60_000 });
}

/** A reload asks the provider, which knows the person: there is no form. */
async function reload(page) {
  await page.reload();
  await page.getByText("RDS shows it:").waitFor();
}

async function signOut(page) {
  await page.getByRole("button", { name: "Sign out" }).click();
  // The provider asks whether to end its session, too.
  await page.locator('button[name="logout"]').first().click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
}
