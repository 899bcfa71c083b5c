import type { StoredTransaction } from '@lading/engine';
import { sha256Node } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { decodeTransaction, type Transaction } from '@lading/ledger';
import {
  CAPTURE_OPERATION,
  eventOutcomes,
  isEventType,
  parseCapture,
  type CaptureRequest,
  type EpcisDocument,
  type EpcisEvent
} from '@lading/provenance';
import type { CapturePart, PlaceLink, ProjectedEvent, VocabularyTerm } from '@lading/storage';
import { eventFields } from '../fields/eventFields.js';
import { masterDataTerms } from '../fields/masterData.js';
import { descriptionTerms } from '../fields/descriptions.js';
import { extensionPlaces, headerPlaces } from '../fields/placeLinks.js';
import { eventItems } from './eventItems.js';
import type { ReadCapture } from './readCaptures.js';

export interface ProjectedTransaction {
  readonly events: readonly ProjectedEvent[];
  readonly capture: CapturePart | null;
  readonly vocabulary: readonly VocabularyTerm[];
  readonly places: readonly PlaceLink[];
  /** True for operations on members and keys: who may call can have changed. */
  readonly changesRights: boolean;
}

/**
 * What the query tables hold of one ordered transaction. Pure: the ledger's rows give the same tables every time. `read`: what
 * reading these very bytes gave before.
 */
export function projectTransaction(stored: StoredTransaction, recordTimeMs: number, read?: ReadCapture): ProjectedTransaction {
  const tx = read?.tx ?? decoded(stored);
  if (tx.header.op !== CAPTURE_OPERATION) return { ...NOTHING, changesRights: true };
  // The same transaction or the same jti a second time: the first place says it all.
  const { code } = stored.outcome;
  if (code === 'DUPLICATE' || code === 'JTI_CONFLICT') return NOTHING;
  const request = read?.request ?? requestOf(tx);
  const shown = request === null ? NO_EVENTS : projectedEvents(stored, tx, request, recordTimeMs);
  return { ...shown, capture: capturePart(stored, tx, request, recordTimeMs), changesRights: false };
}

function decoded(stored: StoredTransaction): Transaction {
  const found = decodeTransaction(stored.encoded, sha256Node);
  if (!found.ok) throw new Error(`stored transaction ${stored.height}/${stored.index}: ${found.detail}`);
  return found.value;
}

function requestOf(tx: Transaction): CaptureRequest | null {
  const parsed = parseCapture(tx.payload, sha256Node);
  return parsed.ok ? parsed.value : null;
}

type ShownEvents = Pick<ProjectedTransaction, 'events' | 'vocabulary' | 'places'>;
const NO_EVENTS: ShownEvents = { events: [], vocabulary: [], places: [] };
const NOTHING: ProjectedTransaction = { ...NO_EVENTS, capture: null, changesRights: false };

function capturePart(
  stored: StoredTransaction,
  tx: Transaction,
  request: CaptureRequest | null,
  recordTimeMs: number
): CapturePart {
  const { height, index, outcome } = stored;
  const captureID = request?.captureID ?? '';
  return {
    height,
    index,
    txId: tx.txId,
    organization: tx.organization,
    captureId: captureID === '' ? toBase64Url(tx.txId) : captureID,
    behaviour: request?.behaviour ?? 'rollback',
    status: outcome.status,
    code: outcome.code,
    detail: JSON.stringify(outcome.detail),
    eventCount: request?.document.events.length ?? 0,
    recordTimeMs
  };
}

function projectedEvents(
  stored: StoredTransaction,
  tx: Transaction,
  request: CaptureRequest,
  recordTimeMs: number
): ShownEvents {
  const { events, namespaces, node } = request.document;
  const outcomes = eventOutcomes(stored.outcome, events.length);
  const context = documentContext(request.document, tx.payload);
  const onBehalfOf = request.onBehalfOf === '' ? null : request.onBehalfOf;
  const place = { height: stored.height, index: stored.index, txId: tx.txId, recordTimeMs };
  const who = { organization: tx.organization, member: `${tx.organization}/${tx.member}`, onBehalfOf };
  const kept = events.filter((event) => ['applied', 'history'].includes(outcomes[event.index]?.status ?? ''));
  const vocabulary: VocabularyTerm[] = [];
  const projected = kept.map((event): ProjectedEvent => {
    const { fields, prefixes } = eventFields(event, namespaces);
    vocabulary.push(...prefixes);
    return { ...place, ...who, ...eventColumns(event), context, items: eventItems(event, tx.organization), fields };
  });
  const places = kept.length === 0 ? [] : headerPlaces(node);
  if (kept.length > 0) vocabulary.push(...masterDataTerms(node, namespaces), ...descriptionTerms(node, tx.organization));
  return { events: projected, vocabulary, places: [...places, ...projected.flatMap(({ items }) => extensionPlaces(items))] };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

function eventColumns(event: EpcisEvent) {
  return {
    eventIndex: event.index,
    eventTimeMs: event.eventTimeMs,
    eventId: event.eventID,
    eventIdAssigned: !event.hasOwnID,
    type: event.type,
    action: orNull(event.action),
    bizStep: orNull(event.bizStep),
    disposition: orNull(event.disposition),
    readPoint: event.readPoint?.item.uri ?? null,
    bizLocation: event.bizLocation?.item.uri ?? null,
    transformationId: orNull(event.transformationID),
    errorDeclared: event.errorDeclaration !== null,
    content: event.bytes
  };
}

/** Exact text of the @context that a capture's document gives its events; null when an event brings its own. */
export function documentContext({ type, node }: EpcisDocument, payload: Uint8Array): string | null {
  const context = isEventType(type) ? undefined : node.members.get('@context');
  return context === undefined ? null : Buffer.from(payload.subarray(context.start, context.end)).toString('utf8');
}
