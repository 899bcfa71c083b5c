import { ladingError } from './errors.js';
import type { HttpClient } from './http/httpClient.js';
import { parseJson } from './http/json.js';
import type { Answer } from './http/options.js';

/** Parameters of EPCIS 2.0 by their standard names (eventType, GE_eventTime, MATCH_epc …); several values as a list. */
export type EventQuery = Readonly<Record<string, string | number | readonly string[]>>;

const PATH = '/epcis/v2/events';
const NEXT = /<([^>]*)>\s*;[^,]*\brel="?next"?/;

/** The path of the first page. */
export function queryPath(query: EventQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    parameters.set(name, typeof value === 'object' ? value.join('|') : String(value));
  }
  const text = parameters.toString();
  return text === '' ? PATH : `${PATH}?${text}`;
}

/** Path of the next page (RFC 8288), or null on the last. Only the node that answered may name it. */
export function nextPath(answer: Answer): string | null {
  const link = NEXT.exec(answer.headers.get('link') ?? '')?.[1];
  if (link === undefined) return null;
  const url = new URL(link, answer.url);
  if (url.origin !== new URL(answer.url).origin) {
    throw ladingError('ANSWER_INVALID', 'the link to the next page leads to another server', answer.url);
  }
  return url.pathname + url.search;
}

/** All matching events, page by page as they are consumed. */
export async function* queryEvents(
  http: HttpClient,
  query: EventQuery,
  signal?: AbortSignal
): AsyncGenerator<Record<string, unknown>> {
  for (let path: string | null = queryPath(query); path !== null;) {
    const answer: Answer = await http.send({
      method: 'GET',
      path,
      authenticated: true,
      ...(signal === undefined ? {} : { signal })
    });
    yield* eventList(parseJson(answer), answer.url);
    path = nextPath(answer);
  }
}

/** The events of an EPCISQueryDocument. */
export function eventList(document: unknown, url: string): readonly Record<string, unknown>[] {
  let value = document;
  for (const name of ['epcisBody', 'queryResults', 'resultsBody', 'eventList']) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (Array.isArray(value)) return value as readonly Record<string, unknown>[];
  throw ladingError('ANSWER_INVALID', 'the answer is not an EPCISQueryDocument', url);
}
