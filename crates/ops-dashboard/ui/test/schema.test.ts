// Checks of parameters while a person types, with schemas as the server gives them.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { ParametersSchema } from "../src/api/types";
import { fieldsOf, parameters, problems } from "../src/lib/schema";

const SNAPSHOT: ParametersSchema = {
  type: "object",
  required: ["snapshot_id"],
  properties: {
    retain_days: { type: "integer", minimum: 1, maximum: 3650 },
    snapshot_id: {
      type: "string",
      minLength: 1,
      maxLength: 255,
      pattern: "^[A-Za-z](-?[A-Za-z0-9])*$",
      "x-expected": "must begin with an ASCII letter",
    },
    tags: { type: "array", maxItems: 50, items: { type: "object" } },
  },
};

const REBOOT: ParametersSchema = {
  type: "object",
  properties: { force_failover: { type: "boolean", default: false } },
};

test("what fits has no problem", () => {
  const fields = { snapshot_id: "before-upgrade", retain_days: "7", tags: "Ticket=CHG-1\n" };
  assert.deepEqual(problems(SNAPSHOT, fields), {});
  assert.deepEqual(parameters(SNAPSHOT, fields), {
    retain_days: 7,
    snapshot_id: "before-upgrade",
    tags: [{ Key: "Ticket", Value: "CHG-1" }],
  });
});

test("what does not fit has the server's words", () => {
  assert.deepEqual(problems(SNAPSHOT, { snapshot_id: "" }), { snapshot_id: "is required" });
  assert.deepEqual(problems(SNAPSHOT, { snapshot_id: "1st" }), { snapshot_id: "must begin with an ASCII letter" });
  for (const days of ["0", "3651", "soon", "1.5"]) {
    assert.deepEqual(problems(SNAPSHOT, { snapshot_id: "a", retain_days: days }), {
      retain_days: "must be a whole number from 1 to 3650",
    });
  }
});

test("what is left out is not sent", () => {
  assert.deepEqual(parameters(SNAPSHOT, { snapshot_id: "a", retain_days: "", tags: "" }), { snapshot_id: "a" });
});

test("a schema without required parameters asks for none", () => {
  assert.deepEqual(problems(REBOOT, {}), {});
  assert.deepEqual(parameters(REBOOT, { force_failover: "true" }), { force_failover: true });
});

test("parameters come back as they were typed", () => {
  const given = { snapshot_id: "a", retain_days: 7, tags: [{ Key: "k", Value: "a=b" }] };
  assert.deepEqual(parameters(SNAPSHOT, fieldsOf(SNAPSHOT, given)), given);
});
