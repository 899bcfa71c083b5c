import { scanJson } from '@lading/ledger';
import { assert } from '@lading/kernel';
import type { EventRow } from '@lading/storage';
import { EPCIS_CONTEXT, mergeContexts } from './contexts.js';
import { translatedMembers, type Translate } from './translate.js';

export interface DocumentOptions {
  readonly queryName: string;
  readonly nowMs: number;
  readonly translate: Translate;
  /** Of messages to subscribers. */
  readonly subscriptionId?: string;
}

/**
 * EPCISQueryDocument over stored events, as JSON text. Events are spliced from the submitted bytes, never parsed and
 * printed again: numbers keep every digit. `recordTime` is ours; `eventID` is added when the sender gave none.
 */
export function queryDocument(rows: readonly EventRow[], options: DocumentOptions): string {
  const contexts = mergeContexts(rows.map((row) => row.context));
  const events = rows.map((row, i) => eventText(row, contexts.own[i] ?? null, options.translate));
  const created = new Date(options.nowMs).toISOString();
  const id = options.subscriptionId;
  const subscription = id === undefined ? '' : `"subscriptionID":${JSON.stringify(id)},`;
  return (
    `{"@context":${contexts.shared},"type":"EPCISQueryDocument","schemaVersion":"2.0","creationDate":"${created}",` +
    `"epcisBody":{"queryResults":{"queryName":${JSON.stringify(options.queryName)},${subscription}` +
    `"resultsBody":{"eventList":[${events.join(',')}]}}}}`
  );
}

/** EPCISDocument with one stored event: XML has no document that is an event alone. */
export function captureDocument(row: EventRow, { nowMs, translate }: Pick<DocumentOptions, 'nowMs' | 'translate'>): string {
  const contexts = mergeContexts([row.context]);
  return (
    `{"@context":${contexts.shared},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"${new Date(nowMs).toISOString()}",` +
    `"epcisBody":{"eventList":[${eventText(row, contexts.own[0] ?? null, translate)}]}}`
  );
}

/** What of a stored event is told. */
export type ToldEvent = Pick<EventRow, 'content' | 'context' | 'recordTimeMs' | 'eventId' | 'eventIdAssigned'>;

/** One event alone, with everything of its @context. */
export const bareEvent = (row: ToldEvent, translate: Translate): string =>
  eventText(row, row.context ?? JSON.stringify([EPCIS_CONTEXT]), translate);

/** `context`: the @context that this event needs for itself because the shared one says otherwise. */
function eventText(row: ToldEvent, context: string | null, translate: Translate): string {
  const content = Buffer.from(row.content);
  const scanned = scanJson(content);
  assert(scanned.ok && scanned.value.type === 'object', 'a stored event is a JSON object');
  const members = translatedMembers(content, scanned.value, translate);
  const added: [string, string][] = [['recordTime', JSON.stringify(new Date(row.recordTimeMs).toISOString())]];
  if (row.eventIdAssigned) added.push(['eventID', JSON.stringify(row.eventId)]);
  if (context !== null) added.push(['@context', withOwn(context, members.get('@context'))]);
  for (const [name, value] of added) members.set(name, value);
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** The document's context with the event's own on top. */
function withOwn(document: string, own: string | undefined): string {
  const entries = (text: string): string => (text.startsWith('[') ? text.slice(1, -1).trim() : text);
  const both = [entries(document), own === undefined || own === document ? '' : entries(own)];
  return `[${both.filter((text) => text !== '').join(',')}]`;
}
