// How an operation has ended: by evidence, or why not and what that means.

import { path } from "../api/client";
import { useResource } from "../api/resource";
import type { AuditEntryView, Json, OperationView as Operation, Page, Retry } from "../api/types";
import { client, session } from "../app";
import { operationStatus, person } from "../lib/words";
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
        {operation["changed"] === false ? "It was so already; nothing had to be changed. " : <Shown of={operation.operation} />}
        {operation.late === true && "It ended after its deadline."}
      </Notice>
    );
  }
  if (operation.status === "cancelled") return <Cancelled operation={operation} />;
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

/** What RDS shows of an operation that is done. */
function Shown({ of: name }: { of: string }) {
  const evidence = session.value?.operations.find((it) => it.operation === name)?.done_when;
  return evidence === undefined ? <>RDS shows evidence of it. </> : <>RDS shows it: <Prose of={evidence} />. </>;
}

/** Who cancelled it is on the audit trail alone. */
function Cancelled({ operation }: { operation: Operation }) {
  const asked = path("audit", { operation_id: operation.operation_id, limit: "10" });
  const trail = useResource(asked, (signal) => client.ask<Page<AuditEntryView>>(asked, { signal }));
  const by = trail.state.value.data?.items.find((it) => it.event === "cancelled")?.principal;
  return (
    <Notice tone="quiet" title="Cancelled. ">
      {by != null && <>By {person(by)}. </>}RDS was not asked, so nothing has changed.
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
