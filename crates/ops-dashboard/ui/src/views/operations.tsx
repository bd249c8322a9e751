// The list of operations. It refreshes itself and leaves its rows where they are.

import { useEffect, useRef, useState } from "preact/hooks";

import { path } from "../api/client";
import { useResource } from "../api/resource";
import type { OperationView, Page } from "../api/types";
import { change, client, go, now, route, serviceName, session } from "../app";
import { counted } from "../lib/figures";
import { type LiveList, refreshList, replaceRow, startList } from "../lib/live-list";
import { startOfToday } from "../lib/period";
import { zone } from "../lib/preferences";
import { format } from "../lib/route";
import { operationName, person } from "../lib/words";
import { Duration, Environment, OperationState, Time, title, ViewLink } from "../parts/basic";
import { Data, Empty } from "../parts/data";
import { Chips, MoreFilters, Search, Select } from "../parts/filters";
import { filterWords, Period, periodOf } from "../parts/period";
import { Percent } from "../parts/progress";
import { type Column, Table } from "../parts/table";
import { Pages } from "./instances";

const FILTERS = {
  status: "Status",
  user: "Person",
  operation: "Operation",
  instance_id: "Instance",
  from: "From",
  to: "To",
} as const;

const STATUSES: [string, string][] = [
  ["open", "not ended"],
  ["scheduled", "scheduled"],
  ["in_progress", "in progress"],
  ["available", "done"],
  ["failed", "failed"],
  ["timeout", "timed out, still monitored"],
  ["unverified", "not verified"],
  ["cancelled", "cancelled"],
  ["denied", "denied"],
];

/** How often the list is read again, in milliseconds. */
const EVERY = 10_000;

export function OperationsView() {
  const { parameters } = route.value;
  title(`Operations – ${serviceName.value}`);
  const asked: Record<string, string | undefined> = { limit: "50", cursor: parameters.cursor };
  for (const name of Object.keys(FILTERS)) asked[name] = parameters[name];
  Object.assign(asked, periodOf(parameters));
  const key = path("operations", asked);
  const list = useResource(key, (signal) => client.ask<Page<OperationView>>(key, { signal }), EVERY);
  return (
    <>
      <h1 class="hidden">Operations</h1>
      <NamedViews />
      <div class="toolbar">
        <Search name="instance_id" label="Instance" placeholder="Exact name of an instance" />
        <Search name="user" label="Person" placeholder="Person, e.g. alice" />
        <Select name="status" label="Status" options={STATUSES} />
        <Select
          name="operation"
          label="Operation"
          options={(session.value?.operations ?? []).map((it) => [it.operation, operationName(it.operation)])}
        />
        <MoreFilters>
          <Period />
        </MoreFilters>
      </div>
      <Chips names={FILTERS} show={inWords} />
      <Data of={list} what="operations" key={key}>
        {(page) => <Listed page={page} />}
      </Data>
    </>
  );
}

/** A filter's value as a person reads it. */
function inWords(name: string, value: string): string {
  const known = name === "status" ? STATUSES.find(([status]) => status === value) : undefined;
  return known?.[1] ?? filterWords(name, value);
}

/** Views that people come back to. Each is a link. */
function NamedViews() {
  const me = session.value?.principal;
  const today = startOfToday(now.peek().getTime(), zone.value);
  const views: [string, Record<string, string | undefined>][] = [
    ["All", {}],
    ["Not ended", { status: "open" }],
    ["Mine", { user: me }],
    ["Failed today", { status: "failed", from: today }],
  ];
  const present = format(["operations"], { ...route.value.parameters, cursor: undefined });
  return (
    <nav class="views" aria-label="Views of operations">
      {views.map(([words, parameters]) => {
        const hash = format(["operations"], parameters);
        return (
          <a key={words} href={hash} aria-current={hash === present ? "true" : undefined}>
            {words}
          </a>
        );
      })}
    </nav>
  );
}

function Listed({ page }: { page: Page<OperationView> }) {
  const [list, showNew] = useLive(page);
  const isFiltered = Object.keys(FILTERS).some((name) => route.value.parameters[name] !== undefined);
  return (
    <>
      <Arrived list={list} show={showNew} />
      {list.rows.length === 0 ? (
        <Nothing isFiltered={isFiltered} isMore={page.next_cursor !== null} />
      ) : (
        <Table
          caption="Operations, newest first"
          columns={COLUMNS}
          rows={list.rows}
          keyOf={idOf}
          open={(it) => go(["operations", it.operation_id])}
          classOf={(it) => (list.left.has(idOf(it)) ? "left" : undefined)}
        />
      )}
      <Pages next={page.next_cursor} />
    </>
  );
}

