// Polling: its pauses, what is asked again, and what a hidden page does.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { ApiError, type Client, NetworkError } from "../src/api/client";
import { Follower } from "../src/api/follow";
import { backoff, mayRetry, Poller } from "../src/api/resource";
import type { OperationView } from "../src/api/types";

/** A page that can be hidden. */
const page = Object.assign(new EventTarget(), { hidden: false });
const globals = globalThis as unknown as Record<string, unknown>;

beforeEach(() => {
  page.hidden = false;
  globals["document"] = page;
  globals["addEventListener"] = () => undefined;
  globals["removeEventListener"] = () => undefined;
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

afterEach(() => mock.timers.reset());

/** Lets what is promised happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function pass(milliseconds: number): Promise<void> {
  mock.timers.tick(milliseconds);
  await settle();
}

function hide(hidden: boolean): void {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
}

const refusal = (status: number) =>
  new ApiError(status, { error: "No.", code: "x", guidance: "", retry: "no", request_id: null });

test("pauses grow to a minute", () => {
  assert.deepEqual([0, 1, 2, 3].map(backoff), [2000, 4000, 8000, 16_000]);
  assert.equal(backoff(50), 60_000);
});

test("only what may pass by itself is asked again", () => {
  assert.ok(mayRetry(new NetworkError()));
  assert.ok([500, 503, 429, 408].every((status) => mayRetry(refusal(status))));
  assert.ok(![400, 401, 403, 404, 409].some((status) => mayRetry(refusal(status))));
});

test("data stays while newer data can't be had", async () => {
  let answers = 0;
  const poller = new Poller(async () => {
    answers += 1;
    if (answers === 2) throw new NetworkError();
    return answers;
  }, 10_000);
  const stop = poller.start();
  await settle();
  await pass(10_000);
  const lost = poller.state.value;
  assert.equal(lost.data, 1);
  assert.ok(lost.error instanceof NetworkError);
  assert.ok(lost.retryAt !== undefined);
  await pass(backoff(1));
  assert.equal(poller.state.value.data, 3);
  assert.equal(poller.state.value.error, undefined);
  stop();
});

test("a hidden page does not poll, and asks at once when it is shown", async () => {
  let answers = 0;
  const poller = new Poller(async () => (answers += 1), 10_000);
  const stop = poller.start();
  await settle();
  hide(true);
  await pass(60_000);
  assert.equal(answers, 1);
  hide(false);
  await settle();
  assert.equal(answers, 2);
  stop();
});

test("data that is not due is not read again because the page is shown", async () => {
  let answers = 0;
  const poller = new Poller(async () => (answers += 1), 60_000);
  const stop = poller.start();
  await settle();
  hide(true);
  await pass(20_000);
  hide(false);
  await settle();
  assert.equal(answers, 1);
  await pass(39_000);
  assert.equal(answers, 1);
  await pass(1_000);
  assert.equal(answers, 2);
  stop();
});

/** A service whose operation ends at the third answer. */
function service() {
  const asked: (string | undefined)[] = [];
  const client = {
    async ask(_: string, { headers }: { headers?: Record<string, string> }) {
      asked.push(headers?.["prefer"]);
      const ended = asked.length >= 3;
      return { status: ended ? "available" : "in_progress", ...(ended ? { success: true } : {}) } as OperationView;
    },
  } as unknown as Client;
  return { asked, client };
}

test("an operation is asked for with patience, and not after its end", async () => {
  const { asked, client } = service();
  const stop = new Follower(client, "id").start();
  await settle();
  for (let turn = 0; turn < 5; turn += 1) await pass(1000);
  assert.deepEqual(asked, [undefined, "wait=20", "wait=20"]);
  stop();
});

test("a hidden page follows only where a person wants to be told", async () => {
  for (const [wanted, requests] of [[false, 1], [true, 3]] as const) {
    const { asked, client } = service();
    page.hidden = false;
    const follower = new Follower(client, "id");
    follower.inBackground = wanted;
    const stop = follower.start();
    await settle();
    hide(true);
    for (let turn = 0; turn < 5; turn += 1) await pass(1000);
    assert.equal(asked.length, requests);
    stop();
  }
});
