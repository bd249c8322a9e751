// The phases of an operation in time: those that it had, and the one that it is in.

import type { OperationStatus, OperationView } from "../api/types";
import { now } from "../app";
import { phasesOf } from "../lib/phases";
import { duration } from "../lib/time";
import { operationStatus } from "../lib/words";
import { Section, Time } from "./basic";

export function Timeline({ operation, ended }: { operation: OperationView; ended: boolean }) {
  const phases = phasesOf(operation.history ?? [], ended, now.value.getTime());
  if (phases.length === 0) return null;
  return (
    <Section title="Timeline">
      <ol class="timeline">
        {phases.map((phase) => {
          const { word, tone } = operationStatus(phase.status, phase.isLast ? operation.success : undefined);
          return (
            <li key={phase.at + phase.status} class={`tone-${tone}`} aria-current={phase.isPresent ? "step" : undefined}>
              <span class="timeline-word">{word}</span>
              <Time at={phase.at} />
              <span class="muted">
                {ABOUT[phase.status]}
                {phase.seconds !== undefined && phase.seconds >= 0.05 && (
                  <span class="timeline-took"> {phase.isPresent ? "For" : "Took"} {duration(phase.seconds)}.</span>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

/** What a phase is, for those who do not know the words of the service. */
const ABOUT: Partial<Record<OperationStatus, string>> = {
  scheduled: "It waits for its time.",
  accepted: "It waits to be sent to RDS.",
  submitting: "The request goes to RDS.",
  unresolved: "RDS's answer was lost; the service finds out what happened.",
  in_progress: "RDS has accepted it; the service polls for the evidence.",
  timeout: "The deadline is over; the service keeps monitoring it for 24 hours.",
  available: "RDS shows the evidence.",
  unverified: "No evidence was found either way.",
  cancelled: "RDS was not asked.",
  denied: "It was stopped before RDS was asked.",
};
