// Asking for an operation: the parameters, the preview, the confirmation.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { ApiError, path } from "../api/client";
import { useResource } from "../api/resource";
import type {
  AvailableOperations,
  InstanceView,
  OperationRequest,
  OperationView,
  Page,
  ParameterSchema,
  ParametersSchema,
  Preview,
} from "../api/types";
import { change, client, go, route, serviceName } from "../app";
import { zone } from "../lib/preferences";
import { command, curl } from "../lib/quote";
import { randomText } from "../lib/random";
import { ofPreview, ofProblems } from "../lib/refused-fields";
import { type Fields, isRequired, parameters, problems } from "../lib/schema";
import { fromInput, zoneName } from "../lib/time";
import { operationAbout, operationName } from "../lib/words";
import { Copy, Environment, Field, Notice, Prose, Section, title, ViewLink } from "../parts/basic";
import { Data, Failure } from "../parts/data";
import { ParameterField } from "../parts/parameter";
import type { Target } from "./instance";
import { Confirm, PreviewShown } from "./preview";

/** The page that asks for an operation on an instance. */
export function RunView({ target, operation }: { target: Target; operation: string }) {
  title(`${operationName(operation)} of ${target.instance_id} – ${serviceName.value}`);
  const { account_id, region, instance_id } = target;
  const asked = path(`instances/${encodeURIComponent(instance_id)}/operations`, { account_id, region });
  const available = useResource(asked, (signal) => client.ask<AvailableOperations>(asked, { signal }));
  const described = path(`instances/${encodeURIComponent(instance_id)}`, { account_id, region });
  const instance = useResource(described, (signal) => client.ask<InstanceView>(described, { signal }));
  return (
    <article class="page narrow">
      <p class="crumb">
        <ViewLink path={["instances"]}>Instances</ViewLink> /{" "}
        <ViewLink path={["instances", account_id, region, instance_id]}>{instance_id}</ViewLink>
      </p>
      <h1>{operationName(operation)}</h1>
      <Data of={available} what="the form">
        {(it) => {
          const known = it.operations.find((one) => one.operation === operation);
          return known === undefined ? (
            <NotPossible available={it} operation={operation} />
          ) : (
            <>
              <p class="lead">
                <strong>{instance_id}</strong>
                <Environment name={it.environment} />
                <span class="muted">{operationAbout(operation)}</span>
              </p>
              <Form
                target={target}
                operation={operation}
                schema={known.parameters}
                present={presentValues(instance.state.value.data)}
              />
            </>
          );
        }}
      </Data>
    </article>
  );
}

/** What a parameter would change, as RDS describes it now. */
function presentValues(instance: InstanceView | undefined): Fields {
  const live = instance?.live;
  if (live === undefined) return {};
  return {
    instance_class: live.instance_class ?? "",
    backup_window: live.backup_window ?? "",
    maintenance_window: live.maintenance_window ?? "",
    parameter_group: Object.keys(live.parameter_groups ?? {}).join(", "),
  };
}

function NotPossible({ available, operation }: { available: AvailableOperations; operation: string }) {
  const refusal = available.not_permitted.find((it) => it.operation === operation);
  const reason = refusal?.reason ?? available.reason ?? "This service has no such operation.";
  return (
    <Notice tone="warn" title={reason} role="status">
      <p>
        <Prose of={refusal?.guidance ?? available.guidance} />
      </p>
    </Notice>
  );
}

/** What a person has asked to see before it is sent, or what came of it. */
type Answer =
  | { kind: "none" }
  | { kind: "asking" }
  | { kind: "preview"; preview: Preview; request: OperationRequest; changed: boolean }
  | { kind: "failed"; error: unknown };

