import { scanJson, type JsonObject } from '@lading/ledger';
import { assert } from '@lading/kernel';
import type { EventRow } from '@lading/storage';
import { mergeContexts } from './contexts.js';

/**
 * EPCISQueryDocument over stored events, as JSON text. Events are spliced from the submitted bytes, never parsed and
 * printed again: numbers keep every digit. `recordTime` is ours; `eventID` is added when the sender gave none.
 */
export function queryDocument(rows: readonly EventRow[], queryName: string, nowMs: number): string {
  const contexts = mergeContexts(rows.map((row) => row.context));
  const events = rows.map((row, i) => eventText(row, contexts.own[i] ?? null));
  const created = new Date(nowMs).toISOString();
  return (
    `{"@context":${contexts.shared},"type":"EPCISQueryDocument","schemaVersion":"2.0","creationDate":"${created}",` +
    `"epcisBody":{"queryResults":{"queryName":${JSON.stringify(queryName)},` +
    `"resultsBody":{"eventList":[${events.join(',')}]}}}}`
  );
}

/** `context`: the @context that this event needs for itself because the shared one says otherwise. */
function eventText(row: EventRow, context: string | null): string {
  const content = Buffer.from(row.content);
  const members = rawMembers(content);
  const added: [string, string][] = [['recordTime', JSON.stringify(new Date(row.recordTimeMs).toISOString())]];
  if (row.eventIdAssigned) added.push(['eventID', JSON.stringify(row.eventId)]);
  if (context !== null) added.push(['@context', withOwn(context, members.get('@context'))]);
  for (const [name, value] of added) members.set(name, value);
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** Member name → its value's exact text. */
function rawMembers(content: Buffer): Map<string, string> {
  const scanned = scanJson(content);
  assert(scanned.ok && scanned.value.type === 'object', 'a stored event is a JSON object');
  const object: JsonObject = scanned.value;
  return new Map([...object.members].map(([name, node]) => [name, content.toString('utf8', node.start, node.end)]));
}

/** The document's context with the event's own on top. */
function withOwn(document: string, own: string | undefined): string {
  const entries = (text: string): string => (text.startsWith('[') ? text.slice(1, -1).trim() : text);
  const both = [entries(document), own === undefined ? '' : entries(own)].filter((text) => text !== '');
  return `[${both.join(',')}]`;
}
