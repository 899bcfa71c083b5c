import type { StoredTransaction } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { decodeTransaction, type Transaction } from '@lading/ledger';
import { CAPTURE_OPERATION, eventOutcomes, parseCapture } from '@lading/provenance';
import { documentContext } from '../projector/projectTransaction.js';
import { bareEvent } from '../query/queryDocument.js';
import type { OutboxMessage } from './outbox.types.js';

/** What the ledger keeps of one ordered transaction, as messages (spec/outbox.md §1). Pure. */
export function outboxMessages(stored: StoredTransaction, recordTimeMs: number, chain: string): readonly OutboxMessage[] {
  const decoded = decodeTransaction(stored.encoded, sha256Node);
  if (!decoded.ok) throw new Error(`stored transaction ${stored.height}/${stored.index}: ${decoded.detail}`);
  const tx = decoded.value;
  const { status, code } = stored.outcome;
  // The same transaction or the same jti a second time: the first place says it all.
  if (code === 'DUPLICATE' || code === 'JTI_CONFLICT') return [];
  const place: Place = { stored, tx, recordTimeMs, chain };
  if (tx.header.op === CAPTURE_OPERATION) return eventMessages(place);
  return status === 'APPLIED' ? [operationMessage(place)] : [];
}

interface Place {
  readonly stored: StoredTransaction;
  readonly tx: Transaction;
  readonly recordTimeMs: number;
  readonly chain: string;
}

const OPENING_BRACE = 0x7b;
const asSubmitted = (uri: string): string => uri;

function operationMessage(place: Place): OutboxMessage {
  const { tx, chain } = place;
  const [family = '', ...rest] = tx.header.op.split('.');
  const isJson = tx.payload[0] === OPENING_BRACE;
  return {
    ...{ id: messageId(tx, 0), chain, family, name: rest.join('-'), organization: tx.organization },
    headers: headers(place, 0, { 'Content-Type': isJson ? 'application/json' : 'application/octet-stream' }),
    body: tx.payload
  };
}

function eventMessages(place: Place): readonly OutboxMessage[] {
  const { stored, tx, recordTimeMs, chain } = place;
  const parsed = parseCapture(tx.payload, sha256Node);
  if (!parsed.ok) return [];
  const { document } = parsed.value;
  const { events } = document;
  const outcomes = eventOutcomes(stored.outcome, events.length);
  const context = documentContext(document, tx.payload);
  return events.flatMap((event): readonly OutboxMessage[] => {
    const outcome = outcomes[event.index];
    if (outcome?.status !== 'applied' && outcome?.status !== 'history') return [];
    const { eventID: eventId, bytes: content } = event;
    const row = { content, context, recordTimeMs, eventId, eventIdAssigned: !event.hasOwnID };
    const flags = [...new Set(outcome.flags.map(({ code }) => code))].join(',');
    return [
      {
        ...{ id: messageId(tx, event.index), chain, family: event.type, name: event.bizStep, organization: tx.organization },
        headers: headers(place, event.index, {
          'Content-Type': 'application/json',
          'Lading-Event-Id': eventId,
          'Lading-Event-Type': event.type,
          'Lading-Outcome': outcome.status,
          ...(flags === '' ? {} : { 'Lading-Flags': flags })
        }),
        body: Buffer.from(bareEvent(row, asSubmitted))
      }
    ];
  });
}

const messageId = ({ txId }: Transaction, eventIndex: number): string => `${toBase64Url(txId)}/${eventIndex}`;

function headers(place: Place, eventIndex: number, more: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const { stored, tx, recordTimeMs, chain } = place;
  const all = {
    'Lading-Id': messageId(tx, eventIndex),
    'Lading-Chain': chain,
    'Lading-Cursor': `${stored.height}.${stored.index}`,
    'Lading-Height': String(stored.height),
    'Lading-Index': String(stored.index),
    'Lading-Event-Index': String(eventIndex),
    'Lading-Tx': toBase64Url(tx.txId),
    'Lading-Type': tx.header.op,
    'Lading-Organization': tx.organization,
    'Lading-Member': `${tx.organization}/${tx.member}`,
    'Lading-Record-Time': new Date(recordTimeMs).toISOString(),
    ...more
  };
  return new Map(Object.entries(all).map(([name, value]) => [name, printable(value)]));
}

/** Header values of brokers are lines; identifiers of events may hold anything. */
export const printable = (text: string): string =>
  text.replace(/[^ -~]+/gu, (part) => [...Buffer.from(part)].map((byte) => `%${hex(byte)}`).join(''));

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
