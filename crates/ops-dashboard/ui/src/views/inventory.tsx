// The inventory: each account and Region that discovery reads, and what keeps it from reading one.

import type { DiscoveredScope, InventoryStatus } from "../api/types";
import { change, now, route, serviceName } from "../app";
import { count, counted } from "../lib/figures";
import { concern, listed, minutes, problemText, reading, SCOPE, SCOPES, scopeState } from "../lib/inventory";
import { format } from "../lib/route";
import { Copy, Notice, Prose, Status, Time, title, ViewLink } from "../parts/basic";
import { Age, Data, Empty } from "../parts/data";
import { Search } from "../parts/filters";
import { Configure, useInventory } from "../parts/inventory";
import { type Column, Table } from "../parts/table";

/** So many rows are shown until a person asks for all. */
const FEW = 200;

export function InventoryView() {
  title(`Inventory – ${serviceName.value}`);
  const status = useInventory();
  return (
    <article class="page inventory">
      <p class="crumb">
        <ViewLink path={["instances"]}>Instances</ViewLink>
      </p>
      <h1>Inventory</h1>
      <Data of={status} what="the inventory">
        {(it) => (it.discovery ? <Discovered status={it} /> : <Off />)}
      </Data>
      <p class="muted foot">
        <Age of={status} />
      </p>
    </article>
  );
}

function Off() {
  return (
    <Empty title="Discovery is off.">
      <Configure />
    </Empty>
  );
}

function Discovered({ status }: { status: InventoryStatus }) {
  const { state, q, all } = route.value.parameters;
  const found = listed(status.scopes, { state, q });
  const rows = all === undefined ? found.slice(0, FEW) : found;
  return (
    <>
      <Summary status={status} />
      <div>
        <ScopeViews scopes={status.scopes} />
        <div class="toolbar">
          <Search label="Search accounts and Regions" placeholder="Account or Region, e.g. eu-central-1" />
          <CopyProblems scopes={found} />
        </div>
        {found.length === 0 ? (
          <Empty title="No account and Region matches.">Take the search away, or choose another view.</Empty>
        ) : (
          <Table caption="Accounts and Regions" columns={columnsFor(rows)} rows={rows} keyOf={placeOf} />
        )}
        {rows.length < found.length && (
          <p class="foot">
            <button type="button" onClick={() => change({ all: "yes" })}>
              Show all {counted(found.length, SCOPE, SCOPES)}
            </button>
          </p>
        )}
      </div>
    </>
  );
}

/** How far the inventory is read, and what follows. */
function Summary({ status }: { status: InventoryStatus }) {
  const read = reading(status, now.value.getTime());
  const worry = concern(read);
  return (
    <>
      <p>
        Discovery reads {counted(read.scopes, SCOPE, SCOPES)} from RDS every {minutes(status.every_minutes)}.{" "}
        {read.at !== undefined && (
          <>
            {read.complete === read.scopes ? "All" : read.complete} of them are read, the oldest{" "}
            <Time at={read.at} surface="age" />. The last complete runs saw {counted(status.instances, "instance")}.{" "}
          </>
        )}
        An operation is refused on an instance that was not seen for {minutes(status.refuse_after_minutes)}.
      </p>
      {read.never === read.scopes && (
        <Notice tone="quiet" title="The first run has not come yet. ">
          Operators read the inventory at once with <code>rds-ops inventory sync</code>.
        </Notice>
      )}
      <Accounts of={status.accounts} />
      {worry !== undefined && (
        <Notice tone="warn" title={`${worry[0]?.toUpperCase()}${worry.slice(1)}. `}>
          {read.unread > 0
            ? "Their instances stay in the list as they were seen last."
            : "Operators read the inventory at once with rds-ops inventory sync, and check what starts the runs."}
        </Notice>
      )}
    </>
  );
}

/** What keeps the accounts of the organization from being listed. */
function Accounts({ of: { problem } }: { of: InventoryStatus["accounts"] }) {
  if (problem === undefined) return null;
  return (
    <Notice tone="warn" title={`${problem.error} `}>
      <p>
        <Prose of={problem.guidance} />
      </p>
      <p class="muted">
        <code>{problem.code}</code>
        {problem.denied_action !== undefined && <> {problem.denied_action}</>}, since <Time at={problem.since} />.
      </p>
    </Notice>
  );
}

