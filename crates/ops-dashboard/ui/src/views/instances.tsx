// The list of instances.

import { path } from "../api/client";
import { useLasting, useResource } from "../api/resource";
import type { InstanceView as Instance, InventoryStatus, OperationView, Page } from "../api/types";
import { change, client, now, route, serviceName, session } from "../app";
import { counted } from "../lib/figures";
import { freshness } from "../lib/inventory";
import { hiddenColumns } from "../lib/preferences";
import { format } from "../lib/route";
import { instanceTone, operationName } from "../lib/words";
import { Environment, Status, title, ViewLink } from "../parts/basic";
import { Age, Data, Empty } from "../parts/data";
import { Chips, MoreFilters, Search, Select, Switch, TextFilter } from "../parts/filters";
import { InventoryLine, KnownStatus, NoInstance, Seen, useInventory } from "../parts/inventory";
import { Panel } from "../parts/panel";
import { Percent } from "../parts/progress";
import { type Column, Table } from "../parts/table";
import { InstanceBody } from "./instance";

const FILTERS = {
  q: "Search",
  environment: "Environment",
  status: "Status",
  engine: "Engine",
  account_id: "Account",
  region: "Region",
  tag: "Tag",
  operation_allowed: "Can run",
} as const;

/** What applies besides the filters: it adds to the list. */
const ADDITIONS = { gone: "Instances that are gone" } as const;

/** Items of a page. */
const LIMIT = "50";

/** How often the list is read again, in milliseconds. The service reads the whole inventory to sort it. */
const EVERY = 60_000;

export function InstancesView() {
  const { parameters } = route.value;
  title(`Instances – ${serviceName.value}`);
  const { cursor, sort = "instance_id" } = parameters;
  const asked: Record<string, string | undefined> = { limit: LIMIT, sort, cursor };
  const names = { ...FILTERS, ...ADDITIONS };
  for (const name of Object.keys(names)) asked[name] = parameters[name];
  const key = path("instances", asked);
  const list = useLasting(key, (signal) => client.ask<Page<Instance>>(key, { signal }), EVERY);
  const inventory = useInventory().state.value.data;
  return (
    <>
      <h1 class="hidden">Instances</h1>
      <NamedViews />
      <InstanceFilters inventory={inventory} />
      <Chips names={names} show={(name, value) => (name in ADDITIONS ? "shown" : value)} />
      <InventoryLine status={inventory} />
      <Data of={list} what="instances">
        {(page) => <Listed page={page} sort={sort} inventory={inventory} />}
      </Data>
      <p class="muted foot">
        <Age of={list} />
      </p>
    </>
  );
}

/** Views that people come back to. Each is a link. */
function NamedViews() {
  const views: [string, Record<string, string>][] = [
    ["All", {}],
    ["Not production", { environment: "NonProduction" }],
    ["Production", { environment: "Production" }],
    ["Stopped", { status: "stopped" }],
  ];
  const { panel: _panel, cursor: _cursor, ...applied } = route.value.parameters;
  const present = format(["instances"], applied);
  return (
    <nav class="views" aria-label="Views of instances">
      {views.map(([words, parameters]) => {
        const hash = format(["instances"], parameters);
        return (
          <a key={words} href={hash} aria-current={hash === present ? "true" : undefined}>
            {words}
          </a>
        );
      })}
    </nav>
  );
}

function InstanceFilters({ inventory }: { inventory: InventoryStatus | undefined }) {
  const known = session.value;
  return (
    <div class="toolbar">
      <Search label="Search instances" placeholder="Name or engine, e.g. orders or postgres" />
      <Select name="environment" label="Environment" options={known?.environments ?? []} />
      <Select
        name="operation_allowed"
        label="Can run"
        options={(known?.operations ?? []).map((it) => [it.operation, operationName(it.operation)])}
      />
      <MoreFilters>
        <TextFilter name="status" label="Status" placeholder="e.g. stopped" />
        <TextFilter name="engine" label="Engine" placeholder="e.g. postgres" />
        <TextFilter name="account_id" label="Account" placeholder="12 digits" />
        <TextFilter name="region" label="Region" placeholder="e.g. eu-central-1" />
        <TextFilter name="tag" label="Tag" placeholder="key:value" />
        {(inventory?.discovery === true || route.value.parameters.gone !== undefined) && (
          <Switch name="gone" label="Show instances that are gone" />
        )}
        <ColumnChoice />
      </MoreFilters>
    </div>
  );
}

function ColumnChoice() {
  const hidden = new Set(hiddenColumns.value.split(","));
  const toggle = (key: string) => {
    if (!hidden.delete(key)) hidden.add(key);
    hiddenColumns.value = [...hidden].filter((it) => it !== "").join(",");
  };
  return (
    <fieldset class="columns">
      <legend>Columns</legend>
      {columns().filter((column) => column.key !== "instance").map((column) => (
        <label key={column.key}>
          <input
            type="checkbox"
            checked={!hidden.has(column.key)}
            onChange={() => toggle(column.key)}
          />
          {column.head}
        </label>
      ))}
    </fieldset>
  );
}

