// The requests and answers of the HTTP API, by the names that its description gives them.

import type { Json } from "./json";
import type { components } from "./schema";

export type { Json };

type Schemas = components["schemas"];

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
  required?: string[];
}

/** The members that are named, without those that an answer may have besides. */
type Known<T> = { [Name in keyof T as string extends Name ? never : Name]: T[Name] };

/** An operation with the schema of its parameters. */
type WithSchema<T> = Omit<T, "parameters"> & { parameters: ParametersSchema };

/** Where nothing can be run, it is a refusal, too. */
export type AvailableOperations = Omit<Known<Schemas["AvailableOperations"]>, "operations"> &
  Partial<Pick<Known<Refusal>, "code" | "reason" | "guidance">> & {
    operations: WithSchema<Schemas["AvailableOperation"]>[];
  };

export type Session = Omit<Schemas["Session"], "operations"> & {
  operations: WithSchema<Schemas["OfferedOperation"]>[];
};

/** A request for any operation. */
export type OperationRequest = Omit<
  Schemas["OperationRequest"],
  "operation" | "parameters"
> & { operation: string; parameters: Record<string, Json> };

/** A page of any list. */
export type Page<T> = Omit<Schemas["Page_InstanceView"], "items"> & { items: T[] };

export type AuditEntryView = Schemas["AuditEntryView"];
export type Check = Schemas["Check"];
export type Problem = Schemas["Problem"];
export type Classification = Schemas["Classification"];
export type DiscoveredScope = Schemas["DiscoveredScope"];
export type EnvironmentKpis = Schemas["EnvironmentKpis"];
export type ErrorBody = Schemas["ErrorBody"];
export type Evidence = Schemas["Evidence"];
export type InstanceView = Schemas["InstanceView"];
export type InterruptionKind = Schemas["InterruptionKind"];
export type InventoryStatus = Schemas["InventoryStatus"];
export type Kpis = Schemas["Kpis"];
export type MetricsSummary = Schemas["MetricsSummary"];
export type OperationKpis = Schemas["OperationKpis"];
export type OperationStatus = Schemas["OperationStatus"];
export type OperationView = Schemas["OperationView"];
export type PeriodCounts = Schemas["PeriodCounts"];
export type Preview = Schemas["Preview"];
export type Progress = Schemas["Progress"];
export type Refusal = Schemas["Refusal"];
export type Retry = Schemas["Retry"];
