// A list that keeps itself fresh and never moves a row under a person's hand: known rows change in
// place, new ones wait to be shown, and rows that no longer match stay until the list is loaded anew.

/** What a person sees, and what waits. */
export interface LiveList<T> {
  rows: T[];
  /** Rows that no longer match the filter, by key. */
  left: ReadonlySet<string>;
  /** How many new rows wait. */
  arrived: number;
}

/** The list as it is at first, or when a person asks for what waits. */
export function startList<T>(fresh: readonly T[]): LiveList<T> {
  return { rows: [...fresh], left: new Set(), arrived: 0 };
}

/**
 * The list after a refresh. A row that is not on the fresh page has left the filter only where the
 * page reaches past it; otherwise newer rows have pushed it off the page.
 */
export function refreshList<T>(
  shown: LiveList<T>,
  fresh: readonly T[],
  keyOf: (row: T) => string,
  isLastPage: boolean,
): LiveList<T> {
  const byKey = new Map(fresh.map((row) => [keyOf(row), row]));
  const known = new Set(shown.rows.map(keyOf));
  const arrived = fresh.filter((row) => !known.has(keyOf(row))).length;
  const rows = shown.rows.map((row) => byKey.get(keyOf(row)) ?? row);
  const last = lastCommon(shown.rows.map(keyOf), byKey);
  const left = shown.rows
    .map(keyOf)
    .filter((key, at) => !byKey.has(key) && (isLastPage || at < last));
  return { rows, left: new Set(left), arrived };
}

/** The list with a newer state of one row, where it is. */
export function replaceRow<T>(shown: LiveList<T>, row: T, keyOf: (row: T) => string): LiveList<T> {
  return { ...shown, rows: shown.rows.map((known) => (keyOf(known) === keyOf(row) ? row : known)) };
}

/** The place of the last row that both have; rows before it must be on the page if they match. */
function lastCommon<T>(keys: string[], byKey: Map<string, T>): number {
  return keys.findLastIndex((key) => byKey.has(key));
}
