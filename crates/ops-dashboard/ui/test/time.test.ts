// Times and durations. The tests run in the zone Europe/Berlin.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startOfToday, lastDays } from "../src/lib/period";
import { absolute, duration, fromInput, relative, shown, toInput } from "../src/lib/time";

const at = new Date("2026-01-31T10:00:05Z");
const after = (seconds: number) => new Date(at.getTime() + seconds * 1000);

test("a time names its zone", () => {
  assert.equal(absolute(at, "utc"), "2026-01-31 10:00:05 UTC");
  assert.match(absolute(at, "local"), /^2026-01-31 11:00:05 (CET|GMT\+1)$/);
  assert.match(absolute(new Date("2026-07-31T10:00:05Z"), "local"), /^2026-07-31 12:00:05 (CEST|GMT\+2)$/);
});

test("each surface has its form", () => {
  assert.equal(shown(at, "queue", "utc", after(180)), "3 min ago");
  assert.equal(shown(at, "queue", "utc", after(3 * 86_400)), "2026-01-31 10:00 UTC");
  assert.equal(shown(at, "age", "utc", after(3 * 86_400)), "3 days ago");
  assert.equal(shown(at, "history", "utc", after(180)), "2026-01-31 10:00:05 UTC");
  assert.equal(shown(at, "future", "utc", after(-7200)), "2026-01-31 10:00 UTC (in 2 h)");
});

test("distances are rough, and now is now", () => {
  assert.equal(relative(at, after(2)), "now");
  assert.equal(relative(at, after(30)), "30 s ago");
  assert.equal(relative(at, after(-90)), "in 2 min");
  assert.equal(relative(at, after(72 * 3600)), "3 days ago");
});

test("durations have at most two units", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [4.26, "4.3 s"],
    [59.4, "59 s"],
    [59.7, "1 min"],
    [125, "2 min 5 s"],
    [3600, "1 h"],
    [4800, "1 h 20 min"],
    [7199, "2 h"],
  ];
  for (const [seconds, words] of cases) assert.equal(duration(seconds), words);
});

test("what is typed into a field is a time of the shown zone", () => {
  assert.equal(fromInput("2026-01-31T11:00", "local"), "2026-01-31T10:00:00Z");
  assert.equal(fromInput("2026-01-31T11:00", "utc"), "2026-01-31T11:00:00Z");
  assert.equal(fromInput("", "utc"), undefined);
  assert.equal(fromInput("soon", "utc"), undefined);
  for (const zone of ["local", "utc"] as const) {
    for (const instant of ["2026-01-31T10:00:00Z", "2026-07-31T22:30:00Z", "2026-03-29T00:30:00Z"]) {
      assert.equal(fromInput(toInput(new Date(instant), zone), zone), instant);
    }
  }
});

test("today begins at the midnight of the shown zone", () => {
  const now = Date.parse("2026-01-31T23:30:00Z");
  assert.equal(startOfToday(now, "utc"), "2026-01-31T00:00:00Z");
  assert.equal(startOfToday(now, "local"), "2026-01-31T23:00:00Z");
});

test("the last days are whole days, with today", () => {
  assert.equal(lastDays(7, Date.parse("2026-01-31T12:00:00Z")), "2026-01-25");
});
