// Commands to copy. A shell reads them, so that the test sees what the shell makes of them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { command, curl, quote } from "../src/lib/quote";

const NASTY = ["it's", "a b", "$HOME", "`id`", "$(id)", 'say "x"', "a\\b", "*", "~", "!x", "line\nbreak", "é ü 漢", "-n", "a;b", "#x"];

/** The words that a shell makes of a command whose first word is replaced. */
function words(text: string): string[] {
  const script = `show() { for word; do printf '%s\\0' "$word"; done; }\nshow ${text}`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

test("a quoted word is one word of a shell, and nothing else", () => {
  for (const text of NASTY) assert.deepEqual(words(quote(text)), [text]);
});

test("a safe word is not quoted", () => {
  assert.equal(quote("dev-postgres-01"), "dev-postgres-01");
  assert.equal(quote(""), "''");
});

test("the command of rds-ops has each part of the request", () => {
  const [reason] = NASTY;
  const request = {
    operation: "create_snapshot",
    instance_id: "dev-postgres-01",
    account_id: "111122223333",
    region: "eu-central-1",
    parameters: { snapshot_id: "before", retain_days: 7, tags: [{ Key: "a b", Value: "it's" }] },
    reason: reason ?? "",
    start: { at: "2026-12-05T02:00:00Z" },
  };
  assert.deepEqual(words(command(request)), [
    "rds-ops",
    "run",
    "create_snapshot",
    "dev-postgres-01",
    "--param",
    "snapshot_id=before",
    "--param",
    "retain_days=7",
    "--param",
    'tags=[{"Key":"a b","Value":"it\'s"}]',
    "--account",
    "111122223333",
    "--region",
    "eu-central-1",
    "--reason",
    "it's",
    "--start-at",
    "2026-12-05T02:00:00Z",
  ]);
});

test("the curl command sends the request, and no credential", () => {
  for (const reason of NASTY) {
    const request = { operation: "reboot_instance", instance_id: "test-mysql-01", parameters: {}, reason };
    const sent = words(curl("http://127.0.0.1:8080/live/", request));
    assert.equal(sent[2], "http://127.0.0.1:8080/live/operations");
    assert.deepEqual(JSON.parse(sent.at(-1) ?? ""), request);
    assert.ok(!sent.some((word) => /authorization|cookie/i.test(word)));
  }
});
