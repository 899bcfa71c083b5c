import { createHash } from 'node:crypto';
import { ApiFault, HEADER, receiveDetached } from '@lading/api';
import { sha256Node } from '@lading/identity';
import { LIMITS, toBase64Url } from '@lading/kernel';
import type { Transaction } from '@lading/ledger';
import {
  CAPTURE_OPERATION,
  isEventType,
  parseCaptureAhead,
  type CaptureErrorBehaviour,
  type DocumentType,
  type EpcisEvent
} from '@lading/provenance';
import { bodyOf, JSON_TYPES, mediaTypeOf, withoutByteOrderMark } from '../http/body.js';
import { callerOf, headerOf, type HttpRequest } from '../http/http.types.js';
import type { ProvenanceOptions, ServiceKey } from '../provenance.options.js';
import { readParts, type CustodyEnvelope, type DocumentPart } from './custodyParts.js';
import { invalidDocument } from './invalidDocument.js';
import { signForCaller } from './serviceSigner.js';
import { atXml, convertedXml, XML_TYPES } from './xmlBody.js';

/** A checked request to capture: signed, split, ready to be ordered. Nothing has been ordered yet. */
export interface CaptureRequest {
  readonly organization: string;
  readonly captureId: string;
  readonly behaviour: CaptureErrorBehaviour;
  readonly type: DocumentType;
  readonly events: readonly EpcisEvent[];
  readonly transactions: readonly Transaction[];
}

/** `expected`: a document, or one bare event. */
export async function captureRequest(
  request: HttpRequest,
  options: ProvenanceOptions,
  expected: 'document' | 'event'
): Promise<CaptureRequest> {
  const signature = headerOf(request, HEADER.signature);
  const bytes = bodyOf(request, [...JSON_TYPES, ...XML_TYPES]);
  if (signature !== undefined && XML_TYPES.includes(mediaTypeOf(request))) {
    const detail = 'XML is recorded as its translation, which a signature over the XML does not cover: sign and send JSON';
    throw new ApiFault('SIGNATURE_REQUIRED', detail);
  }
  const asked = behaviourOf(headerOf(request, HEADER.captureErrorBehaviour));
  const made =
    signature === undefined ? await custody(request, bytes, asked, options) : signed(signature, bytes, asked, options);
  if (isEventType(made.type) !== (expected === 'event')) {
    const detail =
      expected === 'event'
        ? 'one bare event is expected; send documents to /epcis/v2/capture'
        : 'an EPCISDocument is expected; send a bare event to /epcis/v2/events';
    throw new ApiFault('EPCIS_INVALID', `/type: ${detail}`, {
      errors: [{ pointer: '/type', code: 'FIELD_VALUE', detail }]
    });
  }
  return made;
}

/** The member's own signature over the exact body. */
function signed(
  signature: string,
  bytes: Uint8Array,
  asked: CaptureErrorBehaviour | null,
  options: ProvenanceOptions
): CaptureRequest {
  if (bytes.length > LIMITS.httpBodyBytes) {
    const detail = `a signed body has at most ${LIMITS.httpBodyBytes} bytes; sign parts that share a captureID`;
    throw new ApiFault('BODY_TOO_LARGE', detail);
  }
  const transaction = receiveDetached(signature, bytes, options);
  if (transaction.header.op !== CAPTURE_OPERATION) {
    throw new ApiFault(
      'OPERATION_UNKNOWN',
      `the signed op is ${transaction.header.op}; this route takes ${CAPTURE_OPERATION}`
    );
  }
  const parsed = parseCaptureAhead(bytes, sha256Node);
  if (!parsed.ok) throw invalidDocument(parsed);
  const { behaviour, captureID, document } = parsed.value;
  if (asked !== null && asked !== behaviour) {
    const detail = `${behaviour} is signed, which a header cannot change: set captureErrorBehaviour in the envelope`;
    throw new ApiFault('CAPTURE_BEHAVIOUR', detail);
  }
  const { organization } = transaction;
  const captureId = captureID === '' ? toBase64Url(transaction.txId) : captureID;
  return { organization, captureId, behaviour, ...document, transactions: [transaction] };
}

/** The node's service key signs for a caller of its own organization, and the payload says for whom. */
async function custody(
  request: HttpRequest,
  body: Uint8Array,
  asked: CaptureErrorBehaviour | null,
  options: ProvenanceOptions
): Promise<CaptureRequest> {
  const caller = callerOf(request);
  const { service } = options;
  if (service === null || caller.organization !== options.organization) throw signatureRequired(service);
  if (!caller.roles.includes('capture')) {
    throw new ApiFault(
      'ROLE_MISSING',
      `capturing needs the role capture; the token grants: ${caller.roles.join(', ') || 'none'}`
    );
  }
  const key = idempotencyKey(request, options);
  // A key names the capture, so that a repeated request makes the same payload and the ledger sees the repetition.
  const captureId = createHash('sha256').update(`${caller.organization}|${key}`).digest('base64url').slice(0, 22);
  const behaviour = asked ?? 'rollback';
  const parts = await submittedParts(request, body, { behaviour, onBehalfOf: caller.member, captureId });
  if (parts.length > 1 && asked === 'rollback') {
    throw new ApiFault(
      'CAPTURE_LIMIT',
      `rollback would span ${parts.length} transactions; send less at once, or use proceed`
    );
  }
  const transactions = parts.map(({ payload }, i) =>
    signForCaller(options, service, payload, parts.length === 1 ? key : `${key}.${i}`)
  );
  const type = parts[0]?.document.type ?? 'EPCISDocument';
  const events = parts.flatMap(({ document }) => document.events);
  return { organization: caller.organization, captureId, behaviour, type, events, transactions };
}

/** The document checked and split; XML is translated first. */
async function submittedParts(
  request: HttpRequest,
  body: Uint8Array,
  envelope: CustodyEnvelope
): Promise<readonly DocumentPart[]> {
  if (!XML_TYPES.includes(mediaTypeOf(request))) return readParts(withoutByteOrderMark(body), envelope);
  const converted = convertedXml(body);
  return atXml(converted, () => readParts(Buffer.from(converted.json), envelope));
}

function signatureRequired(service: ServiceKey | null): ApiFault {
  const why =
    service === null ? 'this organization has custody mode off' : 'the caller belongs to another organization';
  return new ApiFault(
    'SIGNATURE_REQUIRED',
    `a token never signs, and ${why}: send Lading-Signature over the exact body`
  );
}

function idempotencyKey(request: HttpRequest, options: ProvenanceOptions): string {
  const given = headerOf(request, HEADER.idempotencyKey);
  if (given === undefined) return toBase64Url(options.randomBytes(16));
  // Room for the number of a part: a jti has at most 128 characters.
  if (!/^[\x21-\x7e]{1,120}$/.test(given) || /["\\]/.test(given)) {
    throw new ApiFault('IDEMPOTENCY_KEY', 'use 1 to 120 printable ASCII characters without space, quote and backslash');
  }
  return given;
}

function behaviourOf(header: string | undefined): CaptureErrorBehaviour | null {
  if (header === undefined || header === 'rollback' || header === 'proceed') return header ?? null;
  throw new ApiFault('CAPTURE_BEHAVIOUR', 'GS1-Capture-Error-Behaviour is rollback or proceed');
}
