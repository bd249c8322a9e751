// Parameters and results in a form that a person reads: pairs of a name and a value, not JSON.

import type { ComponentChildren } from "preact";

import type { Json } from "../api/types";
import { label } from "../lib/schema";
import { Facts, Time } from "./basic";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const IDENTIFIER = /^(arn:|db-|[0-9a-f]{32,}$)/;

/** The members of an object, each with its name in words. */
export function Members({ of }: { of: Record<string, Json | undefined> }) {
  const known = Object.entries(of).filter((it): it is [string, Json] => it[1] !== undefined && it[1] !== null);
  if (known.length === 0) return <p class="muted">None.</p>;
  return <Facts facts={known.map(([name, value]) => [label(name), <Value of={value} />])} />;
}

/** A value. Lists of tags are pairs; times are in the zone that is shown. */
export function Value({ of }: { of: Json }): ComponentChildren {
  if (of === null) return <span class="muted">none</span>;
  if (typeof of === "boolean") return of ? "yes" : "no";
  if (typeof of === "number") return <span class="number">{of}</span>;
  if (typeof of === "string") return <Text of={of} />;
  if (Array.isArray(of)) return <List of={of} />;
  const tag = asTag(of);
  return tag === undefined ? <Members of={of} /> : <Tag tag={tag} />;
}

function Text({ of }: { of: string }) {
  if (of === "") return <span class="muted">empty</span>;
  if (TIME.test(of)) return <Time at={of} />;
  if (IDENTIFIER.test(of)) return <code>{of}</code>;
  return <span class="text">{of}</span>;
}

function List({ of }: { of: Json[] }) {
  if (of.length === 0) return <span class="muted">none</span>;
  return (
    <ul class="values">
      {of.map((item, at) => (
        <li key={at}>
          <Value of={item} />
        </li>
      ))}
    </ul>
  );
}

function asTag(of: { [name: string]: Json }): [string, string] | undefined {
  const { Key, Value: value } = of;
  return typeof Key === "string" && typeof value === "string" && Object.keys(of).length === 2
    ? [Key, value]
    : undefined;
}

function Tag({ tag: [key, value] }: { tag: [string, string] }) {
  return (
    <span class="text">
      {key} = {value === "" ? <span class="muted">empty</span> : value}
    </span>
  );
}
