// A request as a command that a person can paste into a shell.

import type { Json, OperationRequest } from "../api/types";

/** The request as a `curl` command. It holds no credential. */
export function curl(base: string, request: OperationRequest): string {
  const address = quote(new URL("operations", base).href);
  const body = quote(JSON.stringify(request));
  return `curl -s ${address} \\\n  -H 'content-type: application/json' \\\n  -d ${body}`;
}

/** The request as a command of `rds-ops`. */
export function command(request: OperationRequest): string {
  const words = ["rds-ops", "run", request.operation, quote(request.instance_id)];
  const option = (name: string, value: string | undefined) => {
    if (value !== undefined) words.push(`--${name}`, quote(value));
  };
  for (const [name, value] of Object.entries(request.parameters)) {
    words.push("--param", quote(`${name}=${parameter(value)}`));
  }
  option("account", request.account_id);
  option("region", request.region);
  option("reason", request.reason);
  option("start-at", request.start?.at);
  if (request.if_busy === "queue") words.push("--queue");
  return words.join(" ");
}

/** A word of a POSIX shell: as it is where that is safe, else in single quotes. */
export function quote(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function parameter(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
