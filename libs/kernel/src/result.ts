/**
 * A rejection is an expected answer to bad input: returned, never thrown (ARCHITECTURE.md, "Errors").
 * `code` is stable and has a page in docs/errors; `detail` holds data for that page's sentence, never prose to parse.
 */
export interface Rejection<C extends string = string> {
  readonly ok: false;
  readonly code: C;
  /** What was wrong and where, for a person. */
  readonly detail: string;
  /** JSON pointer (RFC 6901) or byte offset of the fault, where the input has one. */
  readonly pointer?: string;
}

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export type Result<T, C extends string = string> = Ok<T> | Rejection<C>;

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });

export const reject = <C extends string>(code: C, detail: string, pointer?: string): Rejection<C> =>
  pointer === undefined ? { ok: false, code, detail } : { ok: false, code, detail, pointer };
