// How far an operation is that has not ended, and what can be done about it.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { Follower } from "../api/follow";
import { ApiError } from "../api/client";
import type { OperationView as Operation } from "../api/types";
import { client, now } from "../app";
import { askPermission, permission, type Permission } from "../lib/notify";
import { duration, relative } from "../lib/time";
import { operationStatus } from "../lib/words";
import { Facts, Notice, Prose, Section, Time, ViewLink } from "../parts/basic";
import { Failure } from "../parts/data";
import { Bar, timeLeft } from "../parts/progress";

export function Progress({ operation }: { operation: Operation }) {
  const { progress, start } = operation;
  const isScheduled = operation.status === "scheduled";
  const isOverdue = operation.status === "timeout";
  const facts: [string, ComponentChildren][] = [
    ["Starts", isScheduled && start && <Time at={start.from} surface="future" />],
    ["Not after", waits(operation) && start && <Time at={start.until} surface="future" />],
    ["Waits for", progress?.running_operation_id && <Running id={progress.running_operation_id} />],
    ["Elapsed", elapsed(operation)],
    ["Time left", isScheduled || isOverdue ? undefined : (timeLeft(operation) ?? "no estimate yet")],
    ["RDS shows", progress?.last_status ?? (isScheduled ? undefined : "nothing yet")],
    ["Next poll", nextPoll(operation)],
    ["Polls that failed", progress !== undefined && progress.failed_polls > 0 && progress.failed_polls],
    ["Deadline", !isScheduled && progress && <Time at={progress.deadline} surface={isOverdue ? "history" : "future"} />],
  ];
  return (
    <Section title="Progress">
      {isOverdue && (
        <Notice tone="warn" title={`${operation.error ?? "It takes longer than expected."} `}>
          <Prose of={operation.guidance} />
        </Notice>
      )}
      {!isScheduled && <Far operation={operation} />}
      <Facts facts={facts.filter(([, value]) => value !== false)} />
    </Section>
  );
}

/** The percent of RDS as a number and a bar; without one, only that it goes on. */
function Far({ operation }: { operation: Operation }) {
  const percent = operation.progress?.percent;
  const { word } = operationStatus(operation.progress?.phase ?? operation.status, operation.success);
  return (
    <div class="far">
      <span class="far-number">{percent === undefined ? word : `${percent} %`}</span>
      <Bar percent={percent} label={word} />
    </div>
  );
}

function Running({ id }: { id: string }) {
  return <ViewLink path={["operations", id]}>the operation that runs on the instance</ViewLink>;
}

/** Seconds since it could start. */
function elapsed(operation: Operation): string | undefined {
  const since = Date.parse(operation.start?.from ?? operation.created_at ?? "");
  const seconds = (now.value.getTime() - since) / 1000;
  return Number.isNaN(since) || seconds < 0 ? undefined : duration(seconds);
}

function nextPoll(operation: Operation): string | undefined {
  const at = operation.progress?.next_poll_at;
  if (at == null || operation.status === "scheduled") return undefined;
  const date = new Date(at);
  return date <= now.value ? "under way" : relative(date, now.value);
}

/** Whether RDS has not been asked. */
function waits(operation: Operation): boolean {
  return ["scheduled", "accepted", "pending_approval"].includes(operation.status);
}

/** Cancels what waits. What was sent can't be cancelled, and the page says so. */
export function Cancel({ operation, refresh }: { operation: Operation; refresh: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const cancel = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const path = `operations/${encodeURIComponent(operation.operation_id)}/cancel`;
      await client.ask<Operation>(path, { method: "POST" });
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
    refresh();
  };
  if (!waits(operation)) {
    return (
      <p class="muted" role={error === undefined ? undefined : "alert"}>
        {error instanceof ApiError && `${error.body.error} `}
        It can't be cancelled: RDS has been asked, and RDS can't take back what it has begun. You can
        close this page; the operation goes on.
      </p>
    );
  }
  return (
    <>
      <p class="actions">
        {isAsking ? (
          <>
            <button type="button" class="danger" onClick={() => void cancel()} disabled={isBusy}>
              {isBusy ? "Cancelling …" : "Yes, cancel it"}
            </button>
            <button type="button" onClick={() => setAsking(false)} disabled={isBusy}>
              Keep it
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setAsking(true)}>
            Cancel the operation
          </button>
        )}
        <span class="muted">RDS has not been asked yet, so nothing has changed.</span>
      </p>
      {error !== undefined && <Failure error={error} what="the operation" />}
    </>
  );
}

/** A notification of the end, offered while a person waits. The browser asks only when they press it. */
export function NotifyChoice({ follower }: { follower: Follower }) {
  const [isWanted, setWanted] = useState(follower.inBackground);
  const [allowed, setAllowed] = useState<Permission>(permission);
  if (allowed === "unsupported") return null;
  if (allowed === "denied") {
    return <span class="muted">This browser does not allow the dashboard to notify you.</span>;
  }
  const toggle = async () => {
    const answer = await askPermission();
    const next = answer === "granted" && !isWanted;
    // A hidden page goes on asking only where somebody wants to be told.
    follower.inBackground = next;
    setAllowed(answer);
    setWanted(next);
  };
  return (
    <button type="button" aria-pressed={isWanted} onClick={() => void toggle()}>
      Notify me when it has ended
    </button>
  );
}
