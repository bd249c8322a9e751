// The statuses that an operation had, as phases with a length.

import type { OperationStatus } from "../api/types";

/** One phase. */
export interface Phase {
  status: OperationStatus;
  at: string;
  /** Seconds in it; an end has none. */
  seconds: number | undefined;
  isLast: boolean;
  /** Whether the operation is in it now. */
  isPresent: boolean;
}

/** The phases in their order. The last one goes on until `now`, unless the operation has ended. */
export function phasesOf(
  history: readonly { at: string; status: OperationStatus }[],
  ended: boolean,
  now: number,
): Phase[] {
  return history.map((change, at) => {
    const isLast = at === history.length - 1;
    const next = history[at + 1];
    const end = next !== undefined ? Date.parse(next.at) : ended ? undefined : now;
    const seconds = end === undefined ? undefined : Math.max(0, (end - Date.parse(change.at)) / 1000);
    return { ...change, seconds, isLast, isPresent: isLast && !ended };
  });
}
