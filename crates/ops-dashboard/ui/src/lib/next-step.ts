// What a person can do next, where an operation did not do what they wanted, or asks for a second one.

import type { Json, OperationView } from "../api/types";
import { format } from "./route";

/** A step that the page can lead to. */
export interface NextStep {
  words: string;
  href: string;
}

/** The steps after an operation, the best one first. */
export function nextSteps(operation: OperationView): NextStep[] {
  if (operation.success === true) return afterSuccess(operation);
  if (operation.success === undefined || operation.status === "timeout") return [];
  const code = operation.error_code ?? operation.code ?? "";
  const steps = STEPS[code]?.(operation) ?? byRetry(operation);
  return steps.filter((step, at) => steps.findIndex((one) => one.href === step.href) === at);
}

/** The form of the same operation with the same parameters: it asks for a new preview. */
export function runAgain(operation: OperationView, words = "Run again"): NextStep {
  return form(operation, operation.operation, words, operation.parameters);
}

function afterSuccess(operation: OperationView): NextStep[] {
  if (operation["reboot_required"] !== true) return [];
  return [form(operation, "reboot_instance", "Reboot the instance")];
}

function byRetry(operation: OperationView): NextStep[] {
  switch (operation.retry) {
    case "later":
      return [runAgain(operation)];
    case "after_change":
      return [instance(operation, "See what is possible now"), runAgain(operation)];
    case "check_first":
      return [instance(operation, "Look at the instance"), trail(operation)];
    default:
      return [instance(operation, "Look at the instance")];
  }
}

const STEPS: Record<string, (operation: OperationView) => NextStep[]> = {
  windows_overlap: freeWindows,
  SnapshotQuotaExceeded: deleteSnapshot,
  snapshot_quota_used_up: deleteSnapshot,
  snapshot_name_taken: otherName,
  DBSnapshotAlreadyExists: otherName,
  DBClusterSnapshotAlreadyExistsFault: otherName,
  cluster_snapshot_name_too_long: otherName,
  snapshot_not_found: otherName,
  parameter_group_not_found: (it) => [without(it, "parameter_group", "Choose another group")],
  parameter_group_family_differs: (it) => [without(it, "parameter_group", "Choose another group")],
  class_not_orderable: otherClass,
  class_not_allowed: otherClass,
  InsufficientDBInstanceCapacity: (it) => [runAgain(it), ...otherClass(it)],
  snapshot_is_newest: (it) => [
    form(it, "create_snapshot", "Take a new snapshot first"),
    instance(it, "Look at the instance"),
  ],
  instance_busy: (it) => running(it),
  missed_start: (it) => [runAgain(it), instance(it, "Look at the instance")],
  started_meanwhile: (it) => [runAgain(it), trail(it)],
  stopped_meanwhile: (it) => [runAgain(it), trail(it)],
};

function freeWindows(operation: OperationView): NextStep[] {
  const name = operation.operation === "modify_maintenance_window" ? "maintenance_window" : "backup_window";
  const free = operation[`free_${name}s`];
  if (!Array.isArray(free)) return [runAgain(operation)];
  return free.map((window) => {
    const parameters = { ...operation.parameters, [name]: window as Json };
    return form(operation, operation.operation, `Use ${String(window)} UTC`, parameters);
  });
}

function deleteSnapshot(operation: OperationView): NextStep[] {
  return [form(operation, "delete_snapshot", "Delete a snapshot"), runAgain(operation)];
}

function otherName(operation: OperationView): NextStep[] {
  return [without(operation, "snapshot_id", "Give another name")];
}

function otherClass(operation: OperationView): NextStep[] {
  const name = "instance_class";
  if (operation.operation !== "modify_instance_class") return [];
  return [without(operation, name, "Choose another class")];
}

function running(operation: OperationView): NextStep[] {
  const id = operation["running_operation_id"] ?? operation.progress?.running_operation_id;
  if (typeof id !== "string") return [runAgain(operation)];
  return [{ words: "Watch what runs", href: format(["operations", id]) }, runAgain(operation)];
}

/** The form without one parameter, which a person has to give anew. */
function without(operation: OperationView, name: string, words: string): NextStep {
  const { [name]: _, ...others } = operation.parameters ?? {};
  return form(operation, operation.operation, words, others);
}

function instance(operation: OperationView, words: string): NextStep {
  const { account_id, region, instance_id } = operation;
  return { words, href: format(["instances", account_id, region, instance_id]) };
}

function trail(operation: OperationView): NextStep {
  return {
    words: "Look at the audit trail",
    href: format(["audit"], { instance_id: operation.instance_id }),
  };
}

function form(
  operation: OperationView,
  name: string,
  words: string,
  parameters: Record<string, Json> = {},
): NextStep {
  const { account_id, region, instance_id } = operation;
  const path = ["instances", account_id, region, instance_id, "run", name];
  return { words, href: format(path, typed(parameters)) };
}

/** Parameters as a form takes them from the address: tags are lines of `key=value`. */
function typed(parameters: Record<string, Json>): Record<string, string> {
  const fields = Object.entries(parameters).map(([name, value]) => [name, typedValue(value)] as const);
  return Object.fromEntries(fields.filter(([, text]) => text !== ""));
}

function typedValue(value: Json): string {
  if (value === null) return "";
  if (!Array.isArray(value)) return typeof value === "object" ? JSON.stringify(value) : String(value);
  const line = (item: Json) => {
    if (item === null || typeof item !== "object" || Array.isArray(item)) return String(item);
    return `${String(item["Key"])}=${String(item["Value"])}`;
  };
  return value.map(line).join("\n");
}
