import { acceptWeights, ApiFault } from '@lading/api';
import type { HttpRequest } from './http.types.js';

/**
 * Routes whose answers have an XML form in the standard's OpenAPI, beside problems, which have one everywhere: events, one
 * capture job, and the top-level resources. Lists and definitions are JSON only.
 */
const WITH_XML: readonly RegExp[] = [
  /^GET \/epcis\/v2\/?$/,
  /^GET \/epcis\/v2\/capture\/[^/]+\/?$/,
  /^(?:GET|POST) \/epcis\/v2\/events\/?$/,
  /^GET \/epcis\/v2\/events\/[^/]+\/?$/,
  /^GET \/epcis\/v2\/(?:queries|eventTypes|epcs|bizSteps|bizLocations|readPoints|dispositions)\/[^/]+\/events\/?$/
];

/** Routes that answer with headers only: whatever is accepted, there is nothing to dislike. */
const WITHOUT_BODY: readonly RegExp[] = [/^(?:OPTIONS|DELETE) /, /^POST \/epcis\/v2\/(?:capture|queries)\/?$/];

export type AnswerMedia = 'json' | 'xml';

/**
 * In which form the answer goes out: as XML, where there is such a form, for whoever wants that more than JSON, else as
 * JSON. Whoever accepts neither gets 406 rather than a surprise, before anything is done.
 */
export function answerMedia(request: HttpRequest): AnswerMedia {
  const { json, xml } = acceptWeights(request.headers.accept);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = `${method} ${request.url.split('?', 1)[0] ?? ''}`;
  const hasXml = WITH_XML.some((pattern) => pattern.test(route));
  if (hasXml && xml > json) return 'xml';
  if (json > 0 || WITHOUT_BODY.some((pattern) => pattern.test(route))) return 'json';
  const media = hasXml ? 'application/json or application/xml' : 'application/json';
  throw new ApiFault('NOT_ACCEPTABLE', `answers are ${media}; leave Accept out or include it`);
}
