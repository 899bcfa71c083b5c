import type { CaptureJob } from './http/capture.js';
import type { Problem } from './problem.js';

/**
 * Answers of EPCIS REST that are no events, in the XML that GS1's OpenAPI 2.0.0 describes by its `xml` annotations
 * (spec/epcisRest.md 1.4b). Members are elements without namespace, members of lists repeat, absent ones are left out.
 */

export const PROBLEM_XML = 'application/problem+xml';

const NAMESPACE = 'urn:epcglobal:epcis:xsd:2';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** XML 1.0 §2.2: what a document cannot contain, not even escaped; problems may quote what a client sent. */
const OTHER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escape = (text: string): string =>
  text
    .replace(OTHER, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');

type Member = string | number | boolean | null | undefined;

const elements = (members: Readonly<Record<string, Member>>): string =>
  Object.entries(members)
    .map(([name, value]) => (value === undefined || value === null ? '' : `<${name}>${escape(String(value))}</${name}>`))
    .join('');

const root = (name: string, content: string, attributes = ''): string =>
  `${DECLARATION}<epcis:${name} xmlns:epcis="${NAMESPACE}"${attributes}>${content}</epcis:${name}>\n`;

/** An RFC 9457 problem as `epcis:EPCISException`; its `data`, which may have any form, stay JSON text. */
export function problemXml({ errors, data, ...members }: Problem): string {
  const places = (errors ?? []).map((error) => `<errors>${elements({ ...error })}</errors>`).join('');
  const told = data === undefined ? '' : elements({ data: JSON.stringify(data) });
  return root('EPCISException', elements(members) + places + told);
}

/** A capture job as `epcis:EPCISCaptureJob`: what it is stands in attributes, each of its errors is an `epcis:EPCISException`. */
export function captureJobXml(job: CaptureJob): string {
  const { captureID, running, success, createdAt, finishedAt, captureErrorBehaviour } = job;
  const attributes = ` captureID="${escape(captureID)}" running="${running}" success="${success}"`;
  const errors = job.errors.map((error) => `<epcis:EPCISException>${elements(error)}</epcis:EPCISException>`).join('');
  const parts = job.parts.map((part) => `<parts>${elements(part)}</parts>`).join('');
  return root('EPCISCaptureJob', elements({ createdAt, finishedAt, captureErrorBehaviour }) + errors + parts, attributes);
}

/** The top-level resources. Their schema has no names for XML, so it is that of the schema; `@context` is no name there. */
export const topLevelXml = (members: readonly string[]): string => {
  const content = elements({ type: 'Collection' }) + members.map((member) => elements({ member })).join('');
  return `${DECLARATION}<TopLevelResourceCollection>${content}</TopLevelResourceCollection>\n`;
};
