// A list that refreshes itself and leaves its rows in place.

import assert from "node:assert/strict";
import { test } from "node:test";

import { refreshList, replaceRow, startList } from "../src/lib/live-list";

interface Row {
  id: string;
  state: string;
}

const row = (id: string, state = "running"): Row => ({ id, state });
const refresh = (shown: Row[], fresh: Row[], isLastPage = true) =>
  refreshList(startList(shown), fresh, (it) => it.id, isLastPage);

test("known rows change where they are", () => {
  const { rows, arrived, left } = refresh([row("b"), row("a")], [row("b", "done"), row("a")]);
  assert.deepEqual(rows, [row("b", "done"), row("a")]);
  assert.deepEqual([arrived, left.size], [0, 0]);
});

test("new rows wait", () => {
  const { rows, arrived } = refresh([row("b"), row("a")], [row("d"), row("c"), row("b"), row("a")]);
  assert.deepEqual(rows.map((it) => it.id), ["b", "a"]);
  assert.equal(arrived, 2);
});

test("a row that no longer matches stays, and is known", () => {
  const { rows, left } = refresh([row("b"), row("a")], [row("a")]);
  assert.deepEqual(rows.map((it) => it.id), ["b", "a"]);
  assert.deepEqual([...left], ["b"]);
});

test("a row that newer ones pushed to the next page has not left", () => {
  const { left } = refresh([row("c"), row("b"), row("a")], [row("d"), row("c"), row("b")], false);
  assert.deepEqual([...left], []);
});

test("a row in the middle has left, whatever comes after the page", () => {
  const { left } = refresh([row("c"), row("b"), row("a")], [row("c"), row("a")], false);
  assert.deepEqual([...left], ["b"]);
});

test("a row is replaced where it is", () => {
  const { rows } = replaceRow(startList([row("b"), row("a")]), row("a", "done"), (it) => it.id);
  assert.deepEqual(rows, [row("b"), row("a", "done")]);
});
