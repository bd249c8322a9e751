// What an operation would do, before anything can be sent.

import { useState } from "preact/hooks";

import type { Check, Json, OperationRequest, Preview } from "../api/types";
import { interruption, needsName, operationName } from "../lib/words";
import { label } from "../lib/schema";
import { Facts, Field, Notice, Prose, Status, Time, ViewLink } from "../parts/basic";

/** The preview: the loudest first. */
export function PreviewShown({ preview, request }: { preview: Preview; request: OperationRequest }) {
  const { would } = preview;
  return (
    <div class="preview">
      {preview.checks.filter((it) => !it.passed).map((it) => <Failed check={it} key={it.check} />)}
      <WouldApply preview={preview} />
      {would.interruption !== undefined && (
        <Notice tone={interruption(would.interruption.kind).tone} title={`${interruption(would.interruption.kind).word}. `}>
          <Prose of={would.interruption.explanation} />
        </Notice>
      )}
      {would.warnings?.map((warning) => (
        <Notice tone="warn" key={warning.code} title={`${warning.message} `}>
          <Prose of={warning.guidance} />
        </Notice>
      ))}
      {would.conflicts.map((conflict) => (
        <Notice tone="warn" key={conflict.running_operation_id} title="Another operation has the instance. ">
          <ViewLink path={["operations", conflict.running_operation_id]}>Watch it</ViewLink>
        </Notice>
      ))}
      {would.rds_call === null && <Notice tone="quiet" title="It is so already: RDS would be asked for nothing." />}
      <Facts
        facts={[
          ["Starts", starts(request)],
          ["RDS is asked for", would.rds_call && <Call call={would.rds_call} />],
          ["Applies to", would.scope === "cluster" ? `the whole cluster ${would.db_cluster_id ?? ""}` : would.scope && "this instance"],
          ["In the window", would.maintenance_window && `${would.maintenance_window} UTC`],
          ["Who notices it", affected(preview)],
          ["Snapshot", would.snapshot && <code>{would.snapshot.snapshot_id}</code>],
          ["Taken", would.snapshot?.snapshot_create_time && <Time at={would.snapshot.snapshot_create_time} />],
          ["Kept until", would.snapshot?.delete_after],
          ["Parameters in use", would.parameter_apply_status],
          ["Tags not copied", would.tags_not_copied?.join(", ")],
        ]}
      />
      <Differences preview={preview} />
      <details>
        <summary>{preview.checks.length} checks, {preview.checks.filter((it) => it.passed).length} passed</summary>
        <ul class="checks">
          {preview.checks.map((it) => (
            <li key={it.check}>
              <Status tone={it.passed ? "good" : "bad"} word={label(it.check)} />
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

/** When it would be sent, and until when. */
function starts(request: OperationRequest) {
  const within = `${request.start_within_minutes ?? 60} minutes`;
  if (request.start !== undefined) {
    return (
      <>
        <Time at={request.start.at} surface="future" />, or within {within} after it if the instance is
        busy then
      </>
    );
  }
  return request.if_busy === "queue" ? `now, or within ${within} when the instance is free` : "now";
}

/** Changes that wait already. Some calls apply them, too: nothing in a preview matters more. */
function WouldApply({ preview }: { preview: Preview }) {
  const waiting = Object.entries(preview.would.pending_modifications ?? {});
  if (waiting.length === 0) return null;
  const isAtOnce = preview.would.parameters?.apply_immediately === true;
  const title = isAtOnce ? "Changes wait that this would apply, too" : "Other changes wait on this instance";
  return (
    <Notice tone={isAtOnce ? "bad" : "warn"} title={title}>
      <Facts facts={waiting} />
    </Notice>
  );
}

function Failed({ check }: { check: Check }) {
  return (
    <Notice tone="bad" title={`${check.error ?? label(check.check)} `}>
      <p>
        <Prose of={check.guidance} />
      </p>
    </Notice>
  );
}

function Call({ call }: { call: { action: string; parameters: Record<string, Json> } }) {
  return (
    <>
      <code>{call.action}</code>
      <Facts facts={Object.entries(call.parameters).map(([name, value]) => [name, text(value)])} />
    </>
  );
}

/** A value in one line. */
export function text(value: Json): string {
  if (Array.isArray(value)) return value.map(text).join(", ");
  if (typeof value === "object" && value !== null) {
    const { Key, Value } = value as { Key?: string; Value?: string };
    return Key === undefined ? JSON.stringify(value) : `${Key} = ${Value ?? ""}`;
  }
  return String(value);
}

function affected(preview: Preview): string {
  const all = preview.would.affected ?? [];
  return all.map((it) => `${it.instance_id} (${interruption(it.effect).word.toLowerCase()})`).join("; ");
}

function Differences({ preview }: { preview: Preview }) {
  const differences = preview.would.parameter_differences ?? [];
  if (differences.length === 0) return null;
  return (
    <div class="table-frame">
      <table class="table">
        <caption>Parameters that differ between the two groups</caption>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
            <th scope="col">Takes effect</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((it) => (
            <tr key={it.parameter}>
              <td>
                <code>{it.parameter}</code>
              </td>
              <td>{it.from ?? "the engine's default"}</td>
              <td>{it.to ?? "the engine's default"}</td>
              <td>{it.is_static ? "after a reboot" : "at once"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The button that sends. Where connections are cut, it wants the instance's name first. */
export function Confirm(props: { preview: Preview; request: OperationRequest; isSending: boolean; send: () => void }) {
  const { preview } = props;
  const [typed, setTyped] = useState("");
  if (!preview.passed) {
    return <p class="muted">It can't be sent as long as a check fails. Change the request; if the reason is the state of the instance, come back later.</p>;
  }
  const mustType = needsName(preview.would.interruption?.kind);
  const isConfirmed = !mustType || typed === preview.instance_id;
  const isOther = typed !== "" && !preview.instance_id.startsWith(typed);
  const name = `${operationName(preview.operation)} of ${preview.instance_id}`;
  const words = props.request.start === undefined ? name : `Schedule: ${name}`;
  const tone = mustType ? "danger" : preview.would.rds_call === null ? undefined : "primary";
  return (
    <form
      class="confirm"
      onSubmit={(event) => {
        event.preventDefault();
        if (isConfirmed && !props.isSending) props.send();
      }}
    >
      {mustType && (
        <Field label="Name of the instance" problem={isOther ? `is not ${preview.instance_id}` : undefined} hint={`Type ${preview.instance_id} to confirm that its users are interrupted.`}>
          {(described) => (
            <input
              {...described}
              type="text"
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
              spellcheck={false}
              autocomplete="off"
            />
          )}
        </Field>
      )}
      <button type="submit" class={tone} disabled={!isConfirmed || props.isSending}>
        {props.isSending ? "Sending …" : words}
      </button>
    </form>
  );
}
