// The small parts of every view.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { now, route } from "../app";
import { copyText } from "../lib/clipboard";
import { format } from "../lib/route";
import { zone } from "../lib/preferences";
import { absolute, duration, shown, type Surface } from "../lib/time";
import { instanceTone, operationStatus, shownAs } from "../lib/words";
import type { OperationStatus } from "../api/types";
import { CopyIcon, LockIcon, StatusShape, type Tone } from "./icons";

/** A sentence of the service. What it has in backquotes is code, or something that the pages show under a name. */
export function Prose({ of }: { of: string | undefined }) {
  const parts = (of ?? "").split("`");
  return <>{parts.map((part, at) => (at % 2 === 1 ? <Named key={at} code={part} /> : part))}</>;
}

function Named({ code }: { code: string }) {
  const name = shownAs(code);
  return name === undefined ? <code>{code}</code> : <em>{name}</em>;
}

/** A link to a view. */
export function ViewLink(props: {
  path: string[];
  parameters?: Record<string, string | undefined>;
  children: ComponentChildren;
  class?: string;
  label?: string;
}) {
  return (
    <a href={format(props.path, props.parameters)} class={props.class} aria-label={props.label}>
      {props.children}
    </a>
  );
}

/** The environment as a word on a colour; production has a lock. */
export function Environment({ name }: { name: string | null }) {
  if (name === null) return <span class="muted">unknown</span>;
  const known = ["production", "staging", "test", "development", "poc", "sandbox"];
  const key = known.includes(name.toLowerCase()) ? name.toLowerCase() : "other";
  return (
    <span class={`badge env-${key}`}>
      {key === "production" && <LockIcon />}
      {name}
    </span>
  );
}

/** A status as word, shape and colour. */
export function Status({ word, tone }: { word: string; tone: Tone }) {
  return (
    <span class={`status tone-${tone}`}>
      <StatusShape tone={tone} />
      {word}
    </span>
  );
}

export function InstanceStatus({ status }: { status: string | null }) {
  return <Status word={status ?? "unknown"} tone={instanceTone(status)} />;
}

export function OperationState(props: { status: OperationStatus; success?: boolean | undefined }) {
  return <Status {...operationStatus(props.status, props.success)} />;
}

/** A time in the zone that the person has chosen; the other zone is in its title. */
export function Time({ at, surface = "history" }: { at: string | number; surface?: Surface }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{String(at)}</span>;
  const other = zone.value === "utc" ? "local" : "utc";
  return (
    <time dateTime={date.toISOString()} title={absolute(date, other)} class="time">
      {shown(date, surface, zone.value, surface === "history" ? date : now.value)}
    </time>
  );
}

export function Duration({ seconds }: { seconds: number | null | undefined }) {
  return <span class="number">{seconds == null ? "–" : duration(seconds)}</span>;
}

/** A button that puts a text onto the clipboard. */
export function Copy({ text, children }: { text: string; children: ComponentChildren }) {
  const [copied, setCopied] = useState<boolean | undefined>();
  const copy = async () => {
    setCopied(await copyText(text));
    setTimeout(() => setCopied(undefined), 2500);
  };
  return (
    <button type="button" class="plain" onClick={() => void copy()}>
      <CopyIcon />
      <span aria-live="polite">
        {copied === undefined ? children : copied ? "Copied" : "The browser does not allow it"}
      </span>
    </button>
  );
}

/** Pairs of a name and a value. Those without a value are left out. */
export function Facts({ facts }: { facts: [string, ComponentChildren][] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A part of a page with a heading. */
export function Section(props: {
  title: string;
  aside?: ComponentChildren;
  /** Whether the focus goes to its heading when it appears: it answers what the person did. */
  isEntered?: boolean;
  children: ComponentChildren;
}) {
  const id = `section-${props.title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (props.isEntered === true) heading.current?.focus();
  }, []);
  return (
    <section aria-labelledby={id} class="section">
      <div class="section-head">
        <h2 id={id} ref={heading} tabIndex={props.isEntered === true ? -1 : undefined}>
          {props.title}
        </h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

/** A line that a person should not miss. */
export function Notice(props: { tone: Tone; title?: string | undefined; children?: ComponentChildren; role?: "alert" | "status" }) {
  return (
    <div class={`notice tone-${props.tone}`} role={props.role}>
      <StatusShape tone={props.tone} />
      <div>
        {props.title !== undefined && <strong>
            <Prose of={props.title} />
          </strong>}
        {props.children}
      </div>
    </div>
  );
}

/** A field of a form with its label. */
export function Field(props: {
  label: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
  children: (described: { id: string; "aria-describedby": string; "aria-invalid": boolean }) => JSX.Element;
}) {
  const id = `field-${props.label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
  const described = {
    id,
    "aria-describedby": `${id}-hint`,
    "aria-invalid": props.problem !== undefined,
  };
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children(described)}
      <p id={`${id}-hint`} class={props.problem === undefined ? "hint" : "hint problem"}>
        {props.problem === undefined ? props.hint : `${props.label} ${props.problem}`}
      </p>
    </div>
  );
}

/** The title of the tab. */
export function title(text: string): void {
  if (document.title !== text) document.title = text;
}

/** Whether the address names this view. */
export function isView(name: string): boolean {
  return (route.value.path[0] ?? "instances") === name;
}
