// How far an operation is.

import type { OperationView } from "../api/types";
import { duration } from "../lib/time";
import { operationName, operationStatus } from "../lib/words";

/** A bar with the operation's name and percent. Without a percent the bar says only that it goes on. */
export function Percent({ operation }: { operation: OperationView }) {
  const { percent, last_status: last } = operation.progress ?? {};
  const words = operationStatus(operation.status, operation.success).word;
  return (
    <span class="percent">
      <span>
        {operationName(operation.operation)}: {percent === undefined ? (last ?? words) : `${percent}%`}
      </span>
      {operation.success === undefined && <Bar percent={percent} label={words} />}
    </span>
  );
}

export function Bar({ percent, label }: { percent: number | undefined; label: string }) {
  return <progress class="bar" max={100} value={percent} aria-label={label} />;
}

/** What is left of an operation, and what that is judged by. */
export function timeLeft(operation: OperationView): string | undefined {
  const { seconds_left: left, estimate_from: from } = operation.progress ?? {};
  if (left === undefined || operation.success !== undefined) return undefined;
  if (left <= 0) return "any moment now";
  const by = from === "history" ? "by what it took before" : "by RDS's percentage";
  return `about ${duration(left)}, ${by}`;
}
