// Which fields of the form an answer is about.

import type { Preview, Problem } from "../api/types";

/** The parameters that a refusal by its code is about; only those that the form has count. */
const BY_CODE: Record<string, string[]> = {
  class_not_allowed: ["instance_class"],
  class_not_orderable: ["instance_class"],
  DBSnapshotAlreadyExists: ["snapshot_id"],
  DBClusterSnapshotAlreadyExistsFault: ["snapshot_id"],
  parameter_group_family_differs: ["parameter_group"],
  parameter_group_not_found: ["parameter_group"],
  pending_changes_would_apply: ["apply_immediately"],
  snapshot_is_newest: ["snapshot_id"],
  snapshot_not_found: ["snapshot_id"],
  snapshot_not_made_by_service: ["snapshot_id"],
  window_would_reboot_now: ["maintenance_window"],
  windows_overlap: ["backup_window", "maintenance_window"],
};

const PREFIX = "/parameters/";

/** What a refusal says of each parameter. */
export function ofProblems(problems: Problem[]): Record<string, string> {
  const own = problems.filter((it) => it.pointer.startsWith(PREFIX));
  return Object.fromEntries(own.map((it) => [it.pointer.slice(PREFIX.length).split("/")[0], it.message]));
}

/** The parameters that the failed checks of a preview are about, each with a word that leads to the check. */
export function ofPreview(preview: Preview): Record<string, string> {
  const failed = preview.checks.filter((it) => !it.passed);
  const names = failed.flatMap((it) => BY_CODE[it.error_code ?? it.code ?? ""] ?? []);
  return Object.fromEntries(names.map((name) => [name, "is refused: see the preview"]));
}
