// What was asked for: by whom, why, when and with which parameters.

import type { ComponentChildren } from "preact";

import type { OperationRequest, OperationView as Operation } from "../api/types";
import { client } from "../app";
import { command, curl } from "../lib/quote";
import { why } from "../lib/reason";
import { person } from "../lib/words";
import { Copy, Duration, Facts, Section, Time, ViewLink } from "../parts/basic";
import { Members } from "../parts/value";

export function Asked({ operation, ended }: { operation: Operation; ended: boolean }) {
  const { operation_id: id, classification, progress, requested_by: principal, start } = operation;
  const facts: [string, ComponentChildren][] = [
    ["Person", principal && <span title={principal}>{person(principal)}</span>],
    ["Reason", operation.reason ?? <span class="muted">none was given</span>],
    ["Requested", operation.created_at && <Time at={operation.created_at} />],
    ["Could start", ended && start && <Time at={start.from} />],
    ["Took", ended && operation.duration_seconds !== undefined && <Duration seconds={operation.duration_seconds} />],
    ["Polls", ended && progress && progress.polls],
    ["Operation id", <code>{id}</code>],
    ["Preview", operation.plan_hash && <code>{operation.plan_hash}</code>],
  ];
  return (
    <Section
      title="Request"
      aside={
        <ViewLink path={["audit"]} parameters={{ operation_id: id }}>
          Audit trail of this operation
        </ViewLink>
      }
    >
      <Facts facts={facts.filter(([, value]) => value !== false)} />
      <h3>Parameters</h3>
      <Members of={operation.parameters ?? {}} />
      {classification !== undefined && (
        <>
          <h3>Environment</h3>
          <p>{why(classification)}</p>
        </>
      )}
      <p class="actions">
        <Copy text={curl(client.base, requestOf(operation))}>Copy as curl</Copy>
        <Copy text={command(requestOf(operation))}>Copy as rds-ops</Copy>
        <Copy text={location.href}>Copy the link</Copy>
        <button type="button" class="plain" onClick={() => print()}>
          Print
        </button>
      </p>
    </Section>
  );
}

/** The request that asks for the same now. Its time has passed, and its preview is another one. */
function requestOf(operation: Operation): OperationRequest {
  const { operation: name, instance_id, account_id, region, parameters = {}, reason } = operation;
  const request = { operation: name, instance_id, account_id, region, parameters };
  return reason === undefined ? request : { ...request, reason };
}
