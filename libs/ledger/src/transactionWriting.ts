import type { Result, Sha256 } from '@lading/kernel';
import { assert, base64UrlLength, fromBase64Url, LIMITS, reject, toBase64Url } from '@lading/kernel';
import { base64UrlBytes, putFromBase64Url, textUnits } from './base64UrlReading.js';
import { encodeCbor, putBytesHead, sizeOfBytes } from './codec/encodeCbor.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { rereadHeader } from './headerForms.js';
import type { Transaction, TransactionFault, TransactionHeader } from './transaction.js';
import { openTransaction, signingInput, TRANSACTION_BYTES } from './transactionCodec.js';
import { encodeHeader } from './transactionHeader.js';

const NOT_CANONICAL = 'a segment is not canonical base64url';
const NO_SIGNATURE = 'the signature is not base64url of 64 bytes';

function fromParts(
  protectedBytes: Uint8Array | null,
  payload: Uint8Array | null,
  signature: Uint8Array | null,
  sha256: Sha256
): Result<Transaction, TransactionFault> {
  if (protectedBytes === null || payload === null)
    return reject('TX_MALFORMED', NOT_CANONICAL);
  if (signature?.length !== 64) return reject('TX_MALFORMED', NO_SIGNATURE);
  const encoded = encodeCbor([protectedBytes, payload, signature]);
  return openTransaction(protectedBytes, payload, signature, encoded, sha256, rereadHeader);
}

const DOT = 0x2e;
/** Head of a CBOR array of three. */
const ARRAY_OF_THREE = 0x83;

/**
 * Decodes a compact JWS (RFC 7515 §7.1), its text or the bytes of it: three segments of canonical base64url, nothing else. A
 * second text of the same bytes is refused, so one transaction has one serialization. The signature is not verified.
 */
export function decodeCompactJws(text: string | Uint8Array, sha256: Sha256 = sha256Noble): Result<Transaction, TransactionFault> {
  if (text.length > base64UrlLength(TRANSACTION_BYTES) + 4) return reject('TX_TOO_LARGE', `${text.length} characters`);
  const jws = typeof text === 'string' ? textUnits(text) : text;
  const first = jws.indexOf(DOT);
  const second = jws.indexOf(DOT, first + 1);
  if (first < 0 || second < 0 || jws.indexOf(DOT, second + 1) >= 0) return reject('TX_MALFORMED', 'not three segments');
  const header = base64UrlBytes(first);
  const payload = base64UrlBytes(second - first - 1);
  const signature = base64UrlBytes(jws.length - second - 1);
  // Decoded to where it stays: views of one piece of memory, and no other copy.
  const encoded = new Uint8Array(1 + sizeOfBytes(header) + sizeOfBytes(payload) + sizeOfBytes(signature));
  encoded[0] = ARRAY_OF_THREE;
  const headerAt = putBytesHead(encoded, 1, header);
  const payloadAt = putBytesHead(encoded, headerAt + header, payload);
  const signatureAt = putBytesHead(encoded, payloadAt + payload, signature);
  const isHeader = putFromBase64Url(encoded, headerAt, jws, 0, first) >= 0;
  if (!isHeader || putFromBase64Url(encoded, payloadAt, jws, first + 1, second) < 0) return reject('TX_MALFORMED', NOT_CANONICAL);
  const isSignature = putFromBase64Url(encoded, signatureAt, jws, second + 1, jws.length) >= 0;
  if (!isSignature || signature !== 64) return reject('TX_MALFORMED', NO_SIGNATURE);
  const view = (at: number, size: number): Uint8Array => new Uint8Array(encoded.buffer, at, size);
  return openTransaction(view(headerAt, header), view(payloadAt, payload), view(signatureAt, 64), encoded, sha256, rereadHeader);
}

/** Decodes `<b64u header>..<b64u signature>` (RFC 7515 appendix F) over a payload that came beside it. */
export function decodeDetachedJws(
  header: string,
  payload: Uint8Array,
  sha256: Sha256 = sha256Noble
): Result<Transaction, TransactionFault> {
  if (header.length > base64UrlLength(LIMITS.headerBytes) + 90) return reject('TX_TOO_LARGE', 'the detached header');
  const segments = header.split('.', 4);
  if (segments.length !== 3 || segments[1] !== '') return reject('TX_MALFORMED', 'not <header>..<signature>');
  if (payload.length > LIMITS.payloadBytes) return reject('TX_TOO_LARGE', `payload over ${LIMITS.payloadBytes} bytes`);
  return fromParts(fromBase64Url(segments[0] ?? ''), payload, fromBase64Url(segments[2] ?? ''), sha256);
}

/** Makes and signs a transaction. Asserts: the caller gives a valid header and 64-byte signatures. */
export function buildTransaction(
  header: TransactionHeader,
  payload: Uint8Array,
  sign: (message: Uint8Array) => Uint8Array,
  sha256: Sha256 = sha256Noble
): Transaction {
  const protectedBytes = encodeHeader(header);
  const signature = sign(signingInput(protectedBytes, payload));
  const built = fromParts(protectedBytes, payload, signature, sha256);
  assert(built.ok, `buildTransaction: ${built.ok ? '' : `${built.code} ${built.detail} ${built.pointer ?? ''}`}`);
  return built.value;
}

export function toCompactJws(tx: Transaction): string {
  return `${toBase64Url(tx.protectedBytes)}.${toBase64Url(tx.payload)}.${toBase64Url(tx.signature)}`;
}
