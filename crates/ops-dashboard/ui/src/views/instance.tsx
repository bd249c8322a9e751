// One instance: what it is, what is possible on it and why, and what was done on it.

import { useEffect, useRef } from "preact/hooks";

import { ApiError, path } from "../api/client";
import { type Resource, useResource } from "../api/resource";
import type {
  AvailableOperations,
  InstanceView as Instance,
  InventoryStatus,
  OperationView,
  Page,
  Refusal,
} from "../api/types";
import { client, serviceName } from "../app";
import { mayHaveChanged } from "../lib/changes";
import { originName, sourceName, why } from "../lib/reason";
import { INTERRUPTING, operationAbout, operationName, person } from "../lib/words";
import {
  Environment,
  Facts,
  Notice,
  OperationState,
  Prose,
  Section,
  Time,
  title,
  ViewLink,
} from "../parts/basic";
import { Age, Data, Empty, Failure } from "../parts/data";
import { KnownStatus, SeenNotice, useInventory } from "../parts/inventory";

/** What names one instance. */
export interface Target {
  account_id: string;
  region: string;
  instance_id: string;
}

/** How often the operations of an instance are read again, in milliseconds. It costs RDS nothing. */
const EVERY = 15_000;

/**
 * How often an instance is, in milliseconds. Each of the two answers describes it in RDS, which
 * limits such calls for each account. They are read at once when an operation has ended.
 */
const LIVE_EVERY = 60_000;

/** The page of an instance. */
export function InstanceView({ target }: { target: Target }) {
  title(`${target.instance_id} – ${serviceName.value}`);
  const inventory = useInventory().state.value.data;
  return (
    <article class="page">
      <p class="crumb">
        <ViewLink path={["instances"]}>Instances</ViewLink>
      </p>
      <h1>{target.instance_id}</h1>
      <InstanceBody target={target} inventory={inventory} />
    </article>
  );
}

/** Everything about an instance, for the page and for the panel. */
export function InstanceBody(props: { target: Target; inventory: InventoryStatus | undefined }) {
  const { target, inventory } = props;
  const { account_id, region, instance_id } = target;
  const id = encodeURIComponent(instance_id);
  const where = { account_id, region };
  const [instancePath, operationsPath] = [`instances/${id}`, `instances/${id}/operations`].map((it) =>
    path(it, where),
  ) as [string, string];
  const instance = useResource(
    instancePath,
    (signal) => client.ask<Instance>(instancePath, { signal }),
    LIVE_EVERY,
  );
  const available = useResource(
    operationsPath,
    (signal) => client.ask<AvailableOperations>(operationsPath, { signal }),
    LIVE_EVERY,
  );
  const historyPath = path("operations", { ...target, limit: "10" });
  const history = useResource(
    historyPath,
    (signal) => client.ask<Page<OperationView>>(historyPath, { signal }),
    EVERY,
  );
  useWorkOf(history.state.value.data?.items, () => {
    instance.refresh();
    available.refresh();
  });
  const { error } = instance.state.value;
  if (error instanceof ApiError && error.status === 404) return <Failure error={error} what="" />;
  return (
    <>
      <Data of={instance} what="the instance">
        {(it) => <Head instance={it} inventory={inventory} />}
      </Data>
      <Waiting target={target} />
      <Data of={available} what="what is possible">
        {(it) => <Possible available={it} target={target} />}
      </Data>
      <Data of={instance} what="the description">
        {(it) => <Described instance={it} inventory={inventory} />}
      </Data>
      <History of={history} target={target} />
      <p class="muted foot">
        <Age of={instance} />
      </p>
    </>
  );
}

/** Calls `changed` when an operation has begun or ended: RDS may look different then. */
function useWorkOf(operations: OperationView[] | undefined, changed: () => void): void {
  const known = useRef(operations);
  useEffect(() => {
    const before = known.current;
    known.current = operations;
    if (before !== undefined && operations !== undefined && mayHaveChanged(before, operations)) changed();
  }, [operations]);
}

/** An instance, and how far the inventory is read. */
interface Known {
  instance: Instance;
  inventory: InventoryStatus | undefined;
}

function Head({ instance, inventory }: Known) {
  return (
    <>
      <p class="lead">
        <Environment name={instance.environment} />
        <KnownStatus instance={instance} />
        <span class="muted">
          {instance.status_from === "live" ? "as RDS shows it now" : "as the inventory knows it"}
        </span>
      </p>
      <SeenNotice instance={instance} status={inventory} />
      {instance.live_error !== undefined && (
        <Notice tone="warn" title="RDS could not be asked. ">
          {instance.live_error}
        </Notice>
      )}
      {instance.running_operation_id !== null && (
        <Notice tone="busy">
          An operation runs on it.{" "}
          <ViewLink path={["operations", instance.running_operation_id]}>Watch it</ViewLink>
        </Notice>
      )}
      <Pending changes={instance.live?.pending_modifications ?? {}} />
    </>
  );
}

