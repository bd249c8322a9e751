// One operation: how far it is, what came of it, what to do next.

import { useEffect, useRef, useState } from "preact/hooks";

import { hasEnded, useOperation } from "../api/follow";
import type { Json, OperationView as Operation } from "../api/types";
import { client, now, serviceName } from "../app";
import { command, curl } from "../lib/quote";
import { fieldsOf, label } from "../lib/schema";
import { duration } from "../lib/time";
import { operationName, operationStatus, person } from "../lib/words";
import {
  Copy,
  Duration,
  Environment,
  Facts,
  Notice,
  OperationState,
  Section,
  Time,
  title,
  ViewLink,
} from "../parts/basic";
import { Data, Failure } from "../parts/data";
import { Bar, timeLeft } from "../parts/progress";
import { session } from "../app";
import { text } from "./preview";

/** The page of an operation. */
export function OperationView({ id }: { id: string }) {
  const operation = useOperation(client, id);
  const { data } = operation.state.value;
  useTold(data);
  return (
    <article class="page narrow">
      <p class="crumb">
        <ViewLink path={["operations"]}>Operations</ViewLink>
      </p>
      <Data of={operation} what="the operation">
        {(it) => (
          <>
            <Head operation={it} />
            <State operation={it} refresh={() => operation.refresh()} />
            <Timeline operation={it} />
            <Outcome operation={it} />
            <Asked operation={it} />
          </>
        )}
      </Data>
    </article>
  );
}

function target(operation: Operation): string[] {
  return ["instances", operation.account_id, operation.region, operation.instance_id];
}

function Head({ operation }: { operation: Operation }) {
  return (
    <>
      <h1>
        {operationName(operation.operation)} of{" "}
        <ViewLink path={target(operation)}>{operation.instance_id}</ViewLink>
      </h1>
      <p class="lead">
        <Environment name={operation.environment} />
        <OperationState status={operation.progress?.phase ?? operation.status} success={operation.success} />
        <span class="muted">
          by {person(operation.requested_by)}
          {operation.reason !== undefined && <>: “{operation.reason}”</>}
        </span>
      </p>
    </>
  );
}

/** The state in the title of the tab, and the end as a notification where the person wants one. */
function useTold(operation: Operation | undefined): void {
  const seen = useRef<Operation | undefined>(undefined);
  useEffect(() => {
    if (operation === undefined) {
      title(`Operation – ${serviceName.value}`);
      return;
    }
    const { word } = operationStatus(operation.status, operation.success);
    const percent = operation.progress?.percent;
    const far = hasEnded(operation) || percent === undefined ? word : `${percent}%`;
    const name = `${operationName(operation.operation)} of ${operation.instance_id}`;
    title(`${far}: ${name} – ${serviceName.value}`);
    const before = seen.current;
    seen.current = operation;
    if (before !== undefined && !hasEnded(before) && hasEnded(operation)) notify(`${word}: ${name}`);
  }, [operation]);
}

function notify(words: string): void {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  new Notification(serviceName.value, { body: words });
}

function State({ operation, refresh }: { operation: Operation; refresh: () => void }) {
  const { progress } = operation;
  if (hasEnded(operation)) return null;
  const isDue = operation.status === "scheduled";
  const elapsed =
    operation.created_at === undefined
      ? undefined
      : (now.value.getTime() - Date.parse(operation.created_at)) / 1000;
  return (
    <section class="section" aria-label="Progress">
      {operation.status === "timeout" && (
        <Notice tone="warn" title={`${operation.error ?? "It takes longer than expected."} `}>
          {operation.guidance}
        </Notice>
      )}
      {!isDue && (
        <Bar percent={progress?.percent} label={operationStatus(operation.status).word} />
      )}
      <Facts
        facts={[
          ["Percent", progress?.percent !== undefined && `${progress.percent}%`],
          ["Time left", timeLeft(operation)],
          ["Starts", operation.start && operation.status === "scheduled" && <Time at={operation.start.from} surface="future" />],
          ["Not after", operation.start && operation.status === "scheduled" && <Time at={operation.start.until} surface="future" />],
          ["Waits for", progress?.running_operation_id && (
            <ViewLink path={["operations", progress.running_operation_id]}>another operation</ViewLink>
          )],
          ["RDS shows", progress?.last_status],
          ["Elapsed", elapsed !== undefined && elapsed >= 0 && duration(elapsed)],
          ["Polls", progress && `${progress.polls}${progress.failed_polls > 0 ? `, ${progress.failed_polls} failed` : ""}`],
          ["Next poll", progress?.next_poll_at && <Time at={progress.next_poll_at} surface="queue" />],
          ["Deadline", progress && <Time at={progress.deadline} surface="queue" />],
        ].filter((it) => it[1] !== false) as [string, string][]}
      />
      <Cancel operation={operation} refresh={refresh} />
      <Tell />
    </section>
  );
}

