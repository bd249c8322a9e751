// Entries of the audit trail, those of one operation together.

/** What an entry is grouped by. */
interface OfOperation {
  operation_id: string | null;
}

/** An entry in its place. */
export interface Placed<Entry> {
  entry: Entry;
  /** Whether the entry before it is a later one of the same operation. */
  follows: boolean;
}

/** The entries, newest first, but those of one operation after its newest one. */
export function byOperation<Entry extends OfOperation>(entries: Entry[]): Placed<Entry>[] {
  const groups = new Map<unknown, Entry[]>();
  for (const entry of entries) {
    const key = entry.operation_id ?? entry;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].flatMap((group) => group.map((entry, at) => ({ entry, follows: at > 0 })));
}
