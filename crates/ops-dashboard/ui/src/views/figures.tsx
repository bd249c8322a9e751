// What the service did in a period, in figures. A share of nothing is "no data", and never a zero.

import type { ComponentChildren } from "preact";

import { path } from "../api/client";
import { useResource } from "../api/resource";
import type { EnvironmentKpis, Kpis, MetricsSummary, OperationKpis, PeriodCounts } from "../api/types";
import { client, now, route, serviceName } from "../app";
import { count, counted, mean, NO_DATA, percent } from "../lib/figures";
import { figuresPeriod, lastDays } from "../lib/period";
import { duration } from "../lib/time";
import { operationName } from "../lib/words";
import { Environment, Notice, Section, Time, title } from "../parts/basic";
import { inWords, RangeBars, type Series, StackedBars } from "../parts/charts";
import { Data, Empty } from "../parts/data";
import { MoreFilters } from "../parts/filters";
import { LastDays, Period } from "../parts/period";
import { type Column, Table } from "../parts/table";

/** The periods that one press chooses, in days. */
const CHOICES = [7, 31, 90];

export function FiguresView() {
  title(`Figures – ${serviceName.value}`);
  const period = figuresPeriod(route.value.parameters, now.peek().getTime());
  const key = path("metrics/summary", period);
  const summary = useResource(key, (signal) => client.ask<MetricsSummary>(key, { signal }));
  return (
    <article class="page figures">
      <h1>Figures</h1>
      <div class="toolbar">
        <LastDays choices={CHOICES} usual={lastDays(31, now.peek().getTime())} />
        <MoreFilters words="Another period">
          <Period />
        </MoreFilters>
      </div>
      <Data of={summary} what="the figures" key={key}>
        {(it) => <Shown summary={it} />}
      </Data>
    </article>
  );
}

function Shown({ summary }: { summary: MetricsSummary }) {
  const { overall, period } = summary;
  return (
    <>
      <p class="muted">
        <Time at={period.from} /> to <Time at={period.to} />. Days are those of UTC.
      </p>
      <Kept summary={summary} />
      {overall.requests === 0 ? (
        <Empty title="Nobody asked for an operation in this period.">Choose a longer one.</Empty>
      ) : (
        <>
          <Highlights summary={summary} />
          <OverTime days={summary.days} />
          <Durations kpis={summary.by_operation} />
          <Blocks overall={overall} days={summary.days} />
          <Section title="By operation">
            <Table caption="By operation" columns={BY_OPERATION} rows={summary.by_operation} keyOf={(it) => it.operation} />
          </Section>
          <Section title="By environment">
            <Table caption="By environment" columns={BY_ENVIRONMENT} rows={summary.by_environment} keyOf={(it) => it.environment ?? ""} />
          </Section>
        </>
      )}
      <Complete summary={summary} />
    </>
  );
}

/** Days before the trail begins are empty because nothing is kept of them, not because nothing was done. */
function Kept({ summary: { period, undated_entries: undated } }: { summary: MetricsSummary }) {
  const asked = period.asked.from;
  const isCut = asked !== null && Date.parse(asked) < Date.parse(period.kept_from);
  return (
    <>
      {isCut && (
        <Notice tone="warn" title="A part of this period is not kept. ">
          Entries from before <Time at={period.kept_from} /> have been deleted. They are missing in the figures.
        </Notice>
      )}
      {undated > 0 && (
        <Notice tone="warn" title={`${counted(undated, "entry", "entries")} without a date. `}>
          They are in the sums and in no day.
        </Notice>
      )}
    </>
  );
}

/** One large number, and what it is made of. */
function Figure(props: { name: string; value: string; about: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd>
        <span class={props.value === NO_DATA ? "figure-value none" : "figure-value"}>{props.value}</span>
        <span class="muted">{props.about}</span>
      </dd>
    </div>
  );
}

function Highlights({ summary: { overall, operations_per: per } }: { summary: MetricsSummary }) {
  const { duration_seconds: took, late } = overall;
  const lateWords = late.succeeded > 0 ? `, ${count(late.succeeded)} of them done late` : "";
  return (
    <dl class="highlights">
      <Figure
        name="Operations"
        value={count(overall.operations)}
        about={per.day === null ? `by ${counted(overall.active_users, "person", "persons")}` : `${mean(per.day)} a day, by ${counted(overall.active_users, "person", "persons")}`}
      />
      <Figure
        name="Done in time"
        value={percent(overall.success_rate)}
        about={`${count(overall.succeeded)} of ${count(overall.finished)} that were sent to RDS and ended or timed out`}
      />
      <Figure
        name="Failed"
        value={count(overall.failed)}
        about={overall.failed === 0 ? "none" : "or not verified"}
      />
      <Figure
        name="Timed out"
        value={count(overall.timed_out)}
        about={`${percent(overall.timeout_rate)}${lateWords}`}
      />
      <Figure
        name="95 % took at most"
        value={took.p95 === null ? NO_DATA : duration(took.p95)}
        about={took.mean === null ? "nothing was measured" : `${duration(took.mean)} on average, ${counted(took.measured, "operation")}`}
      />
      <Figure
        name="Blocked: production"
        value={count(overall.production_blocks)}
        about={`${percent(overall.production_block_rate)} of ${counted(overall.requests, "request")}, previews included`}
      />
    </dl>
  );
}

const ENDS: Series[] = [
  { name: "Done in time", tone: "good" },
  { name: "Failed", tone: "bad" },
  { name: "Timed out", tone: "warn" },
  { name: "Cancelled", tone: "quiet" },
];

