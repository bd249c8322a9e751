// The state of a view as the hash of the address, so that every view is a link.

/** A view and its parameters. Parameters without a value are not there. */
export interface Route {
  /** The segments of the path, decoded. */
  path: string[];
  parameters: Record<string, string>;
}

/** Reads a hash. What can't be decoded stays as it is. */
export function parse(hash: string): Route {
  const text = hash.replace(/^#?\/?/, "");
  const [path = "", query = ""] = text.split(/\?(.*)/s);
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (value !== "") parameters[name] = value;
  }
  return { path: path.split("/").filter((it) => it !== "").map(decode), parameters };
}

/** The hash of a view. */
export function format(path: readonly string[], parameters: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
