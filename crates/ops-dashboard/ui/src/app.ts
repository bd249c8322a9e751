// What every view shares: the address, the API, the session, the clock.

import { computed, signal } from "@preact/signals";

import { Client } from "./api/client";
import type { Session } from "./api/types";
import { format, parse, type Route } from "./lib/route";
import type { SignInSettings } from "./sign-in/provider";
import { SignIn } from "./sign-in/session";

/** The address of the dashboard: the folder above that of its script. */
const base = new URL("..", scriptAddress()).href;

/** The sign-in of this page. */
export const signIn = new SignIn(signInSettings(), base, {
  get address() {
    return new URL(location.href);
  },
  go: (url) => location.assign(url),
  replace: (url) => {
    history.replaceState(null, "", url);
    route.value = parse(location.hash);
  },
  storage: sessionStorage,
  now: () => Date.now(),
  after: (milliseconds, call) => void setTimeout(call, milliseconds),
});

/** The HTTP API. */
export const client = new Client(base, signInSettings() === undefined ? undefined : signIn);

/** The view that the address names. */
export const route = signal<Route>(parse(location.hash));

addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

/** Who the person is, and what the service offers; unknown until it has answered. */
export const session = signal<Session | undefined>(undefined);

/** Whether the last request reached the service. */
export const reachable = signal(true);

/** The present time, to the second. */
export const now = signal(new Date());

setInterval(() => {
  if (!document.hidden) now.value = new Date();
}, 1000);

/** The words before every title. */
export const serviceName = computed(() => session.value?.service ?? "rds-ops");

/** Goes to a view, as a step of the history. */
export function go(path: readonly string[], parameters: Record<string, string | undefined> = {}): void {
  location.hash = format(path, parameters);
}

/** Changes parameters of the present view. While a person types that is no step of the history. */
export function change(
  changes: Record<string, string | undefined>,
  step: "push" | "replace" = "push",
): void {
  const { path, parameters } = route.peek();
  const hash = format(path, { ...parameters, ...changes });
  // Browsers refuse to write the address too often.
  if (hash === location.hash) return;
  if (step === "push") location.hash = hash;
  else {
    history.replaceState(null, "", hash);
    route.value = parse(hash);
  }
}

function scriptAddress(): string {
  const script = document.currentScript;
  if (script instanceof HTMLScriptElement) return script.src;
  return new URL("assets/app.js", location.href).href;
}

function signInSettings(): SignInSettings | undefined {
  const text = document.querySelector<HTMLMetaElement>('meta[name="rds-ops-sign-in"]')?.content;
  return text ? (JSON.parse(text) as SignInSettings) : undefined;
}
