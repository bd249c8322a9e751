// The state of a view as an address.

import assert from "node:assert/strict";
import { test } from "node:test";

import { format, parse } from "../src/lib/route";

test("an address is read and written", () => {
  const path = ["instances", "111122223333", "eu-central-1", "dev-postgres-01"];
  const parameters = { q: "a b&c=d", from: "2026-01-31T10:00:00+01:00" };
  assert.deepEqual(parse(format(path, parameters)), { path, parameters });
});

test("what is empty is not in the address", () => {
  assert.equal(format(["operations"], { user: "", status: undefined }), "#/operations");
  assert.deepEqual(parse(""), { path: [], parameters: {} });
  assert.deepEqual(parse("#/audit?user="), { path: ["audit"], parameters: {} });
});

test("names with any characters stay whole", () => {
  for (const name of ["a/b", "a?b", "a#b", "<i>", "50%", "é"]) {
    assert.deepEqual(parse(format(["operations", name])).path, ["operations", name]);
  }
});

test("an address that can't be decoded breaks nothing", () => {
  assert.deepEqual(parse("#/operations/%zz?q=%zz").path, ["operations", "%zz"]);
});
