// When the records of operations are a reason to read RDS again.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { OperationStatus } from "../src/api/types";
import { mayHaveChanged } from "../src/lib/changes";

const record = (status: OperationStatus, operation_id = "a") => [{ operation_id, status }];

test("RDS is read again when an operation began or ended, and only then", () => {
  const cases: [OperationStatus | undefined, OperationStatus, boolean][] = [
    [undefined, "in_progress", true],
    [undefined, "available", true],
    [undefined, "scheduled", false],
    ["scheduled", "cancelled", false],
    ["scheduled", "accepted", true],
    ["accepted", "in_progress", false],
    ["in_progress", "timeout", false],
    ["in_progress", "available", true],
    ["timeout", "failed", true],
    ["available", "available", false],
  ];
  for (const [before, after, expected] of cases) {
    const known = before === undefined ? [] : record(before);
    assert.equal(mayHaveChanged(known, record(after)), expected, `${before} → ${after}`);
  }
});
