import { setImmediate } from 'node:timers/promises';
import { ApiFault, groupEvents, isOneTransaction } from '@lading/api';
import { sha256Node } from '@lading/identity';
import { assert, LIMITS } from '@lading/kernel';
import { scanJson, type JsonNode } from '@lading/ledger';
import { parseCaptureAhead, parseEpcisDocument, type CaptureErrorBehaviour, type EpcisDocument } from '@lading/provenance';
import { invalidDocument } from './invalidDocument.js';

export interface CustodyEnvelope {
  readonly behaviour: CaptureErrorBehaviour;
  readonly onBehalfOf: string;
  readonly captureId: string;
}

/** A document, or a piece of one, that fits a transaction, inside its envelope. */
export interface DocumentPart {
  readonly payload: Uint8Array;
  readonly document: EpcisDocument;
}

/** Room in a payload for everything of an envelope but its document: names are short, ids are bounded. */
const ENVELOPE_BYTES = 1024;
const PART_BYTES = LIMITS.payloadBytes - ENVELOPE_BYTES;
/** Events of one request at most. */
const REQUEST_EVENTS = 20 * LIMITS.eventsPerTransaction;

/** Members in a fixed order, so that a repeated request makes the same bytes and the ledger sees the repetition. */
function custodyPayload(document: Uint8Array, { behaviour, onBehalfOf, captureId }: CustodyEnvelope): Uint8Array {
  const start =
    `{"type":"lading.capture/1","captureErrorBehaviour":"${behaviour}","onBehalfOf":${JSON.stringify(onBehalfOf)},` +
    `"captureID":${JSON.stringify(captureId)},"document":`;
  return Buffer.concat([Buffer.from(start), document, Buffer.from('}')]);
}

/**
 * The document checked by layers L0–L2: whole, or in parts that share its header when it has more events or bytes than
 * a transaction takes. Events keep their bytes. Throws EPCIS_INVALID with every fault found. Between two parts others
 * have their turn: the largest documents take a second.
 */
export async function readParts(bytes: Uint8Array, envelope: CustodyEnvelope): Promise<readonly DocumentPart[]> {
  const pieces = splitDocument(bytes);
  const parts: DocumentPart[] = [];
  let first = 0;
  for (const piece of pieces) {
    if (parts.length > 0) await setImmediate();
    const payload = custodyPayload(piece, envelope);
    const parsed = parseCaptureAhead(payload, sha256Node);
    if (!parsed.ok) throw invalidDocument(parsed, first, '/document');
    const { document } = parsed.value;
    first += document.events.length;
    parts.push({ payload, document });
  }
  return parts;
}

function splitDocument(bytes: Uint8Array): readonly Uint8Array[] {
  const scanned = scanJson(bytes);
  // Only a text that is one JSON value may stand inside an envelope; the parser of documents says what is wrong with others.
  if (!scanned.ok) throw unreadable(bytes);
  const events = eventNodes(scanned.value);
  const [first, last] = [events[0], events.at(-1)];
  if (isOneTransaction(events, bytes.length, PART_BYTES)) return [bytes];
  if (first === undefined || last === undefined) {
    throw new ApiFault('BODY_TOO_LARGE', `one event has at most ${PART_BYTES} bytes`);
  }
  if (events.length > REQUEST_EVENTS) {
    throw new ApiFault('CAPTURE_LIMIT', `${events.length} events; send at most ${REQUEST_EVENTS} at once`);
  }
  const head = bytes.subarray(0, first.start);
  const tail = bytes.subarray(last.end);
  const groups = groupEvents(events, PART_BYTES - head.length - tail.length);
  if (!groups.ok) {
    const code = groups.code === 'EVENT_LIMIT' ? 'CAPTURE_LIMIT' : groups.code;
    throw new ApiFault(code, `event ${groups.pointer ?? ''}: ${groups.detail}`);
  }
  return groups.value.map((group) => {
    const texts = group.map(({ start, end }) => bytes.subarray(start, end));
    const body = texts.flatMap((event, i) => (i === 0 ? [event] : [Buffer.from(','), event]));
    return Buffer.concat([head, ...body, tail]);
  });
}

function unreadable(bytes: Uint8Array): ApiFault {
  const parsed = parseEpcisDocument(bytes, sha256Node);
  assert(!parsed.ok, 'a text that the scanner refuses is no document');
  return invalidDocument(parsed);
}

/** Elements of the event list, wherever this kind of document has it. */
function eventNodes(root: JsonNode): readonly JsonNode[] {
  const at = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
    node?.type === 'object' ? node.members.get(name) : undefined;
  const body = at(root, 'epcisBody');
  const list = at(body, 'eventList') ?? at(at(at(body, 'queryResults'), 'resultsBody'), 'eventList');
  return list?.type === 'array' ? list.items : [];
}
