import type { Result, Sha256 } from '@lading/kernel';
import { assert, base64UrlLength, fromBase64Url, LIMITS, reject, toBase64Url } from '@lading/kernel';
import { encodeCbor } from './codec/encodeCbor.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { rereadHeader } from './headerForms.js';
import type { Transaction, TransactionFault, TransactionHeader } from './transaction.js';
import { openTransaction, signingInput, TRANSACTION_BYTES } from './transactionCodec.js';
import { encodeHeader } from './transactionHeader.js';

function fromParts(
  protectedBytes: Uint8Array | null,
  payload: Uint8Array | null,
  signature: Uint8Array | null,
  sha256: Sha256
): Result<Transaction, TransactionFault> {
  if (protectedBytes === null || payload === null)
    return reject('TX_MALFORMED', 'a segment is not canonical base64url');
  if (signature?.length !== 64) return reject('TX_MALFORMED', 'the signature is not base64url of 64 bytes');
  const encoded = encodeCbor([protectedBytes, payload, signature]);
  return openTransaction(protectedBytes, payload, signature, encoded, sha256, rereadHeader);
}

/**
 * Decodes a compact JWS (RFC 7515 §7.1): three segments of canonical base64url, nothing else. A second text of the
 * same bytes is refused, so one transaction has one serialization. The signature is not verified.
 */
export function decodeCompactJws(text: string, sha256: Sha256 = sha256Noble): Result<Transaction, TransactionFault> {
  if (text.length > base64UrlLength(TRANSACTION_BYTES) + 4) return reject('TX_TOO_LARGE', `${text.length} characters`);
  const segments = text.split('.', 4);
  if (segments.length !== 3) return reject('TX_MALFORMED', 'not three segments');
  const [header, payload, signature] = segments.map(fromBase64Url);
  return fromParts(header ?? null, payload ?? null, signature ?? null, sha256);
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
