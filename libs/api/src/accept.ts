/** Media types that a request accepts as JSON and as XML. */
const JSON_RANGES: ReadonlySet<string> = new Set(['', '*/*', 'application/*', 'application/json', 'application/ld+json']);
const XML_RANGES: ReadonlySet<string> = new Set(['application/xml', 'text/xml']);
/** Who asks for a form of problems alone says what else he reads. */
const JSON_PROBLEMS: ReadonlySet<string> = new Set([...JSON_RANGES, 'application/problem+json']);
const XML_PROBLEMS: ReadonlySet<string> = new Set([...XML_RANGES, 'application/problem+xml']);

/** How much a media type is wanted, 0 to 1 (RFC 9110 §12.5.1); 0: not at all. */
function weight(accept: string, ranges: ReadonlySet<string>): number {
  const weights = accept.split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (!ranges.has(type)) return [];
    const q = parameters.map((parameter) => /^q=([01](?:\.\d{1,3})?)$/.exec(parameter)?.[1]).find((found) => found !== undefined);
    return [q === undefined ? 1 : Number(q)];
  });
  return Math.max(0, ...weights);
}

export interface AcceptWeights {
  readonly json: number;
  readonly xml: number;
}

/** Without a header everything is accepted, and JSON is what we speak first. */
export const acceptWeights = (accept: string | undefined): AcceptWeights =>
  accept === undefined ? { json: 1, xml: 0 } : { json: weight(accept, JSON_RANGES), xml: weight(accept, XML_RANGES) };

/** Whether problems go out as XML: to whoever wants that more than JSON. */
export const wantsXmlProblem = (accept: string | undefined): boolean =>
  accept !== undefined && weight(accept, XML_PROBLEMS) > weight(accept, JSON_PROBLEMS);
