// Requests to the HTTP API, and what may come of one.

import type { ErrorBody } from "./types";

/** Who signs the requests, where somebody does. */
export interface Tokens {
  token(): Promise<string | undefined>;
  renew(): Promise<boolean>;
}

/** An answer of the API that is an error. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.error);
  }
}

/** An answer that is not the API's: a gateway's or a proxy's. */
export class GatewayError extends Error {
  constructor(
    readonly status: number,
    readonly requestId: string | undefined,
  ) {
    super(
      status === 401 || status === 403
        ? "The gateway in front of the service does not let this page in."
        : `The gateway in front of the service answered ${status}.`,
    );
  }
}

/** There was no answer. */
export class NetworkError extends Error {
  constructor() {
    super("The service can't be reached.");
  }
}

/** What a request is, beside its path. */
export interface Asked {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** The HTTP API at an address. */
export class Client {
  constructor(
    /** The address of the dashboard, with a slash at its end. */
    readonly base: string,
    private readonly tokens?: Tokens,
  ) {}

  /** The answer to a request. Throws an `ApiError`, a `GatewayError` or a `NetworkError`. */
  async ask<T>(path: string, asked: Asked = {}): Promise<T> {
    const response = await this.respond(path, asked);
    const body = await read(response);
    if (response.ok && body !== undefined) return body as T;
    if (isErrorBody(body)) throw new ApiError(response.status, body);
    throw new GatewayError(response.status, requestId(response));
  }

  /** The answer as text, as an export is, and where the next part of it begins. */
  async text(path: string, accept: string): Promise<{ text: string; next: string | undefined }> {
    const response = await this.respond(path, { headers: { accept } });
    if (response.ok) {
      return { text: await response.text(), next: response.headers.get("x-next-cursor") ?? undefined };
    }
    const body = await read(response);
    if (isErrorBody(body)) throw new ApiError(response.status, body);
    throw new GatewayError(response.status, requestId(response));
  }

  private async respond(path: string, asked: Asked): Promise<Response> {
    const response = await this.send(path, asked);
    if (response.status !== 401 || this.tokens === undefined) return response;
    return (await this.tokens.renew()) ? this.send(path, asked) : response;
  }

  private async send(path: string, asked: Asked): Promise<Response> {
    const headers: Record<string, string> = { accept: "application/json", ...asked.headers };
    const token = await this.tokens?.token();
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (asked.body !== undefined) headers["content-type"] = "application/json";
    try {
      return await fetch(this.base + path, {
        method: asked.method ?? "GET",
        headers,
        // The browser would let equal requests of two tabs wait for each other.
        cache: "no-store",
        signal: asked.signal ?? null,
        ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      });
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new NetworkError();
    }
  }
}

/** Whether somebody did not want the answer any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** A path with the parameters that have a value. */
export function path(path: string, parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (isAbort(error)) throw error;
    return undefined;
  }
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === "object" && body !== null && "error" in body && "guidance" in body;
}

function requestId(response: Response): string | undefined {
  const names = ["x-request-id", "x-amzn-requestid", "apigw-requestid"];
  return names.map((name) => response.headers.get(name)).find((id) => id !== null) ?? undefined;
}