/** Operations that wait for their time. What runs already is in the description. */
function Waiting({ target }: { target: Target }) {
  const asked = path("operations", { ...target, status: "scheduled", limit: "10" });
  const waiting = useResource(asked, (signal) => client.ask<Page<OperationView>>(asked, { signal }), EVERY);
  return (
    <>
      {waiting.state.value.data?.items.map((it) => (
        <Notice tone="quiet" key={it.operation_id}>
          <ViewLink path={["operations", it.operation_id]}>{operationName(it.operation)}</ViewLink> is
          scheduled{it.start !== undefined && <> for <Time at={it.start.from} surface="future" /></>}.
        </Notice>
      ))}
    </>
  );
}

/** Changes that RDS has not made yet. */
export function Pending({ changes }: { changes: Record<string, string> }) {
  const waiting = Object.entries(changes);
  if (waiting.length === 0) return null;
  return (
    <Notice tone="warn" title="Changes wait on this instance. ">
      <Facts facts={waiting} />
    </Notice>
  );
}

function Possible({ available, target }: { available: AvailableOperations; target: Target }) {
  const isForAll = available.operations.length === 0 && available.reason !== undefined;
  const harmless = available.operations.filter((it) => !INTERRUPTING.has(it.operation));
  const interrupting = available.operations.filter((it) => INTERRUPTING.has(it.operation));
  return (
    <Section title="Operations">
      {isForAll ? (
        <Notice tone="warn" title={available.reason ?? ""}>
          <p>
            <Prose of={available.guidance} />
          </p>
        </Notice>
      ) : (
        <>
          <Buttons names={harmless.map((it) => it.operation)} target={target} />
          {interrupting.length > 0 && <h3>These interrupt or delete something</h3>}
          <Buttons names={interrupting.map((it) => it.operation)} target={target} isRisky />
          <Impossible refusals={available.not_permitted} />
        </>
      )}
    </Section>
  );
}