function OverTime({ days }: { days: PeriodCounts[] }) {
  const bars = days.map((day) => ({
    name: day.name,
    values: [day.succeeded, day.failed, day.timed_out, day.cancelled],
    partial: day.partial,
  }));
  const heading = "Operations and how they ended, by day";
  return (
    <Section title={heading}>
      <StackedBars title={heading} about={inWords(ENDS, bars, "operation")} series={ENDS} bars={bars} />
    </Section>
  );
}

function Durations({ kpis }: { kpis: OperationKpis[] }) {
  const measured = kpis.filter((it) => it.duration_seconds.measured > 0);
  if (measured.length === 0) return null;
  return (
    <Section title="How long operations took">
      <p class="muted">The bar is the mean; the mark is what 95 % took at most. Operations that timed out count with their timeout.</p>
      <RangeBars
        title="Durations by operation"
        head={{ name: "Operation", value: "Mean", mark: "95 %" }}
        show={seconds}
        rows={measured.map((it) => ({
          key: it.operation,
          name: operationName(it.operation),
          value: it.duration_seconds.mean,
          mark: it.duration_seconds.p95,
        }))}
      />
    </Section>
  );
}

const BLOCKS: Series[] = [{ name: "Blocked: production", tone: "bad" }];

/** What was not let through, and why. */
function Blocks({ overall, days }: { overall: Kpis; days: PeriodCounts[] }) {
  const rows: [string, string, number][] = [
    ...coded("Missing permission", overall.permission_denials.by_code),
    ...coded("Not accepted", overall.refusals.by_code),
  ];
  const bars = days.map((day) => ({ name: day.name, values: [day.production_blocks], partial: day.partial }));
  return (
    <Section title="What was not let through">
      {overall.production_blocks > 0 ? (
        <StackedBars
          title="Requests that were blocked because of production, by day"
          about={inWords(BLOCKS, bars, "request")}
          series={BLOCKS}
          bars={bars}
        />
      ) : (
        <p class="muted">Nothing was blocked because of production.</p>
      )}
      {rows.length > 0 && <Table caption="Denied and not accepted, by code" columns={CODES} rows={rows} keyOf={([kind, code]) => kind + code} />}
    </Section>
  );
}

function coded(kind: string, codes: Record<string, number>): [string, string, number][] {
  return Object.entries(codes)
    .sort(([, one], [, other]) => other - one)
    .map(([code, number]) => [kind, code, number]);
}

const CODES: Column<[string, string, number]>[] = [
  { key: "code", head: "Code", cell: ([, code]) => <code>{code}</code> },
  { key: "kind", head: "Why", cell: ([kind]) => kind },
  { key: "count", head: "Requests", numeric: true, cell: ([, , number]) => count(number) },
];

function columns<T extends Kpis>(head: string, name: Column<T>["cell"]): Column<T>[] {
  return [
    { key: "name", head, cell: name },
    { key: "requests", head: "Requests", numeric: true, room: "medium", cell: (it) => count(it.requests) },
    { key: "operations", head: "Operations", numeric: true, cell: (it) => count(it.operations) },
    { key: "success", head: "Done in time", numeric: true, cell: (it) => <Share of={it.success_rate} /> },
    { key: "failed", head: "Failed", numeric: true, room: "medium", cell: (it) => count(it.failed) },
    { key: "timeout", head: "Timed out", numeric: true, room: "medium", cell: (it) => count(it.timed_out) },
    { key: "mean", head: "Mean", numeric: true, room: "wide", cell: (it) => seconds(it.duration_seconds.mean) },
    { key: "p95", head: "95 %", numeric: true, room: "medium", cell: (it) => seconds(it.duration_seconds.p95) },
    { key: "blocked", head: "Blocked", numeric: true, room: "wide", cell: (it) => count(it.production_blocks) },
    { key: "denied", head: "Denied", numeric: true, room: "wide", cell: (it) => count(it.permission_denials.count) },
  ];
}

const BY_OPERATION = columns<OperationKpis>("Operation", (it) => operationName(it.operation));
const BY_ENVIRONMENT = columns<EnvironmentKpis>("Environment", (it) =>
  it.environment === null ? <span class="muted">not looked up</span> : <Environment name={it.environment} />,
);

function Share({ of }: { of: number | null }) {
  return <span class={of === null ? "muted" : undefined}>{percent(of)}</span>;
}

function seconds(value: number | null): string {
  return value === null ? NO_DATA : duration(value);
}

/** Whether the trail has all that it must have. */
function Complete({ summary }: { summary: MetricsSummary }) {
  const { rate, operations, complete, missing, owed, not_judged: open, without_record: unknown } = summary.audit_completeness;
  const lost = missing.accepted + missing.outcome + missing.late_outcome;
  return (
    <Section title="Completeness of the audit trail">
      <p>
        {rate === null ? (
          "No operation of this period can be judged yet. "
        ) : (
          <>
            <strong>{percent(rate)}</strong>: {count(complete)} of {counted(operations, "operation")} are on the trail
            from their beginning to their end.{" "}
          </>
        )}
        {open > 0 && `${counted(open, "operation")} may still be running, or ended only just now.`}
      </p>
      {lost + owed + unknown > 0 && (
        <Notice tone="bad" title="The trail lacks something. ">
          {counted(lost, "entry", "entries")} missing, {count(owed)} still to be written,{" "}
          {counted(unknown, "operation")} on the trail without a record. Tell the operators of this service.
        </Notice>
      )}
    </Section>
  );
}
