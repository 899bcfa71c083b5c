import type { Finding } from './openApi.js';

/** A place where the OpenAPI contradicts itself or what it describes (spec/epcisRest.md 6). */
interface Bug {
  readonly operation: RegExp;
  readonly status: number;
  readonly what: RegExp;
  readonly why: string;
}

const BUGS: readonly Bug[] = [
  {
    operation: /^POST \/(events|queries)$/,
    status: 409,
    what: /^\/status must be equal to one of the allowed values/,
    why: 'the schema of 409 fixes `status` to 406'
  },
  {
    operation: /^GET \/queries\/\{queryName\}$/,
    status: 200,
    what: /must be array/,
    why: 'the schema is an array; its own example and the description are one object'
  },
  {
    operation: /^GET \/capture/,
    status: 200,
    what: /must match exactly one schema in oneOf/,
    why: 'the two schemas of CaptureJob.oneOf require nothing, so every job matches both'
  },
  {
    operation: /^(GET \/events|POST \/queries|POST \/queries\/\{queryName\}\/subscriptions|GET \/(capture|eventTypes|epcs|queries))$/,
    status: 400,
    what: /status is not listed/,
    why: 'no 400 is listed, though parameters and bodies can be wrong'
  },
  {
    operation: /.*/,
    status: 400,
    what: /^media type application\/problem\+json is not listed$/,
    why: 'the responses of subscriptions list application/json for a problem; RFC 7807 and all others have application/problem+json'
  },
  {
    operation: /^GET \/$/,
    status: 200,
    what: /must have required property '@context'/,
    why: 'listed as XML with a schema whose member @context is no name in XML'
  },
  {
    operation: /^DELETE \/nextPageToken/,
    status: 401,
    what: /status is not listed/,
    why: 'the only route without 401, though a token is needed as everywhere'
  }
];

export const bugBehind = ({ operation, status, what }: Finding): string | null =>
  BUGS.find((bug) => bug.operation.test(operation) && bug.status === status && bug.what.test(what))?.why ?? null;
