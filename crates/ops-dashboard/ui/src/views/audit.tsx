// The audit trail.

import { useState } from "preact/hooks";

import { path } from "../api/client";
import { exportCsv } from "../api/export";
import { useResource } from "../api/resource";
import type { AuditEntryView, Json, Page } from "../api/types";
import { change, client, route, serviceName, session } from "../app";
import { byOperation } from "../lib/by-operation";
import { label } from "../lib/schema";
import { auditEvent, operationName, person } from "../lib/words";
import { Duration, Environment, Facts, Status, Time, title, ViewLink } from "../parts/basic";
import { Age, Data, Empty, Failure } from "../parts/data";
import { Chips, MoreFilters, Search, Select, TextFilter } from "../parts/filters";
import { filterWords, Period, periodOf } from "../parts/period";
import { Pages } from "./instances";
import { text } from "./preview";
import { Value } from "../parts/value";

const FILTERS = {
  instance_id: "Instance",
  user: "Person",
  operation: "Operation",
  operation_id: "Operation id",
  from: "From",
  to: "To",
} as const;

export function AuditView() {
  const { parameters } = route.value;
  title(`Audit – ${serviceName.value}`);
  const filters: Record<string, string | undefined> = { ...periodOf(parameters) };
  for (const name of Object.keys(FILTERS)) filters[name] = parameters[name];
  const key = path("audit", { limit: "50", cursor: parameters.cursor, ...filters });
  const list = useResource(key, (signal) => client.ask<Page<AuditEntryView>>(key, { signal }));
  return (
    <>
      <h1 class="hidden">Audit trail</h1>
      <div class="toolbar">
        <Search name="instance_id" label="Instance" placeholder="Exact name of an instance" />
        <Search name="user" label="Person" placeholder="Person, e.g. alice" />
        <Select
          name="operation"
          label="Operation"
          options={(session.value?.operations ?? []).map((it) => [it.operation, operationName(it.operation)])}
        />
        <MoreFilters>
          <TextFilter name="operation_id" label="Operation id" placeholder="26 characters" />
          <Period />
        </MoreFilters>
        <Export filters={filters} />
      </div>
      <Chips names={FILTERS} show={filterWords} />
      <Data of={list} what="the audit trail" key={key}>
        {(page) => <Listed page={page} />}
      </Data>
      <p class="muted foot">
        <Age of={list} />
      </p>
      <p class="muted">
        Each entry's hash covers the entry before it. <code>rds-ops audit verify</code> finds every
        entry that was changed or removed.
      </p>
    </>
  );
}

/** The entries as CSV. The export is an entry of the trail itself. */
function Export({ filters }: { filters: Record<string, string | undefined> }) {
  const [state, setState] = useState<"idle" | { parts: number } | { error: unknown }>("idle");
  const isWorking = typeof state === "object" && "parts" in state;
  const run = async () => {
    setState({ parts: 0 });
    try {
      const csv = await exportCsv(client, filters, (parts) => setState({ parts }));
      save(`audit-${new Date().toISOString().slice(0, 10)}.csv`, csv);
      setState("idle");
    } catch (error) {
      setState({ error });
    }
  };
  return (
    <div class="export">
      <button
        type="button"
        disabled={isWorking}
        title="The export is an entry of the trail, with your name."
        onClick={() => void run()}
      >
        {isWorking ? `Exporting${state.parts > 0 ? ` part ${state.parts + 1}` : ""} …` : "Export CSV"}
      </button>
      {typeof state === "object" && "error" in state && <Failure error={state.error} what="the export" />}
    </div>
  );
}