function Buttons(props: { names: string[]; target: Target; isRisky?: boolean }) {
  const { account_id, region, instance_id } = props.target;
  return (
    <ul class="operations">
      {props.names.map((name) => (
        <li key={name}>
          <ViewLink
            path={["instances", account_id, region, instance_id, "run", name]}
            class={props.isRisky ? "button risky" : "button"}
          >
            {operationName(name)}
          </ViewLink>
          <span class="muted">{operationAbout(name)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is not possible now, with the reason once for those that share it. */
function Impossible({ refusals }: { refusals: ({ operation: string } & Refusal)[] }) {
  if (refusals.length === 0) return null;
  const reasons = [...new Set(refusals.map((it) => it.reason))];
  return (
    <>
      <h3>Not possible now</h3>
      {reasons.map((reason) => {
        const same = refusals.filter((it) => it.reason === reason);
        return (
          <div class="impossible" key={reason}>
            <p>
              {same.map((it) => (
                <button type="button" disabled key={it.operation}>
                  {operationName(it.operation)}
                </button>
              ))}
            </p>
            <p class="muted">
              <Prose of={advice(reason, same[0])} />
            </p>
          </div>
        );
      })}
    </>
  );
}

/** The reason, and what to do; a status speaks for itself. */
function advice(reason: string, refusal: Refusal | undefined): string {
  const isStatus = refusal?.code === "status_not_allowed" || refusal?.error_code === "status_not_allowed";
  return isStatus || refusal === undefined ? reason : `${reason} ${refusal.guidance}`;
}

function Described({ instance, inventory }: Known) {
  const { live } = instance;
  return (
    <>
      <Why instance={instance} />
      <Section title="Description">
        <Facts
          facts={[
            ["Account", <span class="number">{instance.account_id}</span>],
            ["Region", instance.region],
            ["Engine", `${live?.engine ?? instance.engine} ${live?.engine_version ?? ""}`],
            ["Class", live?.instance_class ?? instance.instance_class],
            ["Zones", zones(instance)],
            ["Backup window", live?.backup_window && `${live.backup_window} UTC`],
            ["Backups kept", live?.backup_retention_days != null && `${live.backup_retention_days} days`],
            ["Maintenance window", live?.maintenance_window && `${live.maintenance_window} UTC`],
            ["Parameter groups", pairs(live?.parameter_groups)],
            ["Starts by itself", live?.automatic_restart_time && <Time at={live.automatic_restart_time} surface="future" />],
            ["Seen by discovery", seen(instance, inventory)],
            ["ARN", live?.arn && <code>{live.arn}</code>],
            ["Resource id", live?.dbi_resource_id && <code>{live.dbi_resource_id}</code>],
          ].filter((it) => it[1] !== false) as [string, string][]}
        />
      </Section>
      <Related instance={instance} />
      <Tags instance={instance} />
    </>
  );
}

/** When discovery saw it. An item without a time is that of another system, where there is discovery. */
function seen({ seen_at: at }: Instance, inventory: InventoryStatus | undefined) {
  if (at === undefined) return inventory?.discovery === true && "Another system writes its item";
  return (
    <>
      <Time at={at} surface="age" /> <span class="muted"><Time at={at} /></span>
    </>
  );
}

function zones({ live, multi_az: multiAz }: Instance): string {
  const named = [live?.availability_zone, live?.secondary_availability_zone].filter(Boolean);
  const standby = (live?.multi_az ?? multiAz) === true ? "with a standby" : "";
  return [named.join(", standby in "), named.length === 2 ? "" : standby].filter(Boolean).join(" ");
}

function pairs(groups: Record<string, string> | undefined): string {
  return Object.entries(groups ?? {})
    .map(([name, status]) => `${name} (${status})`)
    .join(", ");
}

function Why({ instance }: { instance: Instance }) {
  const { classification } = instance;
  return (
    <Section title={`Why ${classification.environment}`}>
      <p>{why(classification)}</p>
      <details>
        <summary>All sources</summary>
        <div class="table-frame">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Source</th>
                <th scope="col">Read in</th>
                <th scope="col">Found</th>
                <th scope="col">Says</th>
              </tr>
            </thead>
            <tbody>
              {classification.trace.map((it, at) => (
                <tr key={at} class={it.decisive ? "decisive" : undefined}>
                  <td>
                    {sourceName(it.source)} {it.decisive && <strong>decides</strong>}
                  </td>
                  <td>
                    {originName(it.origin)}
                    {it.subject !== instance.instance_id && <span class="under">{it.subject}</span>}
                  </td>
                  <td>
                    {[it.key, it.value].filter(Boolean).join(" = ")}
                    {it.note !== undefined && <span class="under">{it.note}</span>}
                  </td>
                  <td>{it.says ?? <span class="muted">nothing</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Section>
  );
}

function Related({ instance }: { instance: Instance }) {
  const { live } = instance;
  const related: [string, string][] = [];
  const cluster = live?.cluster_id ?? instance.db_cluster_id;
  if (cluster) related.push(["Member of the cluster", cluster]);
  const source = live?.replica_source ?? instance.read_replica_source;
  if (source) related.push(["Replica of", source]);
  if (live?.source_cluster) related.push(["Replica of the cluster", live.source_cluster]);
  for (const replica of live?.replicas ?? []) related.push(["Replicated by", replica]);
  for (const replica of live?.replica_clusters ?? []) related.push(["Replicated by the cluster", replica]);
  if (related.length === 0) return null;
  return (
    <Section title="Related databases">
      <p class="muted">The strictest environment of all of them counts.</p>
      <ul class="related">
        {related.map(([relation, name]) => (
          <li key={relation + name}>
            {relation}{" "}
            <RelatedLink name={name} isCluster={relation.includes("cluster")} of={instance} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A cluster has no page of its own; its members are found by its name. */
function RelatedLink(props: { name: string; isCluster: boolean; of: Instance }) {
  const { name, isCluster, of } = props;
  // arn:partition:rds:region:account:db:identifier
  const [, , , region = of.region, account = of.account_id, , identifier = name] = name.split(":");
  return isCluster ? (
    <ViewLink path={["instances"]} parameters={{ q: identifier }}>
      {name}
    </ViewLink>
  ) : (
    <ViewLink path={["instances", account, region, identifier]}>{name}</ViewLink>
  );
}

function Tags({ instance }: { instance: Instance }) {
  const tags = Object.entries(instance.live?.tags ?? instance.tags);
  return (
    <Section title="Tags">
      {tags.length === 0 ? <p class="muted">It has none.</p> : <Facts facts={tags} />}
    </Section>
  );
}

function History({ of: history, target }: { of: Resource<Page<OperationView>>; target: Target }) {
  const { instance_id } = target;
  return (
    <Section
      title="History"
      aside={
        <ViewLink path={["audit"]} parameters={{ instance_id }}>
          Audit trail
        </ViewLink>
      }
    >
      <Data of={history} what="the history">
        {(page) => {
          const { items } = page;
          if (items.length === 0) return <Empty title="No operation was run on it yet." />;
          return (
            <ul class="history">
              {items.map((it) => (
                <li key={it.operation_id}>
                  <ViewLink path={["operations", it.operation_id]}>
                    {operationName(it.operation)}
                  </ViewLink>
                  <OperationState status={it.status} success={it.success} />
                  {it.created_at !== undefined && <Time at={it.created_at} />}
                  <span class="muted">by {person(it.requested_by)}</span>
                </li>
              ))}
            </ul>
          );
        }}
      </Data>
    </Section>
  );
}
