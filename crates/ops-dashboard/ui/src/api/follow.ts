// An operation, followed to its end by long polling (RFC 7240: `Prefer: wait`).

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { ApiError, type Client, isAbort } from "./client";
import { backoff, type Loaded, type Resource } from "./resource";
import type { OperationStatus, OperationView } from "./types";

/** Seconds that an answer may wait for a change. */
const WAIT = 20;

/** An operation that answers at once must not be asked for without a pause, in milliseconds. */
const PAUSE = 1_000;

const ENDED = new Set<OperationStatus>([
  "available",
  "failed",
  "unverified",
  "cancelled",
  "denied",
  "rejected",
]);

/** Whether nothing more will happen. */
export function hasEnded(operation: OperationView): boolean {
  return ENDED.has(operation.status);
}

/** The operation, kept fresh until it has ended, while the page is visible. */
export function useOperation(client: Client, id: string): Resource<OperationView> {
  const follower = useMemo(() => new Follower(client, id), [client, id]);
  useEffect(() => follower.start(), [follower]);
  return follower;
}

/** Follows one operation. */
export class Follower implements Resource<OperationView> {
  readonly state = signal<Loaded<OperationView>>({
    data: undefined,
    at: undefined,
    error: undefined,
    loading: true,
  });
  private abort: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private running = false;

  constructor(
    private readonly client: Client,
    private readonly id: string,
  ) {}

  start(): () => void {
    this.running = true;
    const shown = () => {
      if (document.hidden) this.pause();
      else this.refresh();
    };
    document.addEventListener("visibilitychange", shown);
    void this.ask(false);
    return () => {
      this.running = false;
      document.removeEventListener("visibilitychange", shown);
      this.pause();
    };
  }

  /** Asks at once. */
  refresh(): void {
    this.pause();
    if (this.running) void this.ask(false);
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
      this.state.value = { data, at: Date.now(), error: undefined, loading: false };
      if (!hasEnded(data)) this.later(PAUSE, true);
    } catch (error) {
      if (abort.signal.aborted || isAbort(error)) return;
      this.failures += 1;
      this.state.value = { ...this.state.peek(), error, loading: false };
      // What is not there will not come.
      if (!(error instanceof ApiError && error.status === 404)) {
        this.later(backoff(this.failures), false);
      }
    }
  }

  private later(milliseconds: number, waits: boolean): void {
    if (!this.running || document.hidden) return;
    this.timer = setTimeout(() => void this.ask(waits), milliseconds);
  }
}