function Listed(props: { page: Page<Instance>; sort: string; inventory: InventoryStatus | undefined }) {
  const { page, sort, inventory } = props;
  const { parameters } = route.value;
  const isFiltered = Object.keys(FILTERS).some((name) => parameters[name] !== undefined);
  const selected = page.items.findIndex((it) => placeOf(it) === parameters.panel);
  const shown = page.items[selected];
  const hidden = new Set(hiddenColumns.value.split(","));
  const open = (instance: Instance | undefined) =>
    change({ panel: instance === undefined ? undefined : placeOf(instance) });
  if (page.items.length === 0) {
    return isFiltered ? (
      <Empty title="No instance matches.">Take a filter away, or search for less.</Empty>
    ) : (
      <NoInstance status={inventory} />
    );
  }
  return (
    <div class={shown === undefined ? "split" : "split opened"}>
      <div class="split-list">
        <Table
          caption="Instances"
          columns={columns(inventory).filter((column) => !hidden.has(column.key))}
          classOf={(it) => (it.gone_since === undefined ? undefined : "gone")}
          rows={page.items}
          keyOf={placeOf}
          open={open}
          selected={parameters.panel}
          sort={sort}
          onSort={(next) => change({ sort: next, cursor: undefined })}
        />
        <Counted page={page} />
        <Pages next={page.next_cursor} />
        {(page.broken ?? []).map((item) => (
          <p class="muted" key={item.instance_id}>
            The inventory item <code>{item.instance_id}</code> can't be understood: {item.problem}
          </p>
        ))}
      </div>
      {shown !== undefined && (
        <Panel
          title={shown.instance_id}
          page={["instances", ...placeOf(shown).split("/")]}
          close={() => open(undefined)}
          before={selected > 0 ? () => open(page.items[selected - 1]) : undefined}
          after={selected < page.items.length - 1 ? () => open(page.items[selected + 1]) : undefined}
        >
          <InstanceBody target={shown} inventory={inventory} key={placeOf(shown)} />
        </Panel>
      )}
    </div>
  );
}

/** How many there are, as far as that is known: a page does not say what comes after it. */
function Counted({ page: { items, next_cursor: next } }: { page: Page<Instance> }) {
  const isWhole = next === null && route.value.parameters.cursor === undefined;
  return (
    <p class="muted foot">
      {counted(items.length, "instance")}
      {!isWhole && " on this page"}
    </p>
  );
}

/** Links between the pages of a list. The way back is that of the browser. */
export function Pages({ next }: { next: string | null }) {
  const { parameters } = route.value;
  if (next === null && parameters.cursor === undefined) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {parameters.cursor !== undefined && (
        <button type="button" onClick={() => change({ cursor: undefined, panel: undefined })}>
          First page
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => change({ cursor: next, panel: undefined })}>
          Next page
        </button>
      )}
    </nav>
  );
}

/** Account, Region and name, as in an address. */
export function placeOf(it: { account_id: string; region: string; instance_id: string }): string {
  return `${it.account_id}/${it.region}/${it.instance_id}`;
}

/** The columns. What they say of an old item depends on how far the inventory is read. */
function columns(inventory?: InventoryStatus): Column<Instance>[] {
  return [
    {
      key: "instance",
      head: "Instance",
      sort: "instance_id",
      cell: (it) => <Name of={it} inventory={inventory} />,
    },
    {
      key: "environment",
      head: "Environment",
      sort: "environment",
      room: "medium",
      cell: (it) => <Environment name={it.environment} />,
    },
    { key: "status", head: "Status", sort: "status", cell: (it) => <KnownStatus instance={it} /> },
    { key: "now", head: "Now", room: "medium", cell: (it) => <Now of={it} inventory={inventory} /> },
    { key: "engine", head: "Engine", sort: "engine", room: "medium", cell: (it) => it.engine },
    { key: "class", head: "Class", sort: "instance_class", room: "wide", cell: (it) => it.instance_class ?? "–" },
    { key: "account", head: "Account", sort: "account_id", room: "wide", cell: (it) => it.account_id },
    { key: "region", head: "Region", sort: "region", room: "wide", cell: (it) => it.region },
  ];
}

interface Known {
  of: Instance;
  inventory: InventoryStatus | undefined;
}

function Name({ of: it, inventory }: Known) {
  return (
    <>
      <ViewLink path={["instances", ...placeOf(it).split("/")]} class="name">
        {it.instance_id}
      </ViewLink>
      <span class="narrow-only">
        <Environment name={it.environment} />
      </span>
      <Seen instance={it} status={inventory} />
      {it.db_cluster_id !== null && <span class="under">cluster {it.db_cluster_id}</span>}
      {it.read_replica_source !== null && (
        <span class="under">replica of {it.read_replica_source}</span>
      )}
    </>
  );
}

/** What is under way on an instance, or why nothing can be. */
function Now({ of: instance, inventory }: Known) {
  const id = instance.running_operation_id;
  if (id !== null) return <Running id={id} />;
  const age = freshness(instance, inventory, now.value.getTime());
  if (age === "refused" && instance.operations_allowed) {
    return <span class="muted reason">refused: not seen for too long</span>;
  }
  if (instance.operations_allowed || age === "gone") return <span class="muted">–</span>;
  const isProduction = instance.not_allowed?.code === "production_blocked";
  return (
    <span class="muted reason">
      {isProduction ? "blocked: production" : (instance.not_allowed?.reason ?? "nothing can be run")}
    </span>
  );
}

function Running({ id }: { id: string }) {
  const running = useResource(
    id,
    (signal) => client.ask<OperationView>(`operations/${id}`, { signal }),
    5_000,
  );
  const { data } = running.state.value;
  return (
    <ViewLink path={["operations", id]} class="running">
      {data === undefined ? (
        <Status word="an operation runs" tone={instanceTone("modifying")} />
      ) : (
        <Percent operation={data} />
      )}
    </ViewLink>
  );
}
