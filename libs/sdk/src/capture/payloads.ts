import { asciiBytes, assert, concatBytes, LIMITS, reject, ok, type Result } from '@lading/kernel';
import { groupEvents, isOneTransaction } from '@lading/api';
import { scanJson, type JsonNode, type JsonObject } from '@lading/ledger';

export type CaptureBehaviour = 'rollback' | 'proceed';

/** What can surround a document in a signed payload (spec/provenance.md, "Capture"). */
export interface CaptureEnvelope {
  readonly behaviour: CaptureBehaviour;
  /** Joins the parts of a document that was split. */
  readonly captureId: string;
}

export interface EventPayloads {
  /** True for one event without a document around it. */
  readonly isBareEvent: boolean;
  /** Signed one by one, in this order. */
  readonly payloads: readonly Uint8Array[];
}

/** Room in a payload for everything of an envelope but its document. */
const ENVELOPE_BYTES = 1024;
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const EVENT_LISTS: Readonly<Record<string, readonly string[]>> = {
  EPCISDocument: ['epcisBody', 'eventList'],
  EPCISQueryDocument: ['epcisBody', 'queryResults', 'resultsBody', 'eventList']
};

/** The document's bytes inside an envelope; they are signed as they are. */
export function envelopePayload(document: Uint8Array, { behaviour, captureId }: CaptureEnvelope): Uint8Array {
  assert(/^[!-~]{1,128}$/.test(captureId), 'envelopePayload: captureId');
  const head = { type: 'lading.capture/1', captureErrorBehaviour: behaviour, captureID: captureId };
  return concatBytes(asciiBytes(`${JSON.stringify(head).slice(0, -1)},"document":`), document, asciiBytes('}'));
}

/**
 * The payloads that together capture a file: the file itself when one transaction can hold it, else parts that share
 * its header and a captureID, each kept or rolled back on its own. Events keep their bytes; a byte-order mark goes.
 */
export function eventPayloads(
  file: Uint8Array,
  captureId: string,
  behaviour?: CaptureBehaviour
): Result<EventPayloads, string> {
  const bytes = BYTE_ORDER_MARK.every((byte, i) => file[i] === byte) ? file.subarray(BYTE_ORDER_MARK.length) : file;
  const scanned = scanJson(bytes);
  if (!scanned.ok) return reject(scanned.code, scanned.detail, scanned.pointer);
  const root = scanned.value;
  if (root.type !== 'object') return reject('EPCIS_INVALID', 'an EPCIS document or event is a JSON object', '');
  const found = eventList(root);
  const limit = LIMITS.payloadBytes - ENVELOPE_BYTES;
  if (found === null) {
    if (bytes.length > LIMITS.payloadBytes) return reject('BODY_TOO_LARGE', `one event has at most ${limit} bytes`);
    return ok({ isBareEvent: true, payloads: [bytes] });
  }
  const plain = behaviour === undefined || behaviour === 'rollback';
  if (isOneTransaction(found, bytes.length, limit)) {
    return ok({ isBareEvent: false, payloads: [plain ? bytes : envelopePayload(bytes, { behaviour, captureId })] });
  }
  if (behaviour === 'rollback') {
    return reject(
      'CAPTURE_LIMIT',
      `${found.length} events do not fit one transaction, and parts are rolled back apart; use proceed`
    );
  }
  const parts = splitEvents(bytes, found, limit);
  if (!parts.ok) return parts;
  const envelope: CaptureEnvelope = { behaviour: behaviour ?? 'rollback', captureId };
  return ok({ isBareEvent: false, payloads: parts.value.map((part) => envelopePayload(part, envelope)) });
}

/** The events of a document, or null when the root is an event itself (or nothing we know: the node will say). */
function eventList(root: JsonObject): readonly JsonNode[] | null {
  const type = root.members.get('type');
  const path =
    type?.type === 'string' && Object.hasOwn(EVENT_LISTS, type.value) ? EVENT_LISTS[type.value] : undefined;
  if (path === undefined) return null;
  let node: JsonNode | undefined = root;
  for (const name of path) node = node?.type === 'object' ? node.members.get(name) : undefined;
  return node?.type === 'array' ? node.items : [];
}

/** Documents with consecutive events, as many as fit, between the head and the tail of the original. */
function splitEvents(
  bytes: Uint8Array,
  events: readonly JsonNode[],
  limit: number
): Result<readonly Uint8Array[], 'BODY_TOO_LARGE' | 'EVENT_LIMIT'> {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined)
    return reject('BODY_TOO_LARGE', `the document has over ${limit} bytes`);
  const head = bytes.subarray(0, first.start);
  const tail = bytes.subarray(last.end);
  const groups = groupEvents(events, limit - head.length - tail.length);
  if (!groups.ok) return groups;
  const comma = asciiBytes(',');
  return ok(
    groups.value.map((group) => {
      const body = group.flatMap(({ start, end }, i) => {
        const event = bytes.subarray(start, end);
        return i === 0 ? [event] : [comma, event];
      });
      return concatBytes(head, ...body, tail);
    })
  );
}
