import type { Problem, ProblemError } from '@lading/api';

/** Codes that the client itself makes; all others come from nodes. Each has a page in docs/errors. */
export type ClientCode = 'NODE_UNREACHABLE' | 'NODE_TIMEOUT' | 'ANSWER_INVALID';

export interface LadingErrorFields {
  readonly code: string;
  /** What happened and what to do. */
  readonly detail: string;
  /** HTTP status, or null when no node answered. */
  readonly status: number | null;
  /** Whether the same request can succeed later without a change. */
  readonly retryable: boolean;
  readonly requestId: string | null;
  readonly errors: readonly ProblemError[];
  /** Candidates of AMBIGUOUS_ITEM and the like. */
  readonly data: unknown;
  /** Address that was asked. */
  readonly url: string;
  readonly retryAfterSeconds: number | null;
}

/** Everything that can go wrong between a caller and a node. Decide by `code`, never by the text. */
export class LadingError extends Error implements LadingErrorFields {
  override readonly name = 'LadingError';
  readonly code: string;
  readonly detail: string;
  readonly status: number | null;
  readonly retryable: boolean;
  readonly requestId: string | null;
  readonly errors: readonly ProblemError[];
  readonly data: unknown;
  readonly url: string;
  readonly retryAfterSeconds: number | null;

  constructor(fields: LadingErrorFields, options?: { readonly cause?: unknown }) {
    super(`${fields.code}: ${fields.detail}`, options);
    this.code = fields.code;
    this.detail = fields.detail;
    this.status = fields.status;
    this.retryable = fields.retryable;
    this.requestId = fields.requestId;
    this.errors = fields.errors;
    this.data = fields.data;
    this.url = fields.url;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** An error of the client's own. */
export function ladingError(code: ClientCode, detail: string, url: string, cause?: unknown): LadingError {
  const retryable = code !== 'ANSWER_INVALID';
  const none = { status: null, requestId: null, errors: [], data: undefined, retryAfterSeconds: null };
  return new LadingError({ code, detail, retryable, url, ...none }, cause === undefined ? undefined : { cause });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The error that an answer with an error status tells; also for answers of proxies, which are no problem documents. */
export function problemError(status: number, headers: Headers, text: string, url: string): LadingError {
  const problem = readProblem(text);
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  return new LadingError({
    code: problem?.code ?? 'ANSWER_INVALID',
    detail: problem?.detail ?? `status ${status} without a problem document; is ${url} the address of a node?`,
    status,
    retryable: problem?.retryable ?? (status === 502 || status === 503 || status === 504),
    requestId: problem?.requestId ?? headers.get('x-request-id'),
    errors: problem?.errors ?? [],
    data: problem?.data,
    url,
    retryAfterSeconds: Number.isFinite(after) && after >= 0 ? after : null
  });
}

function readProblem(text: string): Problem | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || typeof value['code'] !== 'string' || typeof value['detail'] !== 'string') return null;
    const errors = Array.isArray(value['errors']) ? value['errors'].filter(isRecord) : [];
    return { ...value, errors, retryable: value['retryable'] === true } as unknown as Problem;
  } catch {
    return null;
  }
}
