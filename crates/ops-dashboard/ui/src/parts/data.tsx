// What a list or a page shows while its data is not there, is old, or can't be had.

import type { ComponentChildren } from "preact";

import { ApiError, GatewayError, NetworkError } from "../api/client";
import type { Resource } from "../api/resource";
import { now } from "../app";
import { label } from "../lib/schema";
import { relative } from "../lib/time";
import { Copy, Notice, Prose, Time } from "./basic";

/** Older data than this is marked, in milliseconds. */
const OLD = 90_000;

/** The data of a resource, or why there is none. */
export function Data<T>(props: {
  of: Resource<T>;
  /** What is loaded, e.g. `instances`. */
  what: string;
  children: (data: T) => ComponentChildren;
}) {
  const { data, at, error, loading, retryAt } = props.of.state.value;
  const retry = () => props.of.refresh();
  // Data of before has no time: it is not an answer to what is asked for now.
  if (data === undefined || (at === undefined && error !== undefined)) {
    if (error !== undefined) return <Failure error={error} what={props.what} retry={retry} />;
    return loading ? <Loading what={props.what} /> : null;
  }
  const isOld = props.of.staysFresh && at !== undefined && now.value.getTime() - at > OLD;
  return (
    <>
      {(error !== undefined || isOld) && at !== undefined && (
        <Notice tone="warn" role="status" title={`As of ${relative(new Date(at), now.value)}. `}>
          {error === undefined ? "The page was in the background. " : `${sentence(error)} `}
          {retryAt !== undefined && `The page asks again ${relative(new Date(retryAt), now.value)}. `}
          <button type="button" class="link" onClick={retry}>
            Load again
          </button>
        </Notice>
      )}
      {at === undefined ? (
        <div class="busy" aria-busy="true">
          {props.children(data)}
        </div>
      ) : (
        props.children(data)
      )}
    </>
  );
}

/** When the data was read that nobody asks for again by itself. */
export function Age({ of }: { of: Resource<unknown> }) {
  const { at, error } = of.state.value;
  if (at === undefined || error !== undefined) return null;
  return (
    <>
      As of <Time at={at} />.{" "}
      <button type="button" class="link" onClick={() => of.refresh()}>
        Read again
      </button>
    </>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <p class="state" role="status">
      Loading {what} …
    </p>
  );
}

/** Nothing is there. What to do about it is the child. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state" role="status">
      <p class="state-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** An error with what to do next, and what operators need to find it. */
export function Failure(props: { error: unknown; what: string; retry?: (() => void) | undefined }) {
  const { error } = props;
  const isDenied = error instanceof ApiError && error.status === 403;
  return (
    <div class="failure" role="alert">
      <Notice tone={isDenied ? "warn" : "bad"} title={heading(error)}>
        <p>
          <Prose of={guidance(error)} />
        </p>
        {error instanceof ApiError && <Problems error={error} />}
        <p class="actions">
          {props.retry !== undefined && (
            <button type="button" onClick={props.retry}>
              Load {props.what} again
            </button>
          )}
          <Reference error={error} />
        </p>
      </Notice>
    </div>
  );
}

function Problems({ error }: { error: ApiError }) {
  const { details = [] } = error.body;
  if (details.length === 0) return null;
  return (
    <ul>
      {details.map((problem) => (
        <li key={problem.pointer + problem.message}>
          <strong>{label(problem.pointer.split("/").at(-1) ?? "")}</strong> {problem.message}
        </li>
      ))}
    </ul>
  );
}

function Reference({ error }: { error: unknown }) {
  if (error instanceof ApiError) {
    const { code, request_id: id } = error.body;
    return (
      <span class="muted">
        <code>{code}</code> {id !== null && <Copy text={id}>Copy request id</Copy>}
      </span>
    );
  }
  if (error instanceof GatewayError && error.requestId !== undefined) {
    return <Copy text={error.requestId}>Copy request id</Copy>;
  }
  return null;
}

/** What happened; in short where the problems are listed one by one. */
function heading(error: unknown): string {
  const isListed = error instanceof ApiError && (error.body.details ?? []).length > 0;
  return isListed ? "The request is not valid." : sentence(error);
}

/** What happened. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What to do. */
export function guidance(error: unknown): string {
  if (error instanceof ApiError) return error.body.guidance;
  if (error instanceof NetworkError) {
    return "The page asks again by itself. Check the network, or whether the service is running.";
  }
  if (error instanceof GatewayError && (error.status === 401 || error.status === 403)) {
    return (
      "This address asks for AWS signatures or API keys, which a web page can't give. On your own " +
      "machine, `rds-ops ui --url` with this address shows this dashboard and signs its requests " +
      "with your AWS credentials. Or ask the operators for a gateway that takes the tokens of a " +
      "sign-in (http-jwt)."
    );
  }
  return "Try again in a moment. If it stays, tell the operators of this service.";
}
