// Why an instance has its environment, in one sentence.

import type { Classification, Evidence } from "../api/types";

const SOURCES: Record<string, string> = {
  tag: "tag",
  instance_mapping: "mapping of instances",
  account_mapping: "mapping of accounts",
  name_pattern: "name pattern",
  name: "name",
  default: "default",
};

const ORIGINS: Record<string, string> = {
  inventory: "inventory",
  live: "RDS now",
  related: "related database",
};

export function sourceName(source: string): string {
  return SOURCES[source] ?? source.replaceAll("_", " ");
}

export function originName(origin: string): string {
  return ORIGINS[origin] ?? origin;
}

/** The sentence. */
export function why(classification: Classification): string {
  const decisive = classification.trace.filter((it) => it.decisive);
  const { environment } = classification;
  const [first] = decisive;
  if (first === undefined || classification.decided_by === "default") {
    return `${environment}, because nothing says otherwise: no tag, mapping or pattern names an environment.`;
  }
  const origins = [...new Set(decisive.filter((it) => same(it, first)).map((it) => originName(it.origin)))];
  return `${environment}, because of the ${evidence(first)} (${origins.join(" and ")}).`;
}

function same(one: Evidence, other: Evidence): boolean {
  return one.source === other.source && one.key === other.key && one.value === other.value;
}

function evidence(it: Evidence): string {
  const key = it.key === undefined ? "" : ` ${it.key}`;
  const value = it.value === undefined ? "" : ` = “${it.value}”`;
  const subject = it.origin === "related" ? ` of ${it.subject}` : "";
  const note = it.note === undefined ? "" : `, ${it.note}`;
  return `${sourceName(it.source)}${key}${value}${subject}${note}`;
}