function idOf(operation: OperationView): string {
  return operation.operation_id;
}

/** The page as it was shown first, with newer states of its rows, and what waits to be shown. */
function useLive(page: Page<OperationView>): [LiveList<OperationView>, () => void] {
  const [list, setList] = useState(() => startList(page.items));
  useEffect(
    () => setList((shown) => refreshList(shown, page.items, idOf, page.next_cursor === null)),
    [page],
  );
  useLeft(list, (row) => setList((shown) => replaceRow(shown, row, idOf)));
  return [list, () => setList(startList(page.items))];
}

/** What became of rows that left the list: each is read once, so that none shows a state of the past. */
function useLeft(list: LiveList<OperationView>, read: (row: OperationView) => void): void {
  const known = useRef(new Set<string>());
  useEffect(() => {
    for (const id of list.left) {
      if (known.current.has(id)) continue;
      known.current.add(id);
      // Without an answer the row stays as it was, and is marked.
      client.ask<OperationView>(`operations/${id}`).then(read, () => known.current.delete(id));
    }
  }, [list.left]);
}

/** What has changed about the list, since its rows stay where they are. */
function Arrived({ list, show }: { list: LiveList<OperationView>; show: () => void }) {
  const { arrived, left } = list;
  const words = [
    arrived > 0 && counted(arrived, "new operation"),
    left.size > 0 && `${counted(left.size, "row")} no longer ${left.size === 1 ? "matches" : "match"} the filters`,
  ].filter((it) => it !== false);
  return (
    <div class={words.length === 0 ? undefined : "arrived"} role="status">
      {words.length > 0 && (
        <>
          <span>{words.join("; ")}.</span>
          <button type="button" class="link" onClick={show}>
            {arrived > 0 ? "Show what is new" : "Show the list anew"}
          </button>
        </>
      )}
    </div>
  );
}

function Nothing({ isFiltered, isMore }: { isFiltered: boolean; isMore: boolean }) {
  if (isMore) return <Empty title="Nothing on this page.">The search covers a part of the operations at a time.</Empty>;
  return isFiltered ? (
    <Empty title="No operation matches.">Take a filter away. Names of instances are exact here.</Empty>
  ) : (
    <Empty title="No operation was run yet.">
      <ViewLink path={["instances"]}>Choose an instance</ViewLink> to run one.
    </Empty>
  );
}

const COLUMNS: Column<OperationView>[] = [
  {
    key: "operation",
    head: "Operation",
    cell: (it) => (
      <>
        <ViewLink path={["operations", it.operation_id]} class="name">
          {operationName(it.operation)}
        </ViewLink>
        {/* Where there is no room for their columns. */}
        <span class="under small-only">
          {it.instance_id}
          {it.created_at !== undefined && (
            <>
              , <Time at={it.created_at} surface="queue" />
            </>
          )}
          {it.requested_by !== undefined && <>, by {person(it.requested_by)}</>}
        </span>
      </>
    ),
  },
  {
    key: "instance",
    head: "Instance",
    room: "medium",
    cell: (it) => (
      <ViewLink path={["instances", it.account_id, it.region, it.instance_id]}>{it.instance_id}</ViewLink>
    ),
  },
  {
    key: "environment",
    head: "Environment",
    room: "medium",
    cell: (it) => <Environment name={it.environment} />,
  },
  {
    key: "status",
    head: "Status",
    cell: (it) =>
      it.status === "in_progress" ? (
        <Percent operation={it} />
      ) : (
        <>
          <OperationState status={it.status} success={it.success} />
          {it.status === "scheduled" && it.start !== undefined && (
            <span class="under">
              for <Time at={it.start.from} surface="future" />
            </span>
          )}
          {it.error !== undefined && <span class="under">{it.error}</span>}
        </>
      ),
  },
  {
    key: "who",
    head: "Person",
    room: "medium",
    cell: (it) => (
      <button
        type="button"
        class="link"
        title={it.requested_by}
        onClick={() => change({ user: it.requested_by, cursor: undefined })}
      >
        {person(it.requested_by)}
      </button>
    ),
  },
  {
    key: "when",
    head: "Requested",
    room: "medium",
    cell: (it) => (it.created_at === undefined ? "–" : <Time at={it.created_at} />),
  },
  {
    key: "took",
    head: "Took",
    room: "wide",
    numeric: true,
    cell: (it) => <Duration seconds={it.duration_seconds} />,
  },
];