function Form(props: { target: Target; operation: string; schema: ParametersSchema; present: Fields }) {
  const { target, operation, schema } = props;
  const [fields, setField] = useFields(schema);
  const snapshots = useSnapshots(target, operation === "delete_snapshot");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, textarea")?.focus(), []);
  const [reason, setReason] = useState("");
  const start = startOf(route.value.parameters);
  const [answer, setAnswer] = useState<Answer>({ kind: "none" });
  const [isChecked, setChecked] = useState(false);
  const found = useMemo(() => problems(schema, fields), [schema, fields]);
  const startProblem = problemOfStart(start);
  const refused = refusedFields(answer);
  const hasProblem = Object.keys(found).length > 0 || startProblem !== undefined;
  const request = requestOf(target, operation, parameters(schema, fields), reason, start);

  const edit = (name: string, text: string) => {
    setAnswer({ kind: "none" });
    setField(name, text);
  };
  const preview = async (changed = false) => {
    setChecked(true);
    if (hasProblem) return;
    setAnswer({ kind: "asking" });
    try {
      const body = { ...request, dry_run: true };
      const shown = await client.ask<Preview>("operations", { method: "POST", body });
      setAnswer({ kind: "preview", preview: shown, request, changed });
    } catch (error) {
      setAnswer({ kind: "failed", error });
    }
  };
  return (
    <>
      <form
        class="form"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void preview();
        }}
        noValidate
      >
        {inOrder(schema).map(([name, one]) => (
          <ParameterField
            key={name}
            name={name}
            schema={one}
            required={isRequired(schema, name)}
            text={fields[name] ?? ""}
            isChecked={isChecked}
            refused={refused[name]}
            present={props.present[name]}
            suggestions={name === "snapshot_id" ? snapshots : []}
            edit={(text) => edit(name, text)}
          />
        ))}
        <Field label="Reason" hint="Why; it goes to the audit trail. Optional.">
          {(described) => (
            <input
              {...described}
              type="text"
              maxLength={256}
              value={reason}
              onInput={(event) => {
                setAnswer({ kind: "none" });
                setReason(event.currentTarget.value);
              }}
            />
          )}
        </Field>
        <StartChoice
          start={start}
          problem={isChecked ? startProblem : undefined}
          choose={({ when, at }) => {
            setAnswer({ kind: "none" });
            change({ start: when === "now" ? undefined : when, start_at: at === "" ? undefined : at }, "replace");
          }}
        />
        <p class="actions">
          <button type="submit" class="primary" disabled={answer.kind === "asking"}>
            {answer.kind === "asking" ? "Checking …" : "Show the preview"}
          </button>
          <Copy text={curl(client.base, request)}>Copy as curl</Copy>
          <Copy text={command(request)}>Copy as rds-ops</Copy>
        </p>
        {isChecked && hasProblem && (
          <p class="problem" role="alert">
            Look at the fields that are marked.
          </p>
        )}
      </form>
      {answer.kind === "failed" && <Failure error={answer.error} what="the preview" />}
      {answer.kind === "preview" && (
        <Previewed answer={answer} again={() => void preview(true)} />
      )}
    </>
  );
}

/** What the answer says of the fields. */
function refusedFields(answer: Answer): Record<string, string> {
  if (answer.kind === "preview") return ofPreview(answer.preview);
  if (answer.kind === "failed" && answer.error instanceof ApiError) return ofProblems(answer.error.body.details ?? []);
  return {};
}

function Previewed(props: { answer: Answer & { kind: "preview" }; again: () => void }) {
  const { preview, request, changed } = props.answer;
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  // One key for all tries: a lost answer does not become a second operation.
  const key = useMemo(randomText, [preview]);
  const send = async () => {
    setSending(true);
    setError(undefined);
    const body = preview.plan_hash === null ? request : { ...request, plan_hash: preview.plan_hash };
    const headers = { "idempotency-key": key, prefer: "respond-async" };
    try {
      const sent = await client.ask<OperationView>("operations", { method: "POST", headers, body });
      go(["operations", sent.operation_id]);
    } catch (failed) {
      setSending(false);
      setError(failed);
    }
  };
  const isOutdated = error instanceof ApiError && error.body.code === "plan_changed";
  return (
    <Section title="Preview" isEntered>
      {changed && (
        <Notice tone="warn" role="status" title="This is the preview as it is now. ">
          Something changed since the one before.
        </Notice>
      )}
      <PreviewShown preview={preview} request={request} />
      {error !== undefined && <Failure error={error} what="the preview" />}
      {isOutdated ? (
        <p class="actions">
          <button type="button" class="primary" onClick={props.again}>
            Show the new preview
          </button>
        </p>
      ) : (
        <Confirm preview={preview} request={request} isSending={isSending} send={() => void send()} />
      )}
    </Section>
  );
}