/** Views of the table. Each is a link with the number of its rows. */
function ScopeViews({ scopes }: { scopes: DiscoveredScope[] }) {
  const { state, q } = route.value.parameters;
  const views: [string, string | undefined][] = [
    ["All", undefined],
    ["Can't be read", "unread"],
    ["Not read yet", "never"],
    ["Read", "complete"],
    ["With conflicts", "conflicts"],
  ];
  return (
    <nav class="views" aria-label="Views of the inventory">
      {views.map(([words, name]) => (
        <a key={words} href={format(["inventory"], { state: name, q })} aria-current={state === name ? "true" : undefined}>
          {words} <span class="number">{count(listed(scopes, { state: name }).length)}</span>
        </a>
      ))}
    </nav>
  );
}

function CopyProblems({ scopes }: { scopes: DiscoveredScope[] }) {
  const problems = scopes.filter((it) => it.problem !== undefined);
  if (problems.length < 2) return null;
  return <Copy text={problemText(problems)}>Copy {counted(problems.length, "problem")}</Copy>;
}

const placeOf = (it: DiscoveredScope) => `${it.account_id}/${it.region}`;

function Problem({ scope }: { scope: DiscoveredScope }) {
  const { problem } = scope;
  // A cell that is empty takes no room on a narrow page.
  if (problem === undefined) return null;
  return (
    <div class="scope-problem">
      <p>
        <Prose of={problem.error} /> <code>{problem.code}</code>
      </p>
      {problem.denied_action !== undefined && (
        <p>
          Refused action: <code>{problem.denied_action}</code>
        </p>
      )}
      <p class="muted">
        <Prose of={problem.guidance} />
      </p>
      <p class="actions muted">
        <span>
          Since <Time at={problem.since} surface="age" />
        </span>
        <Copy text={problemText([scope])}>Copy the problem</Copy>
      </p>
    </div>
  );
}

const COLUMNS: Column<DiscoveredScope>[] = [
  {
    key: "account",
    head: "Account",
    cell: (it) => (
      <>
        <ViewLink path={["instances"]} parameters={{ account_id: it.account_id, region: it.region }} class="name number">
          {it.account_id}
        </ViewLink>
        <span class="narrow-only">{it.region}</span>
      </>
    ),
  },
  { key: "region", head: "Region", room: "medium", cell: (it) => <span class="name">{it.region}</span> },
  {
    key: "state",
    head: "State",
    cell: (it) => (
      <>
        <Status {...scopeState(it.state)} />
        <span class="narrow-only">
          <Read at={it.completed_at} />
        </span>
        {it.completed_at !== null && (
          <span class="narrow-only muted">
            {counted(it.instances, "instance")}
            {it.conflicts > 0 && `, ${counted(it.conflicts, "conflict")}`}
          </span>
        )}
      </>
    ),
  },
  { key: "read", head: "Read", room: "medium", cell: (it) => <Read at={it.completed_at} /> },
  { key: "instances", head: "Instances", numeric: true, room: "medium", cell: (it) => figure(it, it.instances) },
  {
    key: "conflicts",
    head: "Conflicts",
    numeric: true,
    room: "medium",
    cell: (it) => <span class={it.conflicts > 0 ? undefined : "muted"}>{figure(it, it.conflicts)}</span>,
  },
  { key: "problem", head: "Problem", cell: (it) => <Problem scope={it} /> },
];

/** Without a problem there is no column for one. */
function columnsFor(rows: DiscoveredScope[]): Column<DiscoveredScope>[] {
  const hasProblem = rows.some((it) => it.problem !== undefined);
  return COLUMNS.filter((column) => column.key !== "problem" || hasProblem);
}

/** What was never read is no zero. */
function figure({ completed_at: at }: DiscoveredScope, number: number) {
  return at === null ? <span class="muted">–</span> : count(number);
}

/** When all of it was read last. */
function Read({ at }: { at: string | null }) {
  return at === null ? <span class="muted">never</span> : <Time at={at} surface="age" />;
}
