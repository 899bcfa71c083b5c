import { readFileSync } from 'node:fs';
import { isXml, xmlToEpcisJson } from '@lading/epcis-xml';
import { scanJson, type JsonNode, type JsonObject } from '@lading/ledger';
import { CliFailure } from '../failure.js';
import { REASON, type ImportSource, type ImportUnit } from './source.js';

const PATHS: Readonly<Record<string, readonly string[]>> = {
  EPCISDocument: ['epcisBody', 'eventList'],
  EPCISQueryDocument: ['epcisBody', 'queryResults', 'resultsBody', 'eventList']
};

/** The events of an EPCIS document in JSON or XML; their text is what the file has between the braces. */
export function documentSource(path: string): ImportSource {
  const bytes = withoutMark(new Uint8Array(readFileSync(path)));
  const json = isXml(bytes) ? converted(bytes) : bytes;
  const scanned = scanJson(json);
  if (!scanned.ok) throw unreadable(`${scanned.code} at ${scanned.pointer ?? 'the start'}: ${scanned.detail}`, scanned.code);
  const events = eventNodes(scanned.value);
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) throw unreadable('it is no EPCIS document with events', 'EPCIS_INVALID');
  const text = (start: number, end?: number): string => Buffer.from(json.subarray(start, end)).toString('utf8');
  return {
    kind: 'json',
    total: events.length,
    head: text(0, first.start),
    tail: text(last.end),
    columns: [],
    delimiter: '',
    async *units(): AsyncGenerator<ImportUnit> {
      for (const [i, event] of events.entries()) {
        const own = event.type === 'object' ? withoutReason(event, text) : text(event.start, event.end);
        yield { text: own, fault: '', rows: [], where: `event ${i}`, position: i + 1 };
      }
    }
  };
}

/** The text of a refused event with the reason as its first member. */
export const withReason = (event: string, reason: string): string =>
  `{${JSON.stringify(REASON)}:${JSON.stringify(reason)},${event.slice(1)}`;

function withoutReason(event: JsonObject, text: (start: number, end: number) => string): string {
  const [[name, value] = [null, null]] = event.members;
  if (name !== REASON || value === null) return text(event.start, event.end);
  return `{${text(value.end, event.end).replace(/^\s*,/, '')}`;
}

function converted(bytes: Uint8Array): Uint8Array {
  const made = xmlToEpcisJson(bytes);
  if (!made.ok) throw unreadable(`${made.pointer}: ${made.detail}`, made.code);
  return new TextEncoder().encode(made.value.json);
}

function eventNodes(root: JsonNode): readonly JsonNode[] {
  const type = root.type === 'object' ? root.members.get('type') : undefined;
  const path = type?.type === 'string' && Object.hasOwn(PATHS, type.value) ? PATHS[type.value] : undefined;
  let node: JsonNode | undefined = path === undefined ? undefined : root;
  for (const name of path ?? []) node = node?.type === 'object' ? node.members.get(name) : undefined;
  return node?.type === 'array' ? node.items : [];
}

const withoutMark = (bytes: Uint8Array): Uint8Array =>
  [0xef, 0xbb, 0xbf].every((byte, i) => bytes[i] === byte) ? bytes.subarray(3) : bytes;

const unreadable = (why: string, code: string): CliFailure =>
  new CliFailure({ code, what: 'The file cannot be imported', why, next: 'lading event validate FILE   names every fault' });
