// Periods of figures and lists.

import type { Zone } from "./time";

const DAY = 86_400_000;

/** The first of so many last days, as a date in UTC: figures are by UTC day, and none is cut. */
export function lastDays(days: number, now: number): string {
  return new Date(now - (days - 1) * DAY).toISOString().slice(0, 10);
}

/** The period of the figures; without one in the address, the last 31 days. */
export function figuresPeriod(parameters: Record<string, string>, now: number): { from?: string; to?: string } {
  const { from, to } = parameters;
  if (from === undefined && to === undefined) return { from: lastDays(31, now) };
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The last midnight in the zone in which times are shown, in RFC 3339. */
export function startOfToday(now: number, zone: Zone): string {
  const at = new Date(now);
  if (zone === "utc") at.setUTCHours(0, 0, 0, 0);
  else at.setHours(0, 0, 0, 0);
  return at.toISOString().replace(".000", "");
}