/** The parameters, with those first that must be given. */
function inOrder(schema: ParametersSchema): [string, ParameterSchema][] {
  const rank = ([name]: [string, ParameterSchema]) => (isRequired(schema, name) ? 0 : 1);
  return Object.entries(schema.properties).sort((one, other) => rank(one) - rank(other));
}

/** How long a person pauses before the address follows what they type, in milliseconds. */
const PAUSE = 250;

/** The parameters as they are typed. The address follows after a pause, and is followed. */
function useFields(schema: ParametersSchema): [Fields, (name: string, text: string) => void] {
  const given = route.value.parameters;
  const [fields, setFields] = useState(() => given as Fields);
  const pending = useRef<Fields>({});
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (Object.keys(pending.current).length === 0) setFields(given as Fields);
  }, [given]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const set = (name: string, text: string) => {
    setFields((before) => ({ ...before, [name]: text }));
    pending.current = { ...pending.current, [name]: text };
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const typed = pending.current;
      pending.current = {};
      change(typed, "replace");
    }, PAUSE);
  };
  return [useMemo(() => withDefaults(schema, fields), [schema, fields]), set];
}

function withDefaults(schema: ParametersSchema, typed: Fields): Fields {
  const fields: Fields = {};
  for (const [name, one] of Object.entries(schema.properties)) {
    fields[name] = typed[name] ?? (one.type === "boolean" ? String(one.default ?? false) : "");
  }
  return fields;
}

/** The snapshots that this service made of the instance. Some may be deleted already. */
function useSnapshots(target: Target, areWanted: boolean): string[] {
  const asked = path("operations", { ...target, operation: "create_snapshot", status: "available", limit: "50" });
  const made = useResource(areWanted ? asked : "", async (signal) =>
    areWanted ? (await client.ask<Page<OperationView>>(asked, { signal })).items : [],
  );
  return (made.state.value.data ?? []).map((it) => String(it["snapshot_id"] ?? "")).filter((it) => it !== "");
}

interface Start {
  when: "now" | "queue" | "at";
  at: string;
}

/** The choice that the address has, so that the form can be sent to a colleague with it. */
function startOf({ start, start_at: at = "" }: Record<string, string | undefined>): Start {
  return { when: start === "at" || start === "queue" ? start : "now", at };
}

function problemOfStart(start: Start): string | undefined {
  if (start.when !== "at") return undefined;
  const at = fromInput(start.at, zone.value);
  if (at === undefined) return "is required";
  return Date.parse(at) <= Date.now() ? "must be in the future" : undefined;
}

function StartChoice(props: { start: Start; problem: string | undefined; choose: (start: Start) => void }) {
  const { start, choose } = props;
  const options: [Start["when"], string][] = [
    ["now", "Now; refused if another operation has the instance"],
    ["queue", "Now, or as soon as the instance is free"],
    ["at", "At a time"],
  ];
  return (
    <fieldset class="choice">
      <legend>Start</legend>
      <p class="hint">When the service sends the request to RDS.</p>
      {options.map(([when, words]) => (
        <label key={when}>
          <input
            type="radio"
            name="start"
            checked={start.when === when}
            onChange={() => choose({ ...start, when })}
          />
          {words}
        </label>
      ))}
      {start.when === "at" && (
        <Field
          label="Start time"
          hint={`In ${zone.value === "utc" ? "UTC" : `your zone (${zoneName(new Date(), "local")})`}; at most 90 days ahead`}
          problem={props.problem}
        >
          {(described) => (
            <input
              {...described}
              type="datetime-local"
              value={start.at}
              onInput={(event) => choose({ ...start, at: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
    </fieldset>
  );
}

function requestOf(
  target: Target,
  operation: string,
  given: OperationRequest["parameters"],
  reason: string,
  start: Start,
): OperationRequest {
  const at = start.when === "at" ? fromInput(start.at, zone.value) : undefined;
  return {
    operation,
    ...target,
    parameters: given,
    ...(reason === "" ? {} : { reason }),
    ...(at === undefined ? {} : { start: { at } }),
    ...(start.when === "queue" ? { if_busy: "queue" } : {}),
  };
}
