import type { Hash, Result, Sha256, VerifySignature } from '@lading/kernel';
import { assert, fromBase64Url, fromHex, LIMITS, ok, reject, toBase64Url } from '@lading/kernel';
import { CborFields } from './cborFields.js';
import { encodeCbor } from './codec/encodeCbor.js';
import type { EpochConfig } from './config.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { parseKeyId } from './identifiers.js';
import { faults } from './quorum.js';
import type { Transaction, TransactionFault, TransactionHeader } from './transaction.js';
import { decodeHeader, encodeHeader } from './transactionHeader.js';

/** Bytes of CBOR around header, payload and signature: array head 1, and at most 3 + 5 + 2 of string heads. */
const ENVELOPE_BYTES = 11;
/** Bytes of the longest encoded transaction. */
export const TRANSACTION_BYTES = LIMITS.headerBytes + LIMITS.payloadBytes + 64 + ENVELOPE_BYTES;

const BASE64URL = new Uint8Array(64);
for (const [index, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].entries()) {
  BASE64URL[index] = char.charCodeAt(0);
}

/** Writes base64url text of `bytes` as ASCII bytes into `out`; returns where it ends. */
function writeBase64Url(out: Uint8Array, start: number, bytes: Uint8Array): number {
  let at = start;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at++] = BASE64URL[word >> 18] as number;
    out[at++] = BASE64URL[(word >> 12) & 63] as number;
    if (left > 1) out[at++] = BASE64URL[(word >> 6) & 63] as number;
    if (left > 2) out[at++] = BASE64URL[word & 63] as number;
  }
  return at;
}

const base64UrlLength = (size: number): number => Math.ceil((size * 4) / 3);

/** RFC 7515 §5.1: ASCII(base64url(header) "." base64url(payload)), straight into bytes: verified per transaction. */
export function signingInput(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(base64UrlLength(protectedBytes.length) + 1 + base64UrlLength(payload.length));
  const dot = writeBase64Url(out, 0, protectedBytes);
  out[dot] = 0x2e;
  const end = writeBase64Url(out, dot + 1, payload);
  assert(end === out.length, 'signingInput: base64url length');
  return out;
}

/** txId = H("lading/tx/1", protectedHeader, payload): the signature is not in the id. */
export function transactionId(protectedBytes: Uint8Array, payload: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/tx/1', [protectedBytes, payload], sha256);
}

function assemble(
  protectedBytes: Uint8Array,
  payload: Uint8Array,
  signature: Uint8Array,
  encoded: Uint8Array,
  sha256: Sha256
): Result<Transaction, TransactionFault> {
  if (payload.length > LIMITS.payloadBytes) return reject('TX_TOO_LARGE', `payload over ${LIMITS.payloadBytes} bytes`);
  const header = decodeHeader(protectedBytes);
  if (!header.ok) return header;
  const parts = parseKeyId(header.value.kid);
  assert(parts !== null, 'decodeHeader lets no other kid through');
  return ok({
    txId: transactionId(protectedBytes, payload, sha256),
    header: header.value,
    ...parts,
    protectedBytes,
    payload,
    signature,
    encoded
  });
}

/** Decodes CBOR [protectedHeader, payload, signature]. The signature is not verified. */
export function decodeTransaction(
  encoded: Uint8Array,
  sha256: Sha256 = sha256Noble
): Result<Transaction, TransactionFault> {
  if (encoded.length > TRANSACTION_BYTES) return reject('TX_TOO_LARGE', `over ${TRANSACTION_BYTES} bytes`);
  const fields = CborFields.decode(encoded, 3, 'transaction');
  const protectedBytes = fields.bytesUpTo('protectedHeader', LIMITS.headerBytes);
  const payload = fields.bytesUpTo('payload', LIMITS.payloadBytes);
  const signature = fields.bytes('signature', 64);
  if (fields.fault !== null) return reject('TX_MALFORMED', fields.fault);
  return assemble(protectedBytes, payload, signature, encoded, sha256);
}

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
  return assemble(protectedBytes, payload, signature, encoded, sha256);
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

/**
 * What static validity adds to decoding, apart from the signature: the chain, the lifetime and, when the epoch's
 * config is at hand, at most f+1 lanes. A node must pass the config before it batches a transaction: a batch that
 * holds one with too many lanes is invalid for everyone.
 */
export function checkTransaction(
  tx: Transaction,
  chainId: Hash,
  config?: EpochConfig
): Result<Transaction, TransactionFault> {
  const { chain, iat, exp, lanes } = tx.header;
  if (chain !== toBase64Url(chainId)) return reject('TX_WRONG_CHAIN', `made for chain ${chain}`, '/chain');
  if (exp < iat || exp - iat > LIMITS.transactionLifeSeconds) {
    return reject('TX_LIFETIME', `exp − iat is not 0…${LIMITS.transactionLifeSeconds} s`, '/exp');
  }
  if (config !== undefined) {
    const most = faults(config.organizations.length) + 1;
    if (lanes.length > most) return reject('TX_LANE', `${lanes.length} lanes, at most ${most}`, '/lanes');
  }
  return ok(tx);
}

/** Rule C1 over the JWS signing input, under the key in the transaction's own kid. */
export function verifyTransaction(tx: Transaction, verify: VerifySignature): boolean {
  return verify(tx.signature, signingInput(tx.protectedBytes, tx.payload), tx.publicKey);
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

/** The txId in text, as people and URLs write it: lower-case hex. Null when it is not 32 bytes of it. */
export function parseTransactionId(text: string): Hash | null {
  const bytes = fromHex(text);
  return bytes?.length === 32 ? (bytes as Hash) : null;
}
