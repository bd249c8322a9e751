// Charts as SVG. Each has a text for readers of the screen, and a table with the same figures.

import type { ComponentChildren, RefObject } from "preact";
import { useId } from "preact/hooks";

import { count, counted, ticks } from "../lib/figures";
import { useWidth } from "./width";

/** A part of a bar, e.g. the operations that failed. */
export interface Series {
  name: string;
  /** The class of its colour. */
  tone: "good" | "bad" | "warn" | "accent" | "quiet";
}

/** One bar: its name, and the value of each series. */
export interface Bar {
  name: string;
  values: number[];
  /** Whether only a part of its time is in the period. */
  partial?: boolean;
}

const HEIGHT = 170;
const LEFT = 32;
const BOTTOM = 22;
const TOP = 10;
const WIDEST_BAR = 40;

/** Pixels that a date needs at the axis. */
const DATE = 56;

/** Bars over time, each stacked from its series. */
export function StackedBars(props: { title: string; about: string; series: Series[]; bars: Bar[] }) {
  const { series, bars } = props;
  const [frame, width] = useWidth<HTMLDivElement>(720);
  const scale = ticks(Math.max(0, ...bars.map((bar) => sum(bar.values))));
  const top = scale.at(-1) ?? 1;
  const step = (width - LEFT) / Math.max(1, bars.length);
  const every = Math.max(1, Math.ceil(DATE / step));
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  return (
    <Chart {...props} frame={frame} width={width} table={<BarTable {...props} />}>
      {scale.map((value) => (
        <g key={value} class="grid">
          <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
            {count(value)}
          </text>
        </g>
      ))}
      {bars.map((bar, at) => (
        <Stack key={bar.name} bar={bar} series={series} x={LEFT + at * step} width={step} y={y} />
      ))}
      {/* The last day is the one that people look for. */}
      {bars.map((bar, at) =>
        (bars.length - 1 - at) % every === 0 ? (
          <text key={bar.name} class="axis" x={LEFT + at * step + step / 2} y={HEIGHT - 6} text-anchor={at === bars.length - 1 && step < DATE ? "end" : "middle"} dx={at === bars.length - 1 && step < DATE ? step / 2 : 0}>
            {short(bar.name)}
          </text>
        ) : null,
      )}
    </Chart>
  );
}

function Stack(props: { bar: Bar; series: Series[]; x: number; width: number; y: (value: number) => number }) {
  const { bar, series, y } = props;
  const width = Math.max(1, Math.min(WIDEST_BAR, props.width * 0.8));
  const x = props.x + (props.width - width) / 2;
  let below = 0;
  const words = series.map((one, at) => `${one.name} ${count(bar.values[at] ?? 0)}`).join(", ");
  return (
    <g>
      <title>{`${bar.name}${bar.partial ? " (in part)" : ""}: ${words}`}</title>
      {/* The whole column answers to the pointer, not only the bar. */}
      <rect class="hit" x={props.x} y={TOP} width={props.width} height={HEIGHT - BOTTOM - TOP} />
      {series.map((one, at) => {
        const value = bar.values[at] ?? 0;
        if (value === 0) return null;
        const bottom = y(below);
        below += value;
        const height = Math.max(1, bottom - y(below));
        return <rect key={one.name} class={`fill-${one.tone}`} x={x} width={width} y={y(below)} height={height} />;
      })}
    </g>
  );
}

function BarTable({ title, series, bars }: { title: string; series: Series[]; bars: Bar[] }) {
  return (
    <table class="table">
      <caption class="hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">Day (UTC)</th>
          {series.map((one) => (
            <th scope="col" class="number" key={one.name}>
              {one.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.name}>
            <th scope="row">
              {bar.name}
              {bar.partial && <span class="muted"> in part</span>}
            </th>
            {series.map((one, at) => (
              <td class="number" key={one.name}>
                {count(bar.values[at] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One row of horizontal bars: a value, and a second one as a mark, e.g. mean and p95. */
export interface Range {
  key: string;
  name: string;
  value: number | null;
  mark: number | null;
}

/** Horizontal bars on one scale in a table, with their numbers beside them. */
export function RangeBars(props: {
  title: string;
  head: { name: string; value: string; mark: string };
  rows: Range[];
  show: (value: number | null) => string;
}) {
  const highest = Math.max(0, ...props.rows.map((row) => Math.max(row.value ?? 0, row.mark ?? 0)));
  return (
    <div class="table-frame" role="group" aria-label={props.title} tabIndex={0}>
      <table class="table ranges">
        <caption class="hidden">{props.title}</caption>
        <thead>
          <tr>
            <th scope="col">{props.head.name}</th>
            <td class="range" />
            <th scope="col" class="number">
              {props.head.value}
            </th>
            <th scope="col" class="number">
              {props.head.mark}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.name}</th>
              <td class="range">
                <RangeBar row={row} highest={highest} />
              </td>
              <td class="number">{props.show(row.value)}</td>
              <td class="number">{props.show(row.mark)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RangeBar({ row, highest }: { row: Range; highest: number }) {
  if (row.value === null || highest === 0) return null;
  const at = (value: number) => (value / highest) * 198;
  return (
    <svg viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="fill-accent" x={0} y={2} height={8} width={Math.max(1, at(row.value))} />
      {row.mark !== null && <rect class="mark" x={at(row.mark)} y={0} width={2} height={12} />}
    </svg>
  );
}

function Chart(props: {
  title: string;
  about: string;
  series: Series[];
  bars: Bar[];
  frame: RefObject<HTMLDivElement | null>;
  width: number;
  table: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = useId();
  const partial = props.bars.filter((bar) => bar.partial).map((bar) => bar.name);
  return (
    <figure class="chart">
      <Legend series={props.series} />
      <div class="chart-frame" ref={props.frame}>
        <svg viewBox={`0 0 ${props.width} ${HEIGHT}`} height={HEIGHT} role="img" aria-labelledby={`${id}-title ${id}-about`}>
          <title id={`${id}-title`}>{props.title}</title>
          <desc id={`${id}-about`}>{props.about}</desc>
          {props.children}
        </svg>
      </div>
      {partial.length > 0 && <p class="muted">Only a part of {partial.join(" and ")} is in the period.</p>}
      <details>
        <summary>The same as a table</summary>
        <div class="table-frame" role="group" aria-label={`${props.title}, as a table`} tabIndex={0}>
          {props.table}
        </div>
      </details>
    </figure>
  );
}

function Legend({ series }: { series: Series[] }) {
  return (
    <ul class="legend" aria-hidden="true">
      {series.map((one) => (
        <li key={one.name}>
          <svg viewBox="0 0 10 10" width="10" height="10">
            <rect class={`fill-${one.tone}`} width="10" height="10" rx="2" />
          </svg>
          {one.name}
        </li>
      ))}
    </ul>
  );
}

/** What a chart says, for those who do not see it. */
export function inWords(series: Series[], bars: Bar[], one: string): string {
  const totals = series.map((it, at) => `${it.name}: ${counted(sum(bars.map((bar) => bar.values[at] ?? 0)), one)}`);
  return `${totals.join("; ")}. The figures of each day are in the table below.`;
}

/** `2026-01-31` as `01-31`. */
function short(name: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(name) ? name.slice(5) : name;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
