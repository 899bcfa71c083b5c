/** A call with all its retries takes at most this long, unless its caller says otherwise. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** What one request and its answer were, for a caller who wants to see them. Never holds tokens or bodies. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** HTTP status, or the code of the failure. */
  readonly outcome: number | string;
  readonly milliseconds: number;
}

export interface ClientOptions {
  /** Address of the organization's own node first; the others are asked when it cannot be reached. */
  readonly urls: readonly string[];
  /** Nodes that may order transactions of this client: those of its lanes. Default: the first of `urls`. */
  readonly writeUrls?: readonly string[];
  /** A bearer token that is still valid; asked for before every request that needs one. */
  readonly token?: () => string | Promise<string>;
  /** A call with all its retries takes at most this long, milliseconds. Default 30 000. */
  readonly timeoutMs?: number;
  /** Told of every exchange. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** The three below are for tests. */
  readonly fetch?: typeof fetch;
  readonly delay?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/** One request, as the methods of the client describe it. */
export interface Call {
  readonly method: 'GET' | 'POST';
  /** Path and query, starting with "/". */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** False for the routes that anybody may read. */
  readonly authenticated: boolean;
  /** True when only the nodes of the lanes may take it. */
  readonly write?: boolean;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Codes that are waited for although time is all they need, e.g. NOT_CERTIFIED_YET. Default: all retryable ones. */
  readonly retry?: (code: string) => boolean;
}

/** Seconds that a node may hold an answer: under half of the caller's time, so that one that cannot commit says why. */
export function preferWait(timeoutMs: number = DEFAULT_TIMEOUT_MS): string {
  return `wait=${Math.min(20, Math.max(1, Math.floor(timeoutMs / 2500)))}`;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Address that answered. */
  readonly url: string;
}
