// Entries of one operation together.

import assert from "node:assert/strict";
import { test } from "node:test";

import { byOperation } from "../src/lib/by-operation";

const entry = (id: string, operation_id: string | null) => ({ id, operation_id });

test("entries of one operation follow its newest one", () => {
  const entries = [entry("5", "b"), entry("4", "a"), entry("3", null), entry("2", "b"), entry("1", null)];
  const placed = byOperation(entries).map(({ entry, follows }) => `${follows ? "+" : ""}${entry.id}`);
  assert.deepEqual(placed, ["5", "+2", "4", "3", "1"]);
});
