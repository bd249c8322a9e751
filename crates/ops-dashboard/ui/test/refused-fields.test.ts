// Which fields of the form an answer is about.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Preview } from "../src/api/types";
import { ofPreview, ofProblems } from "../src/lib/refused-fields";
import { shownAs } from "../src/lib/words";

test("a problem is at the field that its pointer names", () => {
  const problems = [
    { pointer: "/parameters/backup_window", message: "must have a form" },
    { pointer: "/parameters/tags/0/Key", message: "is too long" },
    { pointer: "/reason", message: "is too long" },
  ];
  assert.deepEqual(ofProblems(problems), { backup_window: "must have a form", tags: "is too long" });
});

test("a check that fails marks the fields that it is about", () => {
  const checks = [
    { check: "policy", passed: true, error_code: "snapshot_not_found" },
    { check: "state", passed: false, code: "operation_failed", error_code: "windows_overlap" },
  ];
  const marked = Object.keys(ofPreview({ checks } as Preview));
  assert.deepEqual(marked, ["backup_window", "maintenance_window"]);
});

test("members of answers have the names of the pages, and what is typed stays", () => {
  assert.equal(shownAs("pending_modifications"), "Pending modifications");
  assert.equal(shownAs("delete_snapshot"), "Delete snapshot");
  assert.equal(shownAs("classification"), "All sources");
  for (const typed of ["rds-ops inventory sync", "GET /inventory/status", "available", "AccessDenied"]) {
    assert.equal(shownAs(typed), undefined, typed);
  }
});
