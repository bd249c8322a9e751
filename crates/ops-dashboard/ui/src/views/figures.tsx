// What the service did in a period, in figures.

import { path } from "../api/client";
import { useResource } from "../api/resource";
import type { Kpis, MetricsSummary } from "../api/types";
import { client, route, serviceName } from "../app";
import { duration } from "../lib/time";
import { operationName } from "../lib/words";
import { Duration, Environment, Facts, Section, Time, title } from "../parts/basic";
import { Data } from "../parts/data";
import { LastDays, periodOf } from "../parts/period";
import { type Column, Table } from "../parts/table";

export function FiguresView() {
  title(`Figures – ${serviceName.value}`);
  const key = path("metrics/summary", periodOf(route.value.parameters));
  const summary = useResource(key, (signal) => client.ask<MetricsSummary>(key, { signal }));
  return (
    <article class="page">
      <h1>Figures</h1>
      <LastDays choices={[7, 31, 90]} />
      <Data of={summary} what="the figures" key={key}>
        {(it) => <Shown summary={it} />}
      </Data>
    </article>
  );
}

function Shown({ summary }: { summary: MetricsSummary }) {
  const { overall } = summary;
  return (
    <>
      <p class="muted">
        From <Time at={summary.period.from} /> to <Time at={summary.period.to} />
      </p>
      <Facts
        facts={[
          ["Operations", overall.operations],
          ["Done in time", rate(overall.success_rate)],
          ["Timed out", rate(overall.timeout_rate)],
          ["Usual duration", seconds(overall.duration_seconds.mean)],
          ["95 % took at most", seconds(overall.duration_seconds.p95)],
          ["Persons", overall.active_users],
          ["Production blocked", overall.production_blocks],
          ["Permission denied", overall.permission_denials.count],
          ["Audit completeness", rate(summary.audit_completeness.rate)],
        ]}
      />
      <Section title="By operation">
        <Table
          caption="By operation"
          columns={columns<{ operation: string } & Kpis>((it) => operationName(it.operation))}
          rows={summary.by_operation}
          keyOf={(it) => it.operation}
        />
      </Section>
      <Section title="By environment">
        <Table
          caption="By environment"
          columns={columns<{ environment: string | null } & Kpis>((it) => (
            <Environment name={it.environment} />
          ))}
          rows={summary.by_environment}
          keyOf={(it) => it.environment ?? ""}
        />
      </Section>
    </>
  );
}

function columns<T extends Kpis>(name: Column<T>["cell"]): Column<T>[] {
  return [
    { key: "name", head: "", cell: name },
    { key: "operations", head: "Operations", numeric: true, cell: (it) => it.operations },
    { key: "success", head: "Done in time", numeric: true, cell: (it) => rate(it.success_rate) },
    { key: "p95", head: "95 % took", numeric: true, cell: (it) => <Duration seconds={it.duration_seconds.p95} /> },
    { key: "blocked", head: "Blocked", numeric: true, room: "medium", cell: (it) => it.production_blocks },
    { key: "denied", head: "Denied", numeric: true, room: "medium", cell: (it) => it.permission_denials.count },
  ];
}

/** A share in percent. Without anything to share in there is none. */
export function rate(share: number | null): string {
  return share === null ? "no data" : `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
}

function seconds(value: number | null): string {
  return value === null ? "no data" : duration(value);
}
