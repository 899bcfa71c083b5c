import { ok, reject, type Rejection, type Result, type Sha256 } from '@lading/kernel';
import { scanJson, sha256Noble, type JsonNode, type JsonObject } from '@lading/ledger';
import type { DocumentRejection } from '../event/faults.js';
import type { EpcisDocument } from '../event/model.js';
import { readDocument } from '../event/parseDocument.js';

export const ENVELOPE_TYPE = 'lading.capture/1';

/** `rollback`: the first failing event refuses all. `proceed`: events are taken in order, each on its own. */
export type CaptureErrorBehaviour = 'rollback' | 'proceed';

/** The payload of operation `epcis.capture`: a document as sent, or one inside the envelope. */
export interface CaptureRequest {
  readonly behaviour: CaptureErrorBehaviour;
  /** `<org>/<member>` for whom a service key signs; '' when absent. */
  readonly onBehalfOf: string;
  /** Joins the parts of a document that was split; '' when absent. */
  readonly captureID: string;
  readonly document: EpcisDocument;
}

export type CaptureRejection = DocumentRejection | Rejection<'ENVELOPE_MALFORMED'>;

const MEMBER = /^[a-z][a-z0-9-]{0,62}\/[A-Za-z0-9._-]{1,63}$/;
const FIELDS: ReadonlySet<string> = new Set(['type', 'captureErrorBehaviour', 'onBehalfOf', 'captureID', 'document']);

export type ParsedCapture = { readonly ok: true; readonly value: CaptureRequest } | CaptureRejection;

/** Payloads that were read before their block came, by identity: nobody writes to a payload. */
const AHEAD = new WeakMap<Uint8Array, ParsedCapture>();

/** As {@link parseCapture}; the contract of this process then does not read the same payload object a second time. */
export function parseCaptureAhead(payload: Uint8Array, sha256: Sha256): ParsedCapture {
  const parsed = parseCapture(payload, sha256);
  AHEAD.set(payload, parsed);
  return parsed;
}

/** What was read ahead, else what is read now. Given out once: payloads are kept longer than what was read of them. */
export function takeParsed(payload: Uint8Array, sha256: Sha256): ParsedCapture {
  const parsed = AHEAD.get(payload) ?? parseCapture(payload, sha256);
  AHEAD.delete(payload);
  return parsed;
}

/** Reads a payload. Pointers of faults are from the root of the payload. */
export function parseCapture(payload: Uint8Array, sha256: Sha256 = sha256Noble): ParsedCapture {
  const scanned = scanJson(payload);
  if (!scanned.ok) {
    const pointer = scanned.pointer ?? '';
    const fault = { pointer, code: scanned.code as `JSON_${string}`, message: scanned.detail };
    return { ok: false, code: fault.code, detail: fault.message, pointer, faults: [fault] };
  }
  const root = scanned.value;
  const isEnvelope = root.type === 'object' && textOf(root, 'type') === ENVELOPE_TYPE;
  if (!isEnvelope) {
    const document = readDocument(root, payload, '', sha256);
    return document.ok
      ? ok({ behaviour: 'rollback', onBehalfOf: '', captureID: '', document: document.value })
      : document;
  }
  const fields = readEnvelope(root);
  if (!fields.ok) return fields;
  const document = readDocument(fields.value.document, payload, '/document', sha256);
  return document.ok ? ok({ ...fields.value, document: document.value }) : document;
}

type Envelope = Omit<CaptureRequest, 'document'> & { readonly document: JsonNode };

function readEnvelope(root: JsonObject): Result<Envelope, 'ENVELOPE_MALFORMED'> {
  for (const name of root.members.keys()) {
    if (!FIELDS.has(name)) return malformed('the envelope has no such field', `/${name}`);
  }
  const behaviour = textOf(root, 'captureErrorBehaviour') ?? 'rollback';
  if (behaviour !== 'rollback' && behaviour !== 'proceed') {
    return malformed('rollback or proceed is expected', '/captureErrorBehaviour');
  }
  const onBehalfOf = textOf(root, 'onBehalfOf') ?? '';
  if (root.members.has('onBehalfOf') && !MEMBER.test(onBehalfOf)) {
    return malformed('<organization>/<member> is expected', '/onBehalfOf');
  }
  const captureID = textOf(root, 'captureID') ?? '';
  if (root.members.has('captureID') && !/^[!-~]{1,128}$/.test(captureID)) {
    return malformed('1–128 printable ASCII characters are expected', '/captureID');
  }
  const document = root.members.get('document');
  if (document === undefined) return malformed('the envelope holds no document', '/document');
  return ok({ behaviour, onBehalfOf, captureID, document });
}

const malformed = (detail: string, pointer: string): Rejection<'ENVELOPE_MALFORMED'> =>
  reject('ENVELOPE_MALFORMED', detail, pointer);

/** undefined when absent, '' when it is not a text: every caller's pattern refuses ''. */
function textOf(node: JsonObject, name: string): string | undefined {
  const value = node.members.get(name);
  if (value === undefined) return undefined;
  return value.type === 'string' ? value.value : '';
}
