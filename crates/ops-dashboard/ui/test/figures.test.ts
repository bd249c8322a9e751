// Figures as people read them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { count, mean, percent, ticks } from "../src/lib/figures";

test("a share of nothing is no data", () => {
  assert.equal(percent(null), "no data");
  assert.equal(mean(null), "no data");
  assert.equal(percent(0), "0 %");
});

test("a share that is not whole is never shown as none or all", () => {
  assert.equal(percent(1), "100 %");
  assert.equal(percent(0.99999), "> 99.9 %");
  assert.equal(percent(0.00001), "< 0.1 %");
  assert.equal(percent(0.4286), "42.9 %");
});

test("thousands are apart", () => {
  assert.equal(count(1234567).replaceAll("\u202f", "_"), "1_234_567");
  assert.equal(count(999), "999");
});

test("an axis reaches its highest value in few round steps", () => {
  for (const highest of [1, 2, 3, 7, 12, 99, 1001, 54_321]) {
    const scale = ticks(highest);
    assert.ok((scale.at(-1) ?? 0) >= highest, `${highest}`);
    assert.ok(scale.length <= 6, `${highest}: ${scale.join()}`);
    assert.ok(scale.every(Number.isInteger), `${highest}: ${scale.join()}`);
  }
  assert.deepEqual(ticks(0), [0, 1]);
});
