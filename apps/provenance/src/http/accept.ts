import { ApiFault } from '@lading/api';
import type { HttpRequest } from './http.types.js';

const JSON_RANGES: ReadonlySet<string> = new Set(['', '*/*', 'application/*', 'application/json', 'application/ld+json']);
const XML_RANGES: ReadonlySet<string> = new Set(['application/xml', 'text/xml']);

/** Routes that answer with events: an EPCISQueryDocument has an XML form, lists and jobs have none. */
const EVENT_ROUTE =
  /^\/epcis\/v2\/(?:events|(?:queries|eventTypes|epcs|bizSteps|bizLocations|readPoints|dispositions)\/[^/?]+\/events)(?:[/?]|$)/;

export type AnswerMedia = 'json' | 'xml';

/** How much a media type is wanted (RFC 9110 §12.5.1); 0: not at all. */
function weight(accept: string, ranges: ReadonlySet<string>): number {
  const weights = accept.split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (!ranges.has(type)) return [];
    const q = parameters.map((parameter) => /^q=([01](?:\.\d{1,3})?)$/.exec(parameter)?.[1]).find((found) => found !== undefined);
    return [q === undefined ? 1 : Number(q)];
  });
  return Math.max(0, ...weights);
}

/**
 * In which form the answer goes out: events as XML for whoever wants that more than JSON, everything else as JSON. Whoever
 * accepts neither gets 406 rather than a surprise.
 */
export function answerMedia(request: HttpRequest): AnswerMedia {
  const { accept } = request.headers;
  if (accept === undefined) return 'json';
  const [json, xml] = [weight(accept, JSON_RANGES), weight(accept, XML_RANGES)];
  const hasXml = request.method !== 'POST' && EVENT_ROUTE.test(request.url);
  if (hasXml && xml > json) return 'xml';
  if (json > 0) return 'json';
  const media = hasXml ? 'application/json or application/xml' : 'application/json';
  throw new ApiFault('NOT_ACCEPTABLE', `answers are ${media}; leave Accept out or include it`);
}
