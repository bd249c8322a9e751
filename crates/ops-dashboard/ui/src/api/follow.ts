// An operation, followed to its end by long polling (RFC 7240: `Prefer: wait`).

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { type Client, isAbort } from "./client";
import { backoff, type Loaded, mayRetry, NOTHING, type Resource } from "./resource";
import type { OperationStatus, OperationView } from "./types";

/** Seconds that an answer may wait for a change. */
const WAIT = 20;

/** An operation that answers at once must not be asked for without a pause, in milliseconds. */
const PAUSE = 1_000;

/** A start that is farther away than this is asked for now and then only, in milliseconds. */
const FAR = 120_000;

/** How often that is, in milliseconds. */
const RARELY = 60_000;

const ENDED = new Set<OperationStatus>([
  "available",
  "failed",
  "unverified",
  "cancelled",
  "denied",
  "rejected",
]);

/** Whether nothing more will happen. After a timeout the service keeps monitoring. */
export function hasEnded(operation: OperationView): boolean {
  return ENDED.has(operation.status);
}

/** How to ask again after an answer; `undefined` where nothing will change any more. */
export function nextRequest(
  operation: OperationView,
  now: number,
): { waits: boolean; pause: number } | undefined {
  if (hasEnded(operation)) return undefined;
  const isFar = operation.status === "scheduled" && Date.parse(operation.start?.from ?? "") - now > FAR;
  if (isFar || operation.status === "timeout") return { waits: false, pause: RARELY };
  return { waits: true, pause: PAUSE };
}

/** The operation, kept fresh until it has ended, while the page is visible. */
export function useOperation(client: Client, id: string): Follower {
  const follower = useMemo(() => new Follower(client, id), [client, id]);
  useEffect(() => follower.start(), [follower]);
  return follower;
}

/** Follows one operation. */
export class Follower implements Resource<OperationView> {
  readonly state = signal<Loaded<OperationView>>(NOTHING);
  private abort: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private running = false;
  /** Whether it goes on while the page is hidden, as a notification needs. */
  inBackground = false;

  constructor(
    private readonly client: Client,
    private readonly id: string,
  ) {}

  start(): () => void {
    this.running = true;
    const shown = () => {
      if (!document.hidden) this.wake();
      else if (!this.inBackground) this.pause();
    };
    const online = () => this.wake();
    document.addEventListener("visibilitychange", shown);
    addEventListener("online", online);
    void this.ask(false);
    return () => {
      this.running = false;
      document.removeEventListener("visibilitychange", shown);
      removeEventListener("online", online);
      this.pause();
    };
  }

  get staysFresh(): boolean {
    const { data } = this.state.value;
    return data !== undefined && nextRequest(data, Date.now())?.waits === true;
  }

  /** Asks at once. */
  refresh(): void {
    this.pause();
    if (this.running) void this.ask(false);
  }

  /** Asks at once where something may have changed. */
  private wake(): void {
    const { data } = this.state.peek();
    if (data === undefined || !hasEnded(data)) this.refresh();
  }

  private pause(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  private async ask(waits: boolean): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    try {
      const headers: Record<string, string> = waits ? { prefer: `wait=${WAIT}` } : {};
      const path = `operations/${encodeURIComponent(this.id)}`;
      const data = await this.client.ask<OperationView>(path, { headers, signal: abort.signal });
      if (abort.signal.aborted) return;
      this.failures = 0;
      this.state.value = { data, at: Date.now(), error: undefined, loading: false, retryAt: undefined };
      const next = nextRequest(data, Date.now());
      if (next !== undefined) this.later(next.pause, next.waits);
    } catch (error) {
      if (!abort.signal.aborted && !isAbort(error)) this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.failures += 1;
    const pause = backoff(this.failures - 1);
    const retryAt = mayRetry(error) ? Date.now() + pause : undefined;
    this.state.value = { ...this.state.peek(), error, loading: false, retryAt };
    // The first request after a failure does not wait: it has to show that the service is back.
    if (retryAt !== undefined) this.later(pause, false);
  }

  private later(milliseconds: number, waits: boolean): void {
    if (!this.running || (document.hidden && !this.inBackground)) return;
    this.timer = setTimeout(() => void this.ask(waits), milliseconds);
  }
}
