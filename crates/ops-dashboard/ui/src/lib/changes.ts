// What the recorded operations of an instance say about RDS: whether it may look different now.

import type { OperationView } from "../api/types";

type Known = Pick<OperationView, "operation_id" | "status">;

/** Statuses in which RDS has work of the operation. */
const AT_WORK = new Set(["accepted", "submitting", "in_progress", "timeout"]);

/** Statuses in which RDS was asked for nothing. */
const NOT_ASKED = new Set(["scheduled", "pending_approval", "cancelled", "denied", "rejected"]);

/** Whether an operation has begun or ended between two readings of the records. */
export function mayHaveChanged(before: readonly Known[], after: readonly Known[]): boolean {
  const known = new Map(before.map((it) => [it.operation_id, groupOf(it)]));
  return after.some((it) => (known.get(it.operation_id) ?? "not asked") !== groupOf(it));
}

function groupOf({ status }: Known): "at work" | "not asked" | "ended" {
  if (AT_WORK.has(status)) return "at work";
  return NOT_ASKED.has(status) ? "not asked" : "ended";
}
