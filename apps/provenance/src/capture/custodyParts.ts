import { ApiFault, groupEvents, isOneTransaction } from '@lading/api';
import { sha256Node } from '@lading/identity';
import { LIMITS } from '@lading/kernel';
import { scanJson, type JsonNode } from '@lading/ledger';
import { parseEpcisDocument, type CaptureErrorBehaviour, type EpcisDocument } from '@lading/provenance';
import { invalidDocument } from './invalidDocument.js';

export interface CustodyEnvelope {
  readonly behaviour: CaptureErrorBehaviour;
  readonly onBehalfOf: string;
  readonly captureId: string;
}

/** A document, or a piece of one, that fits a transaction. */
export interface DocumentPart {
  readonly bytes: Uint8Array;
  readonly document: EpcisDocument;
}

/** Room in a payload for everything of an envelope but its document: names are short, ids are bounded. */
const ENVELOPE_BYTES = 1024;
const PART_BYTES = LIMITS.payloadBytes - ENVELOPE_BYTES;
/** Events of one request at most. */
const REQUEST_EVENTS = 20 * LIMITS.eventsPerTransaction;

/** Members in a fixed order, so that a repeated request makes the same bytes and the ledger sees the repetition. */
export function custodyPayload(part: DocumentPart, { behaviour, onBehalfOf, captureId }: CustodyEnvelope): Uint8Array {
  const start =
    `{"type":"lading.capture/1","captureErrorBehaviour":"${behaviour}","onBehalfOf":${JSON.stringify(onBehalfOf)},` +
    `"captureID":${JSON.stringify(captureId)},"document":`;
  return Buffer.concat([Buffer.from(start), part.bytes, Buffer.from('}')]);
}

/**
 * The document checked by layers L0–L2: whole, or in parts that share its header when it has more events or bytes than
 * a transaction takes. Events keep their bytes. Throws EPCIS_INVALID with every fault found.
 */
export function readParts(bytes: Uint8Array): readonly DocumentPart[] {
  const pieces = splitDocument(bytes);
  const parts: DocumentPart[] = [];
  let first = 0;
  for (const piece of pieces) {
    const parsed = parseEpcisDocument(piece, sha256Node);
    if (!parsed.ok) throw invalidDocument(parsed, first);
    first += parsed.value.events.length;
    parts.push({ bytes: piece, document: parsed.value });
  }
  return parts;
}

function splitDocument(bytes: Uint8Array): readonly Uint8Array[] {
  const scanned = scanJson(bytes);
  // What cannot be read goes on as it is: the parser of documents says what is wrong.
  const events = scanned.ok ? eventNodes(scanned.value) : [];
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

/** Elements of the event list, wherever this kind of document has it. */
function eventNodes(root: JsonNode): readonly JsonNode[] {
  const at = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
    node?.type === 'object' ? node.members.get(name) : undefined;
  const body = at(root, 'epcisBody');
  const list = at(body, 'eventList') ?? at(at(at(body, 'queryResults'), 'resultsBody'), 'eventList');
  return list?.type === 'array' ? list.items : [];
}
