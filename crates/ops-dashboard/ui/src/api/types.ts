// The requests and answers of the HTTP API, by the names that its description gives them.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Evidence {
  source: string;
  origin: "inventory" | "live" | "related";
  subject: string;
  key?: string;
  value?: string;
  says?: string;
  note?: string;
  decisive: boolean;
}

export interface Classification {
  environment: string;
  decided_by: string;
  trace: Evidence[];
}

/** Why something is not possible. */
export interface Refusal {
  code: string;
  error_code?: string;
  reason: string;
  guidance: string;
  [fact: string]: Json | undefined;
}

export interface LiveInstance {
  instance_id: string;
  arn: string | null;
  dbi_resource_id: string | null;
  engine: string;
  engine_version: string | null;
  status: string;
  instance_class: string | null;
  multi_az: boolean;
  availability_zone: string | null;
  secondary_availability_zone: string | null;
  backup_window: string | null;
  maintenance_window: string | null;
  backup_retention_days: number | null;
  pending_modifications: Record<string, string>;
  tags: Record<string, string>;
  cluster_id: string | null;
  replica_source: string | null;
  source_cluster: string | null;
  replicas: string[];
  replica_clusters: string[];
  parameter_groups?: Record<string, string>;
  automatic_restart_time?: string;
  aws_backup_recovery_point: string | null;
  copy_tags_to_snapshot: boolean;
}

export interface InstanceView {
  instance_id: string;
  account_id: string;
  region: string;
  engine: string;
  instance_class: string | null;
  environment: string;
  status: string | null;
  status_from: "live" | "inventory";
  operations_allowed: boolean;
  not_allowed?: Refusal;
  running_operation_id: string | null;
  multi_az: boolean | null;
  db_cluster_id: string | null;
  read_replica_source: string | null;
  tags: Record<string, string>;
  live?: LiveInstance;
  live_error?: string;
  classification: Classification;
}

/** The part of JSON Schema that describes parameters. */
export interface ParameterSchema {
  type?: string;
  description?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  default?: Json;
  items?: { type?: string };
  "x-expected"?: string;
}

export interface ParametersSchema {
  type: "object";
  properties: Record<string, ParameterSchema>;
  /** Absent where all may be left out. */
  required?: string[];
}

export interface AvailableOperations {
  instance_id: string;
  account_id: string;
  region: string;
  environment: string;
  status: string | null;
  status_from: "live" | "inventory";
  running_operation_id: string | null;
  operations: { operation: string; parameters: ParametersSchema }[];
  code?: string;
  reason?: string;
  guidance?: string;
  not_permitted: ({ operation: string } & Refusal)[];
  live_error?: string;
  classification: Classification;
}

export type OperationStatus =
  | "pending_approval"
  | "scheduled"
  | "rejected"
  | "accepted"
  | "submitting"
  | "unresolved"
  | "in_progress"
  | "timeout"
  | "available"
  | "failed"
  | "unverified"
  | "cancelled"
  | "denied";

export interface Progress {
  phase: OperationStatus;
  percent?: number;
  last_status: string | null;
  polls: number;
  failed_polls: number;
  next_poll_at: string | null;
  running_operation_id?: string;
  deadline: string;
  seconds_left?: number;
  estimated_completion?: string;
  estimate_from?: "percent" | "history";
}

export interface OperationView {
  operation_id: string;
  operation: string;
  instance_id: string;
  account_id: string;
  region: string;
  environment: string;
  status: OperationStatus;
  success?: boolean;
  late?: boolean;
  error?: string;
  code?: string;
  error_code?: string;
  guidance?: string;
  retry?: Retry;
  duration_seconds?: number;
  start?: { from: string; until: string };
  progress?: Progress;
  parameters?: Record<string, Json>;
  reason?: string;
  requested_by?: string;
  created_at?: string;
  plan_hash?: string;
  history?: { at: string; status: OperationStatus }[];
  classification?: Classification;
  version?: number;
  [fact: string]: unknown;
}

export type Retry = "no" | "later" | "after_change" | "check_first";

export interface Check {
  check: string;
  passed: boolean;
  error?: string;
  code?: string;
  error_code?: string;
  guidance?: string;
  [fact: string]: Json | undefined;
}

export type InterruptionKind =
  | "none"
  | "io_pause"
  | "restart"
  | "failover"
  | "stop"
  | "in_window"
  | "replication_pause";

