// How an operation has ended: by evidence, or why not and what that means.

import type { Json, OperationView as Operation, Retry } from "../api/types";
import { operationStatus } from "../lib/words";
import { Notice, Prose, Section } from "../parts/basic";
import { Members } from "../parts/value";

export function Outcome({ operation }: { operation: Operation }) {
  const facts = factsOf(operation);
  return (
    <Section title="Outcome">
      <Ending operation={operation} />
      <Warnings of={operation["warnings"]} />
      {Object.keys(facts).length > 0 && <Members of={facts} />}
    </Section>
  );
}

function Ending({ operation }: { operation: Operation }) {
  if (operation.success === true) {
    return (
      <Notice tone="good" title="Done. ">
        {operation["changed"] === false ? "It was so already; nothing had to be changed. " : "RDS shows evidence of it. "}
        {operation.late === true && "It ended after its deadline."}
      </Notice>
    );
  }
  if (operation.status === "cancelled") {
    return (
      <Notice tone="quiet" title="Cancelled. ">
        RDS was not asked, so nothing has changed.
      </Notice>
    );
  }
  const { word, tone } = operationStatus(operation.status, operation.success);
  return (
    <Notice tone={tone} title={operation.error ?? word}>
      {operation.guidance !== undefined && <p><Prose of={operation.guidance} /></p>}
      <p class="muted">
        {operation.retry !== undefined && RETRY[operation.retry]} <code>{operation.error_code ?? operation.code}</code>
      </p>
    </Notice>
  );
}

const RETRY: Record<Retry, string> = {
  no: "The same request would fail again.",
  later: "The same request can be sent again later.",
  after_change: "Send it again after the status has changed.",
  check_first: "Check the outcome before you send it again: the change may have been made.",
};

/** What to know although nothing is wrong. */
function Warnings({ of }: { of: unknown }) {
  if (!Array.isArray(of)) return null;
  return (
    <>
      {(of as Warning[]).map((it) => (
        <Notice key={it.code} tone="warn" title={`${it.message} `}>
          <Prose of={it.guidance} />
        </Notice>
      ))}
    </>
  );
}

interface Warning {
  code: string;
  message: string;
  guidance: string;
}

/** Members of an operation that are shown elsewhere, and so are no part of its result. */
const ELSEWHERE = new Set([
  "operation_id", "operation", "instance_id", "account_id", "region", "environment", "status",
  "success", "late", "error", "code", "error_code", "guidance", "retry", "duration_seconds", "start",
  "progress", "parameters", "reason", "requested_by", "created_at", "plan_hash", "history",
  "classification", "version", "changed", "warnings",
]);

/** The result, or the facts of the failure. */
function factsOf(operation: Operation): Record<string, Json> {
  const facts = Object.entries(operation).filter(([name, value]) => !ELSEWHERE.has(name) && !isEmpty(value));
  return Object.fromEntries(facts) as Record<string, Json>;
}

function isEmpty(value: unknown): boolean {
  return value == null || (typeof value === "object" && Object.keys(value).length === 0);
}
