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
import type { CapturePart, PlaceLink, ProjectedEvent, ProjectedField, VocabularyTerm } from '@lading/storage';
import { eventFields } from '../fields/eventFields.js';
import { masterDataTerms, vocabularyElements } from '../fields/masterData.js';
import { descriptionTerms } from '../fields/descriptions.js';
import { addExtensionPlaces, headerPlaces } from '../fields/placeLinks.js';
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
  const { events, node, namespaces } = request.document;
  const outcomes = eventOutcomes(stored.outcome, events.length);
  const capture = new ShownCapture(stored, tx, request, recordTimeMs);
  const vocabulary: VocabularyTerm[] = [];
  const places: PlaceLink[] = [];
  const projected: ProjectedEvent[] = [];
  for (const event of events) {
    const status = outcomes[event.index]?.status;
    if (status !== 'applied' && status !== 'history') continue;
    const { fields, prefixes } = eventFields(event, namespaces);
    vocabulary.push(...prefixes);
    projected.push(capture.row(event, fields));
  }
  const elements = projected.length === 0 ? [] : vocabularyElements(node);
  if (elements.length > 0) {
    vocabulary.push(...masterDataTerms(elements, namespaces), ...descriptionTerms(elements, tx.organization));
    places.push(...headerPlaces(elements));
  }
  for (const { items } of projected) addExtensionPlaces(items, places);
  return { events: projected, vocabulary, places };
}

/** Transactions up to this size lie whole in one row of the ledger, and are no more to read than a copy of the event. */
const SHORT_BYTES = 1500;

/** Where the event lies in the bytes of its transaction; null for long ones, of which each reading would cost much. */
function placeIn(encoded: Uint8Array, event: Uint8Array): number | null {
  if (encoded.length > SHORT_BYTES) return null;
  const at = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length).indexOf(event);
  return at < 0 ? null : at;
}

const orNull = (text: string): string | null => (text === '' ? null : text);

/** What the rows of all events of a capture have alike. */
class ShownCapture {
  readonly #member: string;
  readonly #context: string | null;

  constructor(
    private readonly stored: StoredTransaction,
    private readonly tx: Transaction,
    private readonly request: CaptureRequest,
    private readonly recordTimeMs: number
  ) {
    this.#member = `${tx.organization}/${tx.member}`;
    this.#context = documentContext(request.document, tx.payload);
  }

  /** One literal: rows put together from several objects cost ten times as much. */
  row(event: EpcisEvent, fields: readonly ProjectedField[]): ProjectedEvent {
    const { stored, tx, request } = this;
    return {
      height: stored.height,
      index: stored.index,
      eventIndex: event.index,
      txId: tx.txId,
      organization: tx.organization,
      member: this.#member,
      onBehalfOf: orNull(request.onBehalfOf),
      recordTimeMs: this.recordTimeMs,
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
      content: event.bytes,
      contentAt: placeIn(stored.encoded, event.bytes),
      context: this.#context,
      items: eventItems(event, tx.organization),
      fields
    };
  }
}

/** Exact text of the @context that a capture's document gives its events; null when an event brings its own. */
export function documentContext({ type, node }: EpcisDocument, payload: Uint8Array): string | null {
  const context = isEventType(type) ? undefined : node.members.get('@context');
  return context === undefined ? null : Buffer.from(payload.subarray(context.start, context.end)).toString('utf8');
}
