import { codeEntry } from './codes/registry.js';

/** One fault inside a body. `pointer` is a JSON pointer (RFC 6901), '' for the whole document. */
export interface ProblemError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** application/problem+json (RFC 9457) with our extension members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly errors?: readonly ProblemError[];
  /** Candidates of AMBIGUOUS_ITEM, data of the outcome, and the like. */
  readonly data?: unknown;
}

export interface FaultDetails {
  readonly errors?: readonly ProblemError[];
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by the HTTP layer and turned into a {@link Problem} by its one filter. `code` decides the status. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly details: FaultDetails = {}
  ) {
    super(`${code}: ${detail}`);
  }
}

export interface ProblemContext {
  /** Path of the request, without the query (it can hold identifiers that logs should not repeat). */
  readonly path: string;
  readonly requestId: string;
}

const EPCIS_PATH = /^\/epcis(\/|$)/;

/**
 * The problem document of a fault. Under /epcis the type is the standard's exception name, as its clients expect;
 * everywhere else it is the address of the code's page.
 */
export function problemOf(fault: ApiFault, context: ProblemContext): Problem {
  const known = codeEntry(fault.code);
  const isEpcis = EPCIS_PATH.test(context.path);
  const type = isEpcis ? `epcisException:${known.epcis}` : `/errors/${fault.code}`;
  // The OpenAPI of EPCIS wants an absolute URI here, where RFC 9457 allows a reference.
  const instance = isEpcis ? `urn:lading:request:${context.requestId}` : context.path;
  const { errors, data } = fault.details;
  return {
    type,
    title: known.title,
    status: known.status,
    detail: fault.detail,
    instance,
    code: fault.code,
    requestId: context.requestId,
    retryable: known.retryable,
    ...(errors === undefined ? {} : { errors }),
    ...(data === undefined ? {} : { data })
  };
}