/** Cancels what was not sent. What was sent can't be cancelled, and the page says so. */
function Cancel({ operation, refresh }: { operation: Operation; refresh: () => void }) {
  const [error, setError] = useState<unknown>();
  const canTry = ["accepted", "scheduled", "pending_approval"].includes(operation.status);
  const cancel = async () => {
    setError(undefined);
    try {
      const path = `operations/${encodeURIComponent(operation.operation_id)}/cancel`;
      await client.ask<Operation>(path, { method: "POST" });
    } catch (failed) {
      setError(failed);
    }
    refresh();
  };
  if (!canTry && error === undefined) {
    return (
      <p class="muted">
        It can't be cancelled: RDS has been asked, and RDS can't cancel this. The page may be closed;
        the operation goes on.
      </p>
    );
  }
  return (
    <>
      {error !== undefined && <Failure error={error} what="the operation" />}
      {canTry && (
        <p class="actions">
          <button type="button" onClick={() => void cancel()}>
            Cancel the operation
          </button>
          <span class="muted">RDS has not been asked yet.</span>
        </p>
      )}
    </>
  );
}

/** Asks for the right to notify, when somebody waits. */
function Tell() {
  const [permission, setPermission] = useState(
    "Notification" in window ? Notification.permission : "denied",
  );
  if (permission !== "default") return null;
  return (
    <p>
      <button
        type="button"
        class="link"
        onClick={() => void Notification.requestPermission().then(setPermission)}
      >
        Notify me at its end
      </button>
    </p>
  );
}

/** The statuses that it had, as a line of time. */
function Timeline({ operation }: { operation: Operation }) {
  const history = operation.history ?? [];
  return (
    <Section title="Timeline">
      <ol class="timeline">
        {history.map((it, at) => {
          const next = history[at + 1];
          const lasted = next === undefined ? undefined : (Date.parse(next.at) - Date.parse(it.at)) / 1000;
          const { word, tone } = operationStatus(it.status, hasEnded(operation) ? operation.success : undefined);
          return (
            <li key={it.at + it.status} class={`tone-${tone}`}>
              <span class="timeline-word">{word}</span>
              <Time at={it.at} />
              {lasted !== undefined && lasted >= 0.05 && <span class="muted">for {duration(lasted)}</span>}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

/** Members of an operation that are not a part of its result. */
const OWN = new Set([
  "operation_id", "operation", "instance_id", "account_id", "region", "environment", "status",
  "success", "late", "error", "code", "error_code", "guidance", "retry", "duration_seconds", "start",
  "progress", "parameters", "reason", "requested_by", "created_at", "plan_hash", "history",
  "classification", "version",
]);

function Outcome({ operation }: { operation: Operation }) {
  if (!hasEnded(operation)) return null;
  const result = Object.entries(operation).filter(([name, value]) => !OWN.has(name) && value !== null);
  const { success } = operation;
  return (
    <Section title="Result">
      {success === true ? (
        <Notice tone="good" title="Done: RDS shows evidence of it. ">
          {operation.late === true && "It ended after its deadline."}
        </Notice>
      ) : (
        <Notice tone={operation.status === "cancelled" ? "quiet" : "bad"} title={operation.error ?? operationStatus(operation.status).word}>
          <p>{operation.guidance}</p>
          {operation.error_code !== undefined && (
            <p class="muted">
              <code>{operation.error_code}</code>
            </p>
          )}
        </Notice>
      )}
      <Facts
        facts={[
          ["Took", operation.duration_seconds !== undefined && <Duration seconds={operation.duration_seconds} />],
          ...result.map(([name, value]) => [label(name), value as Json] as const).map(
            ([name, value]) => [name, isEmpty(value) ? undefined : text(value)] as [string, string | undefined],
          ),
        ].filter((it) => it[1] !== false) as [string, string][]}
      />
      <Next operation={operation} />
    </Section>
  );
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The next step, where there is one on this page. */
function Next({ operation }: { operation: Operation }) {
  const isAgain = operation.success !== true && operation.retry !== "check_first";
  return (
    <p class="actions">
      <Again operation={operation}>{isAgain ? "Try it again" : "Run it again"}</Again>
      <ViewLink path={target(operation)} class="button">
        Look at the instance
      </ViewLink>
    </p>
  );
}

/** The form with the same parameters. The preview comes first, as it did before. */
function Again({ operation, children }: { operation: Operation; children: string }) {
  const schema = session.value?.operations.find((it) => it.operation === operation.operation)?.parameters;
  const fields = schema === undefined ? {} : fieldsOf(schema, operation.parameters ?? {});
  return (
    <ViewLink path={[...target(operation), "run", operation.operation]} parameters={fields} class="button">
      {children} …
    </ViewLink>
  );
}

function Asked({ operation }: { operation: Operation }) {
  const { operation: name, instance_id, account_id, region, parameters = {}, reason } = operation;
  const request = { operation: name, instance_id, account_id, region, parameters, ...(reason === undefined ? {} : { reason }) };
  return (
    <Section
      title="Request"
      aside={
        <ViewLink path={["audit"]} parameters={{ operation_id: operation.operation_id }}>
          Audit trail
        </ViewLink>
      }
    >
      <Facts
        facts={[
          ...Object.entries(parameters).map(([it, value]) => [label(it), isEmpty(value) ? undefined : text(value)] as [string, string | undefined]),
          ["Requested", operation.created_at && <Time at={operation.created_at} />],
          ["By", operation.requested_by && <code>{operation.requested_by}</code>],
          ["Account", <span class="number">{account_id}</span>],
          ["Region", region],
          ["Operation id", <code>{operation.operation_id}</code>],
        ] as [string, string][]}
      />
      <p class="actions screen-only">
        <Copy text={curl(client.base, request)}>Copy as curl</Copy>
        <Copy text={command(request)}>Copy as rds-ops</Copy>
        <Copy text={operation.operation_id}>Copy the id</Copy>
      </p>
    </Section>
  );
}