export interface Preview {
  dry_run: true;
  operation: string;
  instance_id: string;
  passed: boolean;
  would: {
    action: string;
    parameters?: Record<string, Json>;
    rds_call?: { action: string; parameters: Record<string, Json> } | null;
    scope?: "instance" | "cluster";
    db_cluster_id?: string | null;
    affected?: { instance_id: string; effect: InterruptionKind }[];
    interruption?: { kind: InterruptionKind; explanation: string };
    warnings?: { code: string; message: string; guidance: string }[];
    pending_modifications?: Record<string, string>;
    parameter_apply_status?: string | null;
    maintenance_window?: string;
    snapshot?: {
      snapshot_id: string;
      snapshot_create_time: string | null;
      delete_after: string | null;
    };
    parameter_differences?: {
      parameter: string;
      from: string | null;
      to: string | null;
      is_static: boolean;
    }[];
    tags_not_copied?: string[];
    conflicts: { running_operation_id: string }[];
  };
  checks: Check[];
  plan_hash: string | null;
  classification: Classification;
}

export interface OperationRequest {
  operation: string;
  instance_id: string;
  account_id?: string;
  region?: string;
  parameters: Record<string, Json>;
  start?: { at: string };
  if_busy?: "refuse" | "queue";
  start_within_minutes?: number;
  dry_run?: boolean;
  plan_hash?: string;
  reason?: string;
}

export interface Page<T> {
  matched?: { user?: { by: string; principals: string[] }; environment?: string[] };
  items: T[];
  broken?: { instance_id: string; problem: string }[];
  next_cursor: string | null;
}

export interface AuditEntryView {
  audit_id: string;
  timestamp: string;
  event: string | null;
  operation: string;
  instance_id: string;
  account_id: string | null;
  region: string | null;
  environment: string | null;
  principal: string | null;
  user_identity: string;
  reason: string | null;
  operation_id: string | null;
  parameters: string;
  success: boolean | null;
  result: string;
  duration_seconds: number | null;
  request_id: string | null;
  source_ip: string | null;
  ttl: number | null;
  chain?: string;
  prev_ttl: number | null;
  prev_hash: string | null;
  hash: string | null;
}

export interface CodedCount {
  count: number;
  by_code: Record<string, number>;
}

export interface Kpis {
  requests: number;
  operations: number;
  finished: number;
  succeeded: number;
  failed: number;
  timed_out: number;
  late: { succeeded: number; failed: number };
  cancelled: number;
  dry_runs: number;
  active_users: number;
  success_rate: number | null;
  timeout_rate: number | null;
  duration_seconds: { measured: number; mean: number | null; p95: number | null };
  production_blocks: number;
  production_block_rate: number | null;
  permission_denials: CodedCount;
  refusals: CodedCount;
}

export type OperationKpis = { operation: string } & Kpis;

export type EnvironmentKpis = { environment: string | null } & Kpis;

export interface PeriodCounts {
  name: string;
  partial: boolean;
  requests: number;
  operations: number;
  finished: number;
  succeeded: number;
  failed: number;
  timed_out: number;
  cancelled: number;
  success_rate: number | null;
  production_blocks: number;
}

export interface MetricsSummary {
  period: { from: string; to: string; asked: { from: string | null; to: string | null }; kept_from: string };
  entries: number;
  undated_entries: number;
  operations_per: { day: number | null; week: number | null; month: number | null };
  overall: Kpis;
  by_operation: OperationKpis[];
  by_environment: EnvironmentKpis[];
  days: PeriodCounts[];
  weeks: PeriodCounts[];
  months: PeriodCounts[];
  audit_completeness: {
    rate: number | null;
    operations: number;
    complete: number;
    missing: { accepted: number; outcome: number; late_outcome: number };
    owed: number;
    not_judged: number;
    without_record: number;
  };
}

export interface Session {
  service: string;
  version: string;
  principal: string;
  name: string | null;
  groups: string[];
  authentication: string;
  simulated: boolean;
  environments: string[];
  operations: { operation: string; parameters: ParametersSchema }[];
  limits: Record<string, number>;
  now: string;
}

export interface ErrorBody {
  error: string;
  code: string;
  error_code?: string;
  guidance: string;
  retry: Retry;
  details?: { pointer: string; message: string }[];
  operation_id?: string;
  request_id: string | null;
  [fact: string]: unknown;
}
