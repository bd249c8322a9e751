// An operation: its phases, its next steps, and how it is asked for again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { hasEnded, nextRequest } from "../src/api/follow";
import type { OperationView } from "../src/api/types";
import { nextSteps, runAgain } from "../src/lib/next-step";
import { phasesOf } from "../src/lib/phases";

const NOW = Date.parse("2026-01-31T10:00:00Z");

function operation(changes: Partial<OperationView>): OperationView {
  return {
    operation_id: "01KG9QXG800000000000000001",
    operation: "create_snapshot",
    instance_id: "dev-postgres-01",
    account_id: "111122223333",
    region: "eu-central-1",
    environment: "Development",
    status: "in_progress",
    parameters: { snapshot_id: "before", retain_days: 7, tags: [{ Key: "k", Value: "v" }] },
    ...changes,
  };
}

const PLACE = "#/instances/111122223333/eu-central-1/dev-postgres-01";

test("an operation is followed until it has ended", () => {
  assert.deepEqual(nextRequest(operation({}), NOW), { waits: true, pause: 1000 });
  assert.equal(nextRequest(operation({ status: "available", success: true }), NOW), undefined);
  assert.equal(nextRequest(operation({ status: "cancelled", success: false }), NOW), undefined);
});

test("after a timeout the service keeps monitoring, and the page looks now and then", () => {
  const late = operation({ status: "timeout", success: false });
  assert.equal(hasEnded(late), false);
  assert.deepEqual(nextRequest(late, NOW), { waits: false, pause: 60_000 });
});

test("a start that is far away is not waited for with open requests", () => {
  const at = (seconds: number) => {
    const from = new Date(NOW + seconds * 1000).toISOString();
    return operation({ status: "scheduled", start: { from, until: from } });
  };
  assert.equal(nextRequest(at(60), NOW)?.waits, true);
  assert.equal(nextRequest(at(3600), NOW)?.waits, false);
});

test("a phase lasts until the next one, and the present one until now", () => {
  const history = [
    { at: "2026-01-31T09:59:00Z", status: "submitting" as const },
    { at: "2026-01-31T09:59:10Z", status: "in_progress" as const },
  ];
  const seconds = (ended: boolean) => phasesOf(history, ended, NOW).map((it) => it.seconds);
  assert.deepEqual(seconds(false), [10, 50]);
  assert.deepEqual(seconds(true), [10, undefined]);
  assert.deepEqual(phasesOf(history, false, NOW).map((it) => it.isPresent), [false, true]);
});

test("to run again is to fill in the same form", () => {
  assert.equal(runAgain(operation({})).href, `${PLACE}/run/create_snapshot?snapshot_id=before&retain_days=7&tags=k%3Dv`);
});

test("what is under way has no next step", () => {
  assert.deepEqual(nextSteps(operation({})), []);
  assert.deepEqual(nextSteps(operation({ status: "timeout", success: false, retry: "check_first" })), []);
});

test("a window that overlaps leads to the free ones", () => {
  const failed = operation({
    operation: "modify_backup_window",
    status: "failed",
    success: false,
    error_code: "windows_overlap",
    parameters: { backup_window: "05:00-05:45", apply_immediately: false },
    free_backup_windows: ["05:30-06:15", "04:15-05:00"],
  });
  assert.deepEqual(nextSteps(failed).map((it) => it.words), ["Use 05:30-06:15 UTC", "Use 04:15-05:00 UTC"]);
  assert.match(nextSteps(failed)[0]?.href ?? "", /backup_window=05%3A30-06%3A15/);
});

test("a name that is taken is asked for anew, with all else as it was", () => {
  const failed = operation({ status: "failed", success: false, error_code: "snapshot_name_taken", retry: "no" });
  assert.deepEqual(nextSteps(failed), [
    { words: "Give another name", href: `${PLACE}/run/create_snapshot?retain_days=7&tags=k%3Dv` },
  ]);
});

test("where the outcome is unknown, nobody is led to send it again", () => {
  const unknown = operation({ status: "unverified", success: false, error_code: "unverified", retry: "check_first" });
  assert.ok(!nextSteps(unknown).some((it) => it.href.includes("/run/")));
});

test("a group that needs a reboot leads to one", () => {
  const done = operation({ operation: "change_parameter_group", status: "available", success: true, reboot_required: true });
  assert.deepEqual(nextSteps(done), [{ words: "Reboot the instance", href: `${PLACE}/run/reboot_instance` }]);
});
