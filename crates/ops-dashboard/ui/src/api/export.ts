// An export of the audit trail. A deployed service gives a long one in parts, each with a header line.

import { type Client, path } from "./client";

/** The whole export. `onPart` is told how many parts have arrived. */
export async function exportCsv(
  client: Client,
  filters: Record<string, string | undefined>,
  onPart: (parts: number) => void,
): Promise<string> {
  const parts: string[] = [];
  let cursor: string | undefined;
  do {
    const part = await client.text(path("audit", { format: "csv", ...filters, cursor }), "text/csv");
    parts.push(part.text);
    cursor = part.next;
    onPart(parts.length);
  } while (cursor !== undefined);
  return joinParts(parts);
}

/** Parts as one file: the header line of the first counts for all. */
export function joinParts(parts: readonly string[]): string {
  const [first = "", ...others] = parts;
  return [first, ...others.map(withoutHeader)].join("");
}

/** The header has no quoted line breaks. */
function withoutHeader(part: string): string {
  const end = part.indexOf("\n");
  return end === -1 ? "" : part.slice(end + 1);
}
