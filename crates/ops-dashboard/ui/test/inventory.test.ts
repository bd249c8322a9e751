// How far the inventory is read, and how old an item is.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { DiscoveredScope, InventoryStatus } from "../src/api/types";
import { concern, freshness, listed, minutes, problemText, reading } from "../src/lib/inventory";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const ACCOUNT = { account_id: "111122223333", region: "eu-central-1" };

function complete(minutes: number, more: Partial<DiscoveredScope> = {}): DiscoveredScope {
  const at = ago(minutes);
  return { ...ACCOUNT, state: "complete", attempted_at: at, completed_at: at, instances: 3, conflicts: 0, ...more };
}

function unread(account_id: string, since: number): DiscoveredScope {
  return complete(since, {
    account_id,
    state: "unread",
    problem: {
      code: "AccessDenied",
      error: "AWS denied it.",
      guidance: "Grant it.",
      denied_action: "rds:DescribeDBInstances",
      since: ago(since),
    },
  });
}

const never = (account_id: string): DiscoveredScope =>
  complete(0, { account_id, state: "never", attempted_at: null, completed_at: null, instances: 0 });

function status(...scopes: DiscoveredScope[]): InventoryStatus {
  const notRead = scopes.filter((it) => it.state !== "complete").length;
  const accounts = { source: "configuration", count: scopes.length, listed_at: null } as const;
  return { discovery: true, accounts, every_minutes: 15, refuse_after_minutes: 1440, instances: 3, unread: notRead, scopes };
}

test("an item is old after three runs, and refused after the limit", () => {
  const cases: [number, string][] = [
    [44, "fresh"],
    [46, "old"],
    [1439, "old"],
    [1441, "refused"],
  ];
  for (const [minutes, expected] of cases) {
    const item = { ...ACCOUNT, seen_at: ago(minutes) };
    assert.equal(freshness(item, status(complete(1)), NOW), expected, `${minutes} minutes`);
  }
});

test("what no run reads has no age but for the limit", () => {
  const item = { ...ACCOUNT, seen_at: ago(60) };
  const elsewhere = complete(1, { region: "us-east-1" });
  for (const known of [status(never(ACCOUNT.account_id)), status(elsewhere), status()]) {
    assert.equal(freshness(item, known, NOW), "fresh");
    assert.equal(freshness({ ...item, seen_at: ago(1500) }, known, NOW), "refused");
  }
  assert.equal(freshness(item, undefined, NOW), "fresh", "before the status is known");
  assert.equal(freshness(ACCOUNT, status(complete(1)), NOW), "fresh", "of another writer");
});

test("what is gone is gone at any age", () => {
  const item = { ...ACCOUNT, seen_at: ago(60), gone_since: ago(10) };
  assert.equal(freshness(item, status(complete(1)), NOW), "gone");
  assert.equal(freshness(item, undefined, NOW), "gone");
});

test("the oldest complete reading tells the age of the inventory", () => {
  const read = reading(status(complete(4), complete(9, { region: "us-east-1" }), unread("4", 600), never("5")), NOW);
  assert.deepEqual(read, { scopes: 4, complete: 2, unread: 1, never: 1, at: ago(9), isLate: false });
  assert.equal(reading(status(never("1")), NOW).at, undefined);
});

test("the gravest concern is named, and none where all is well", () => {
  const cases: [DiscoveredScope[], string | undefined][] = [
    [[complete(4)], undefined],
    [[never("1"), never("2")], undefined],
    [[complete(4), unread("2", 5), never("3")], "1 account and Region can't be read"],
    [[unread("1", 5), unread("2", 5)], "all 2 accounts and Regions can't be read"],
    [[complete(4), never("3")], "1 account and Region was not read yet"],
    [[complete(4), never("3"), never("4")], "2 accounts and Regions were not read yet"],
    [[complete(46)], "runs of discovery are overdue"],
  ];
  for (const [scopes, expected] of cases) assert.equal(concern(reading(status(...scopes), NOW)), expected);
});

test("what can't be read for the longest time is first", () => {
  const all = [complete(1), never("5"), unread("9", 10), unread("8", 600), complete(1, { account_id: "0" })];
  assert.deepEqual(listed(all, {}).map((it) => it.account_id), ["8", "9", "5", "0", "111122223333"]);
});

test("accounts and Regions are found by state, conflicts and text", () => {
  const all = [complete(1), never("5"), unread("9", 10), complete(1, { account_id: "7", conflicts: 2, region: "us-east-1" })];
  const found = (filter: Parameters<typeof listed>[1]) => listed(all, filter).map((it) => it.account_id);
  assert.deepEqual(found({ state: "unread" }), ["9"]);
  assert.deepEqual(found({ state: "never" }), ["5"]);
  assert.deepEqual(found({ state: "conflicts" }), ["7"]);
  assert.deepEqual(found({ q: "US-EAST" }), ["7"]);
  assert.deepEqual(found({ q: "2222" }), ["111122223333"]);
});

test("the copied text names the place, the refused action and what to do", () => {
  const text = problemText([complete(1), unread("9", 10), unread("8", 10)]);
  assert.equal(text.split("\n\n").length, 2);
  const lines = [
    "9 eu-central-1: AWS denied it. (AccessDenied)",
    "Refused action: rds:DescribeDBInstances",
    `Since: ${ago(10)}`,
    "Grant it.",
  ];
  assert.ok(text.startsWith(lines.join("\n")), text);
});

test("minutes are said as people say them", () => {
  assert.deepEqual([0.5, 15, 60, 90, 1440, 7 * 1440, 525_600].map(minutes), [
    "0.5 min", "15 min", "1 h", "1.5 h", "24 h", "7 days", "365 days",
  ]);
});
