// How far the inventory is read, and how old what it says of an instance is.

import type { DiscoveredScope, InstanceView, InventoryStatus } from "../api/types";
import type { Tone } from "../parts/icons";
import { counted } from "./figures";

/** So many runs may be missed before something counts as old. Discovery counts as many for "gone". */
const MISSED_RUNS = 3;

const MINUTE = 60_000;

/** What an item is to the person who reads it. */
export type Freshness =
  /** Discovery saw it lately, or another system writes the item. */
  | "fresh"
  /** Several runs should have seen it since, and none did. */
  | "old"
  /** It was not seen for so long that operations on it are refused. */
  | "refused"
  /** Complete runs did not see it. */
  | "gone";

type Item = Pick<InstanceView, "account_id" | "region" | "seen_at" | "gone_since">;

/** How old the item of an instance is. Without a status only what the item itself says is known. */
export function freshness(item: Item, status: InventoryStatus | undefined, now: number): Freshness {
  if (item.gone_since !== undefined) return "gone";
  if (item.seen_at === undefined || status === undefined) return "fresh";
  const age = now - Date.parse(item.seen_at);
  if (age > status.refuse_after_minutes * MINUTE) return "refused";
  return isRead(item, status) && age > late(status) ? "old" : "fresh";
}

/** Whether runs read its account and Region. Where none ever did, the age of an item says nothing. */
function isRead(item: Item, status: InventoryStatus): boolean {
  const isOf = (it: DiscoveredScope) => it.account_id === item.account_id && it.region === item.region;
  return status.scopes.some((it) => isOf(it) && it.state !== "never");
}

/** After how long several runs have been missed, in milliseconds. */
function late(status: InventoryStatus): number {
  return MISSED_RUNS * status.every_minutes * MINUTE;
}

/** How far the inventory is read. */
export interface Reading {
  scopes: number;
  /** Those that the last run read. */
  complete: number;
  /** Those that it could not read. */
  unread: number;
  /** Those that no run has tried. */
  never: number;
  /** The oldest reading of those that are complete. */
  at: string | undefined;
  /** Whether several runs should have come since. */
  isLate: boolean;
}

export function reading(status: InventoryStatus, now: number): Reading {
  const of = (state: DiscoveredScope["state"]) => status.scopes.filter((it) => it.state === state);
  const complete = of("complete");
  const times = complete.flatMap((it) => it.completed_at ?? []).sort();
  const at = times[0];
  return {
    scopes: status.scopes.length,
    complete: complete.length,
    unread: of("unread").length,
    never: of("never").length,
    at,
    isLate: at !== undefined && now - Date.parse(at) > late(status),
  };
}

/** What a person should know about it, where there is something. */
export function concern(read: Reading): string | undefined {
  const all = read.scopes;
  if (read.unread > 0) return `${scopes(read.unread, all)} can't be read`;
  if (read.isLate) return "runs of discovery are overdue";
  if (read.never > 0 && read.never < all) return `${scopes(read.never, all)} ${read.never === 1 ? "was" : "were"} not read yet`;
  return undefined;
}

function scopes(some: number, all: number): string {
  return some === all && all > 1 ? `all ${counted(all, SCOPE, SCOPES)}` : counted(some, SCOPE, SCOPES);
}

export const SCOPE = "account and Region";
export const SCOPES = "accounts and Regions";

/** The words and the tone of what came of the last run. */
export function scopeState(state: DiscoveredScope["state"]): { word: string; tone: Tone } {
  switch (state) {
    case "complete":
      return { word: "Read", tone: "good" };
    case "unread":
      return { word: "Can't be read", tone: "bad" };
    case "never":
      return { word: "Not read yet", tone: "quiet" };
  }
}

/** Which accounts and Regions are shown. */
export interface ScopeFilter {
  state?: string | undefined;
  /** A part of the account or the Region. */
  q?: string | undefined;
}

/** What matches, with what can't be read first: the longest time before the others. */
export function listed(all: readonly DiscoveredScope[], { state, q }: ScopeFilter): DiscoveredScope[] {
  const text = q?.trim().toLowerCase() ?? "";
  const matches = (it: DiscoveredScope) =>
    (state === undefined || (state === "conflicts" ? it.conflicts > 0 : it.state === state)) &&
    `${it.account_id} ${it.region}`.toLowerCase().includes(text);
  return all.filter(matches).sort((one, other) => order(one).localeCompare(order(other)));
}

function order(it: DiscoveredScope): string {
  const rank = { unread: 0, never: 1, complete: 2 }[it.state];
  return [rank, it.problem?.since ?? "", it.account_id, it.region].join(" ");
}

/** The problems as text, for the people who can solve them. */
export function problemText(all: readonly DiscoveredScope[]): string {
  const paragraphs = all.flatMap(({ account_id, region, problem }) =>
    problem === undefined
      ? []
      : [
          [
            `${account_id} ${region}: ${problem.error} (${problem.code})`,
            problem.denied_action === undefined ? undefined : `Refused action: ${problem.denied_action}`,
            `Since: ${problem.since}`,
            problem.guidance,
          ]
            .filter((line) => line !== undefined)
            .join("\n"),
        ],
  );
  return paragraphs.join("\n\n");
}

/** Minutes as people say them: `15 min`, `24 h`, `7 days`. */
export function minutes(number: number): string {
  const hours = number / 60;
  if (hours < 1) return `${round(number)} min`;
  return hours < 72 ? `${round(hours)} h` : counted(hours / 24, "day");
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
