import type { Hash, Result, Sha256, VerifySignature } from '@lading/kernel';
import { assert, base64UrlLength, equalBytes, LIMITS, ok, reject, toBase64Url } from '@lading/kernel';
import { putBase64Url } from './base64Url.js';
import { CborFields } from './cborFields.js';
import type { EpochConfig } from './config.js';
import { sha256Noble } from './crypto/sha256Noble.js';
import { hashTagged } from './hash.js';
import { faults } from './quorum.js';
import { scratch } from './scratch.js';
import type { Transaction, TransactionFault } from './transaction.js';
import { decodeHeader, type ReadHeader } from './transactionHeader.js';

/** Bytes of CBOR around header, payload and signature: array head 1, and at most 3 + 5 + 2 of string heads. */
const ENVELOPE_BYTES = 11;
/** Bytes of the longest encoded transaction. */
export const TRANSACTION_BYTES = LIMITS.headerBytes + LIMITS.payloadBytes + 64 + ENVELOPE_BYTES;

/** RFC 7515 §5.1: ASCII(base64url(header) "." base64url(payload)), straight into bytes: verified per transaction. */
export function signingInput(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return putSigningInput(new Uint8Array(signingInputLength(protectedBytes, payload)), protectedBytes, payload);
}

const signingInputLength = (protectedBytes: Uint8Array, payload: Uint8Array): number =>
  base64UrlLength(protectedBytes.length) + 1 + base64UrlLength(payload.length);

function putSigningInput(out: Uint8Array, protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  const dot = putBase64Url(out, 0, protectedBytes);
  out[dot] = 0x2e;
  const end = putBase64Url(out, dot + 1, payload);
  assert(end === out.length, 'signingInput: base64url length');
  return out;
}

/** txId = H("lading/tx/1", protectedHeader, payload): the signature is not in the id. */
export function transactionId(protectedBytes: Uint8Array, payload: Uint8Array, sha256: Sha256 = sha256Noble): Hash {
  return hashTagged('lading/tx/1', [protectedBytes, payload], sha256);
}

/** {@link decodeHeader}, or what gives the same answers quicker (headerForms.ts). */
export type HeaderReader = (bytes: Uint8Array) => Result<ReadHeader, TransactionFault>;

/** The header read, and hashed with what it stands for. */
export function openTransaction(
  protectedBytes: Uint8Array,
  payload: Uint8Array,
  signature: Uint8Array,
  encoded: Uint8Array,
  sha256: Sha256,
  readHeader: HeaderReader
): Result<Transaction, TransactionFault> {
  if (payload.length > LIMITS.payloadBytes) return reject('TX_TOO_LARGE', `payload over ${LIMITS.payloadBytes} bytes`);
  const read = readHeader(protectedBytes);
  if (!read.ok) return read;
  const { header, parts } = read.value;
  return ok({
    txId: transactionId(protectedBytes, payload, sha256),
    header,
    organization: parts.organization,
    member: parts.member,
    publicKey: parts.publicKey,
    protectedBytes,
    payload,
    signature,
    encoded
  });
}

/** Decodes CBOR [protectedHeader, payload, signature]. The signature is not verified. */
export function decodeTransaction(
  encoded: Uint8Array,
  sha256: Sha256 = sha256Noble,
  readHeader: HeaderReader = decodeHeader
): Result<Transaction, TransactionFault> {
  if (encoded.length > TRANSACTION_BYTES) return reject('TX_TOO_LARGE', `over ${TRANSACTION_BYTES} bytes`);
  const fields = CborFields.decode(encoded, 3, 'transaction');
  const protectedBytes = fields.bytesUpTo('protectedHeader', LIMITS.headerBytes);
  const payload = fields.bytesUpTo('payload', LIMITS.payloadBytes);
  const signature = fields.bytes('signature', 64);
  if (fields.fault !== null) return reject('TX_MALFORMED', fields.fault);
  return openTransaction(protectedBytes, payload, signature, encoded, sha256, readHeader);
}

/** The chain that was asked for last, in the headers' spelling: a node asks for one. */
let chainText = { chainId: new Uint8Array(0), text: '' };

function textOfChain(chainId: Hash): string {
  if (!equalBytes(chainId, chainText.chainId)) chainText = { chainId: chainId.slice(), text: toBase64Url(chainId) };
  return chainText.text;
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
  if (chain !== textOfChain(chainId)) return reject('TX_WRONG_CHAIN', `made for chain ${chain}`, '/chain');
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
  const { protectedBytes, payload, signature, publicKey } = tx;
  const input = scratch(signingInputLength(protectedBytes, payload));
  return verify(signature, putSigningInput(input, protectedBytes, payload), publicKey);
}
