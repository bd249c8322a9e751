// What this browser remembers for its person. Everything works where it remembers nothing.

import { effect, signal } from "@preact/signals";

import type { Zone } from "./time";

export type Theme = "system" | "light" | "dark";

/** The colours of the page. */
export const theme = remembered<Theme>("theme", "system", ["system", "light", "dark"]);

/** The zone of the times. */
export const zone = remembered<Zone>("zone", "local", ["local", "utc"]);

/** Columns of the list of instances that are not shown, with commas between them. */
export const hiddenColumns = remembered<string>("hidden-columns", "region,class");

effect(() => {
  if (typeof document === "undefined") return;
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

function remembered<T extends string>(name: string, initial: T, known?: readonly T[]) {
  const key = `rds-ops.${name}`;
  const kept = read(key);
  const usable = kept !== null && (known === undefined || known.includes(kept as T));
  const value = signal<T>(usable ? (kept as T) : initial);
  effect(() => write(key, value.value));
  return value;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is full or forbidden; the preference lasts as long as the page.
  }
}
