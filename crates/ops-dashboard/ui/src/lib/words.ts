// The words for what the API names by codes.

import type { InterruptionKind, OperationStatus } from "../api/types";
import type { Tone } from "../parts/icons";
import { label } from "./schema";

/** The words and the tone of an operation's status. */
export function operationStatus(status: OperationStatus, success?: boolean): { word: string; tone: Tone } {
  switch (status) {
    case "available":
      return { word: "Done", tone: "good" };
    case "in_progress":
      return { word: "In progress", tone: "busy" };
    case "submitting":
      return { word: "Sending to RDS", tone: "busy" };
    case "unresolved":
      return { word: "Checking whether RDS has it", tone: "busy" };
    case "accepted":
      return { word: "Waiting for its turn", tone: "busy" };
    case "scheduled":
      return { word: "Scheduled", tone: "quiet" };
    case "pending_approval":
      return { word: "Waiting for approval", tone: "quiet" };
    case "timeout":
      return { word: success === undefined ? "Overdue" : "Timed out, still monitored", tone: "warn" };
    case "failed":
      return { word: "Failed", tone: "bad" };
    case "unverified":
      return { word: "Not verified", tone: "warn" };
    case "denied":
      return { word: "Denied", tone: "bad" };
    case "rejected":
      return { word: "Rejected", tone: "bad" };
    case "cancelled":
      return { word: "Cancelled", tone: "quiet" };
  }
}

/** The tone of a status of RDS. */
export function instanceTone(status: string | null): Tone {
  if (status === null) return "quiet";
  const text = status.toLowerCase();
  if (text === "available") return "good";
  if (text === "stopped") return "quiet";
  if (/^(failed|inaccessible|incompatible|restore-error|storage-full|insufficient)/.test(text)) return "bad";
  return "busy";
}

/** The name of an operation: `create_snapshot` is `Create snapshot`. */
export function operationName(operation: string): string {
  return label(operation);
}

/** Members of answers that the pages show under another name. */
const SHOWN_AS: Record<string, string> = {
  '"if_busy": "queue"': "Start: as soon as the instance is free",
  classification: "All sources",
  details: "the list",
  would: "the preview",
};

/**
 * What the pages call a member of an answer, a parameter or an operation that a text of the service names; `undefined`
 * for a text that is typed or looked up as it stands.
 */
export function shownAs(code: string): string | undefined {
  return SHOWN_AS[code] ?? (/^[a-z]+(_[a-z]+)+$/.test(code) ? label(code) : undefined);
}

/** What an operation does, in a few words. */
export function operationAbout(operation: string): string {
  return ABOUT[operation] ?? "";
}

const ABOUT: Record<string, string> = {
  create_snapshot: "A manual snapshot of the database",
  delete_snapshot: "A manual snapshot that this service took",
  reboot_instance: "Cuts all connections; optionally with failover",
  stop_instance: "Until it is started again; RDS starts it after seven days",
  start_instance: "A stopped database",
  modify_instance_class: "Now, or in the maintenance window",
  change_parameter_group: "Static parameters need a reboot",
  modify_backup_window: "The daily time of automated backups",
  modify_maintenance_window: "The weekly time of maintenance",
};

/** Operations that cut connections. They are apart from the others. */
export const INTERRUPTING = new Set([
  "reboot_instance",
  "stop_instance",
  "modify_instance_class",
  "delete_snapshot",
]);

/** What users of the database notice. */
export function interruption(kind: InterruptionKind): { word: string; tone: Tone } {
  switch (kind) {
    case "none":
      return { word: "Nobody is interrupted", tone: "good" };
    case "io_pause":
      return { word: "Reads and writes may pause for a moment", tone: "warn" };
    case "replication_pause":
      return { word: "Replication arrives late for a while", tone: "warn" };
    case "in_window":
      return { word: "Nothing before the maintenance window", tone: "warn" };
    case "restart":
      return { word: "Connections are cut, and the database restarts", tone: "bad" };
    case "failover":
      return { word: "Connections are cut, and the standby takes over", tone: "bad" };
    case "stop":
      return { word: "Connections are cut until the database is started again", tone: "bad" };
  }
}

/** Whether the instance's name must be typed before it is sent. */
export function needsName(kind: InterruptionKind | undefined): boolean {
  return kind === "restart" || kind === "failover" || kind === "stop";
}

/** What happened, by the event of an entry of the audit trail. */
export function auditEvent(event: string | null, success: boolean | null): { word: string; tone: Tone } {
  switch (event) {
    case "accepted":
      return { word: "Accepted", tone: "quiet" };
    case "outcome":
      return success === true ? { word: "Done", tone: "good" } : { word: "Not done", tone: "bad" };
    case "late_outcome":
      return success === true ? { word: "Done late", tone: "good" } : { word: "Not done, late", tone: "bad" };
    case "denied":
      return { word: "Denied", tone: "bad" };
    case "refused":
      return { word: "Not accepted", tone: "warn" };
    case "cancelled":
      return { word: "Cancelled", tone: "quiet" };
    case "dry_run":
      return { word: "Preview", tone: "quiet" };
    case "export":
      return { word: "Export", tone: "quiet" };
    default:
      return { word: event === null ? "Original service" : label(event), tone: "quiet" };
  }
}

/** A principal as a person reads it: its last part. */
export function person(principal: string | null | undefined): string {
  if (!principal) return "nobody";
  return principal.split(/[/:|]/).at(-1) ?? principal;
}
