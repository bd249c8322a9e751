// One operation: how far it is, how it ended, what to do next, and what was asked for.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { hasEnded, useOperation } from "../api/follow";
import type { OperationView as Operation } from "../api/types";
import { client, serviceName } from "../app";
import { notify } from "../lib/notify";
import { nextSteps, runAgain } from "../lib/next-step";
import { operationName, operationStatus } from "../lib/words";
import { Environment, OperationState, title, ViewLink } from "../parts/basic";
import { Data } from "../parts/data";
import { Timeline } from "../parts/timeline";
import { Asked } from "./operation-asked";
import { Cancel, NotifyChoice, Progress } from "./operation-progress";
import { Outcome } from "./operation-outcome";

/** The page of an operation. */
export function OperationView({ id }: { id: string }) {
  const operation = useOperation(client, id);
  const { data } = operation.state.value;
  useTold(data);
  return (
    <article class="page narrow operation">
      <p class="crumb">
        <ViewLink path={["operations"]}>Operations</ViewLink>
      </p>
      {data === undefined && <h1>Operation {id}</h1>}
      <Data of={operation} what="the operation">
        {(it) => {
          const ended = hasEnded(it);
          return (
            <>
              <Head operation={it} />
              {ended ? <Outcome operation={it} /> : <Progress operation={it} />}
              <Steps operation={it} ended={ended}>
                {!ended && <NotifyChoice follower={operation} />}
              </Steps>
              {!ended && <Cancel operation={it} refresh={() => operation.refresh()} />}
              <Timeline operation={it} ended={ended} />
              <Asked operation={it} ended={ended} />
            </>
          );
        }}
      </Data>
    </article>
  );
}

function Head({ operation }: { operation: Operation }) {
  const { account_id, region, instance_id } = operation;
  return (
    <>
      <h1>
        {operationName(operation.operation)} of{" "}
        <ViewLink path={["instances", account_id, region, instance_id]}>{instance_id}</ViewLink>
      </h1>
      <p class="lead">
        {/* Readers of the screen are told of a change of the state, and of nothing else. */}
        <span role="status" class="strong">
          <OperationState status={operation.progress?.phase ?? operation.status} success={operation.success} />
        </span>
        <Environment name={operation.environment} />
        <span class="muted number">
          {account_id} · {region}
        </span>
      </p>
    </>
  );
}

/** What a person can do next: first what helps after a failure, then what is always possible. */
function Steps(props: { operation: Operation; ended: boolean; children?: ComponentChildren }) {
  const { operation, ended } = props;
  const steps = nextSteps(operation);
  const again = runAgain(operation);
  const isThere = steps.some((step) => step.href === again.href);
  return (
    <p class="actions">
      {steps.map((step, at) => (
        <a key={step.href} href={step.href} class={at === 0 ? "button primary" : "button"}>
          {step.words}
        </a>
      ))}
      {ended && !isThere && (
        <a href={again.href} class="button">
          {again.words}
        </a>
      )}
      {props.children}
    </p>
  );
}

/** The state in the title of the tab, where it can be read in a row of tabs; the end as a notification. */
function useTold(operation: Operation | undefined): void {
  const seen = useRef<Operation | undefined>(undefined);
  useEffect(() => {
    const before = seen.current;
    seen.current = operation;
    if (operation === undefined) {
      title(`Operation – ${serviceName.value}`);
      return;
    }
    const { word } = operationStatus(operation.status, operation.success);
    const percent = operation.progress?.percent;
    const state = hasEnded(operation) || percent === undefined ? word : `${percent} %`;
    const name = `${operationName(operation.operation)} of ${operation.instance_id}`;
    title(`${state}: ${name} – ${serviceName.value}`);
    if (before !== undefined && !hasEnded(before) && hasEnded(operation)) {
      notify(operation.operation_id, `${word}: ${name}`, operation.error ?? serviceName.value);
    }
  }, [operation]);
}