function save(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

function Listed({ page }: { page: Page<AuditEntryView> }) {
  if (page.items.length === 0) {
    return page.next_cursor === null ? (
      <Empty title="No entry matches.">Take a filter away. Names of instances are exact here.</Empty>
    ) : (
      <Empty title="Nothing on this page.">
        The search covers a part of the trail at a time.
        <Pages next={page.next_cursor} />
      </Empty>
    );
  }
  return (
    <>
      <ul class="entries" aria-label="Entries, newest first, those of one operation together" onKeyDown={move}>
        {byOperation(page.items).map(({ entry, follows }) => (
          <Entry key={entry.audit_id} entry={entry} follows={follows} />
        ))}
      </ul>
      <Pages next={page.next_cursor} />
    </>
  );
}

/** Arrows, Home and End lead from entry to entry. */
function move(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const entries = [...list.querySelectorAll<HTMLElement>(".entry > summary")];
  const at = entries.indexOf(event.target as HTMLElement);
  if (at === -1) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  entries[to]?.focus();
}

function Entry({ entry, follows }: { entry: AuditEntryView; follows: boolean }) {
  const event = auditEvent(entry.event, entry.success);
  const code = entry.success === false ? codeOf(entry) : undefined;
  // The address names the entry that was opened last, so that a link leads to it.
  const named = route.value.parameters["entry"] === entry.audit_id;
  const [isOpen] = useState(named);
  const toggled = (open: boolean) => {
    if (open !== named) change({ entry: open ? entry.audit_id : undefined }, "replace");
  };
  return (
    <li class={follows ? "follows" : undefined}>
      <details class="entry" open={isOpen} onToggle={(event) => toggled(event.currentTarget.open)}>
        <summary>
          <Time at={entry.timestamp} />
          <Status {...event} />
          <span class="entry-what">
            <strong>{operationName(entry.operation)}</strong>
            {entry.instance_id !== "-" && <> of {entry.instance_id}</>}
            {code !== undefined && <code class="entry-code">{code}</code>}
            {entry.reason !== null && <span class="under">“{entry.reason}”</span>}
          </span>
          <span class="entry-who">{who(entry)}</span>
        </summary>
        <Whole entry={entry} />
      </details>
    </li>
  );
}

/** The code of what was in the way. */
function codeOf(entry: AuditEntryView): string | undefined {
  const result = read(entry.result);
  if (typeof result !== "object" || result === null || Array.isArray(result)) return undefined;
  const code = result.error_code ?? result.code;
  return typeof code === "string" ? code : undefined;
}

function who(entry: AuditEntryView): string {
  if (entry.principal !== null) return person(entry.principal);
  const identity = read(entry.user_identity);
  const arn = typeof identity === "object" && identity !== null && "arn" in identity ? identity.arn : undefined;
  return typeof arn === "string" ? person(arn) : "see the entry";
}

function Whole({ entry }: { entry: AuditEntryView }) {
  return (
    <div class="entry-body">
      <Facts
        facts={[
          ["Person", entry.principal && <code>{entry.principal}</code>],
          ["Reason", entry.reason],
          ["Environment", entry.environment && <Environment name={entry.environment} />],
          ["Operation", entry.operation_id && (
            <ViewLink path={["operations", entry.operation_id]}>{entry.operation_id}</ViewLink>
          )],
          ["Instance", entry.account_id && entry.region && (
            <ViewLink path={["instances", entry.account_id, entry.region, entry.instance_id]}>
              {entry.instance_id}
            </ViewLink>
          )],
          ["Account", entry.account_id],
          ["Region", entry.region],
          ["Took", entry.duration_seconds !== null && <Duration seconds={entry.duration_seconds} />],
        ].filter((it) => it[1] !== false) as [string, string][]}
      />
      <Texts name="Parameters" of={entry.parameters} />
      <Texts name="Result" of={entry.result} />
      <details>
        <summary>Origin and hashes</summary>
        <Facts
          facts={[
            ["Identity", <code>{entry.user_identity}</code>],
            ["Request id", entry.request_id && <code>{entry.request_id}</code>],
            ["Address", entry.source_ip],
            ["Chain", entry.chain],
            ["Hash before", entry.prev_hash && <code>{entry.prev_hash}</code>],
            ["Hash", entry.hash && <code>{entry.hash}</code>],
            ["Kept until", entry.ttl && <Time at={entry.ttl * 1000} />],
          ] as [string, string][]}
        />
      </details>
    </div>
  );
}

/** The members of a JSON text as facts. */
function Texts({ name, of }: { name: string; of: string }) {
  const value = read(of);
  if (value === undefined) return <Facts facts={[[name, of]]} />;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value === null ? null : <Facts facts={[[name, text(value)]]} />;
  }
  const members = Object.entries(value).filter(([, it]) => it !== null);
  if (members.length === 0) return null;
  return (
    <>
      <h2 class="minor">{name}</h2>
      <Facts facts={members.map(([it, known]) => [label(it), <Value of={known} />])} />
    </>
  );
}

function read(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}
