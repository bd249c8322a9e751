// Data of the API that a view shows and keeps fresh.

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { ApiError, isAbort } from "./client";

/** What is known of the data. */
export interface Loaded<T> {
  /** The last that arrived; kept while newer data can't be had. */
  readonly data: T | undefined;
  /** When it arrived, in milliseconds since the Unix epoch. */
  readonly at: number | undefined;
  /** Why there is nothing newer. */
  readonly error: unknown;
  /** Whether a request is on its way. */
  readonly loading: boolean;
  /** When the page asks again after a failure, in milliseconds since the Unix epoch. */
  readonly retryAt: number | undefined;
}

/** Before the first answer. */
export const NOTHING = { data: undefined, at: undefined, error: undefined, loading: true, retryAt: undefined };

/** Data, and a way to ask for it again. */
export interface Resource<T> {
  readonly state: ReadonlySignal<Loaded<T>>;
  /** Whether newer data comes by itself. What is read once is not old after a while. */
  readonly staysFresh: boolean;
  refresh(): void;
}

type Load<T> = (signal: AbortSignal) => Promise<T>;

/** How long to wait after failures, in milliseconds: longer each time, to a minute. */
export function backoff(failures: number): number {
  return Math.min(60_000, 2_000 * 2 ** Math.min(failures, 10));
}

/** Whether the same request may succeed later. What the service has decided stays decided. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  return error.status >= 500 || error.status === 429 || error.status === 408;
}

/**
 * The data that `load` gives for `key`. With `every` it is asked for again so many milliseconds
 * after each answer, while the page is visible.
 */
export function useResource<T>(key: string, load: Load<T>, every?: number): Resource<T> {
  const poller = useMemo(() => new Poller(load, every), [key]);
  useEffect(() => poller.start(), [poller]);
  return poller;
}

/** The same; what was there for the key before stays until the answer comes. It has no time then. */
export function useLasting<T>(key: string, load: Load<T>, every: number): Resource<T> {
  const last = useRef<T | undefined>(undefined);
  const poller = useMemo(() => new Poller(load, every, last.current), [key]);
  useEffect(() => poller.start(), [poller]);
  last.current = poller.state.value.data;
  return poller;
}

/** Asks again and again. */
export class Poller<T> implements Resource<T> {
  readonly state: Signal<Loaded<T>>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abort: AbortController | undefined;
  private failures = 0;
  private running = false;

  constructor(
    private readonly load: Load<T>,
    private readonly every: number | undefined,
    before?: T,
  ) {
    this.state = signal<Loaded<T>>({ ...NOTHING, data: before });
  }

  /** Begins; what it returns ends it. */
  start(): () => void {
    this.running = true;
    const shown = () => this.onVisibility();
    document.addEventListener("visibilitychange", shown);
    void this.ask();
    return () => {
      this.running = false;
      document.removeEventListener("visibilitychange", shown);
      clearTimeout(this.timer);
      this.abort?.abort();
    };
  }

  get staysFresh(): boolean {
    return this.every !== undefined;
  }

  refresh(): void {
    if (this.running) void this.ask();
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.state.value = { ...this.state.peek(), loading: true };
    try {
      const data = await this.load(abort.signal);
      if (abort.signal.aborted) return;
      this.failures = 0;
      this.state.value = { data, at: Date.now(), error: undefined, loading: false, retryAt: undefined };
    } catch (error) {
      if (abort.signal.aborted || isAbort(error)) return;
      this.failures += 1;
      const retryAt = mayRetry(error) ? Date.now() + backoff(this.failures) : undefined;
      this.state.value = { ...this.state.peek(), error, loading: false, retryAt };
      if (retryAt === undefined) return;
    }
    this.plan();
  }

  /** Asks again later; after a failure also where nothing is polled, as the network comes back. */
  private plan(): void {
    if (!this.running || document.hidden) return;
    const wait = this.failures > 0 ? backoff(this.failures) : this.every;
    if (wait !== undefined) this.timer = setTimeout(() => void this.ask(), wait);
  }

  /** How long the data is not due yet, in milliseconds. */
  private untilDue(): number {
    const { at } = this.state.peek();
    if (at === undefined || this.every === undefined || this.failures > 0) return 0;
    return Math.max(0, at + this.every - Date.now());
  }

  private onVisibility(): void {
    clearTimeout(this.timer);
    if (document.hidden || (this.every === undefined && this.failures === 0)) return;
    const wait = this.untilDue();
    if (wait === 0) void this.ask();
    else this.timer = setTimeout(() => void this.ask(), wait);
  }
}
