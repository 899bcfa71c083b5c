import type { StoredTransaction } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { decodeTransaction } from '@lading/ledger';
import { CAPTURE_OPERATION, eventOutcomes, parseCapture } from '@lading/provenance';

/** Which transactions a reader of the feed wants; empty sets want all. */
export interface FeedFilter {
  /** Operations, or families of them: `recall` is every `recall.…`. */
  readonly types: ReadonlySet<string>;
  readonly organizations: ReadonlySet<string>;
  /** APPLIED, RECORDED, REJECTED. */
  readonly statuses: ReadonlySet<string>;
}

/** Payloads of operations up to this size are in the message; larger ones are read by their transaction. */
const PAYLOAD_BYTES = 16_384;

/** One message of the feed, as server-sent event; '' for what the filter leaves out. */
export function feedMessage(stored: StoredTransaction, filter: FeedFilter): string {
  const decoded = decodeTransaction(stored.encoded, sha256Node);
  if (!decoded.ok) throw new Error(`stored transaction ${stored.height}/${stored.index}: ${decoded.detail}`);
  const { header, organization, member, payload, txId } = decoded.value;
  const { status, code, detail } = stored.outcome;
  const [family = ''] = header.op.split('.');
  const { types, organizations, statuses } = filter;
  const wants = (set: ReadonlySet<string>, ...values: readonly string[]): boolean =>
    set.size === 0 || values.some((value) => set.has(value));
  if (!wants(types, header.op, family) || !wants(organizations, organization) || !wants(statuses, status)) return '';
  const entry = {
    ...{ txId: toBase64Url(txId), height: stored.height, index: stored.index, type: header.op },
    ...{ organization, member: `${organization}/${member}`, status, code, detail },
    ...(header.op === CAPTURE_OPERATION ? { events: eventsOf(payload, stored) } : { payload: jsonOf(payload) })
  };
  return `id: ${stored.height}.${stored.index}\nevent: ${header.op}\ndata: ${JSON.stringify(entry)}\n\n`;
}

function eventsOf(payload: Uint8Array, { outcome }: StoredTransaction): readonly object[] {
  const parsed = parseCapture(payload, sha256Node);
  if (!parsed.ok) return [];
  const { events } = parsed.value.document;
  const outcomes = eventOutcomes(outcome, events.length);
  return events.map(({ eventID, type, action, bizStep, eventTimeMs, index }) => {
    const eventTime = new Date(eventTimeMs).toISOString();
    return { eventID, type, action, bizStep, eventTime, outcome: outcomes[index]?.status ?? '' };
  });
}

function jsonOf(payload: Uint8Array): unknown {
  if (payload.length > PAYLOAD_BYTES) return null;
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return null;
  }
}
