import * as nodeCrypto from 'node:crypto';
import { createHash } from 'node:crypto';
import type { Sha256 } from '@lading/kernel';

type OneShotHash = (algorithm: string, data: Uint8Array | string, encoding: 'binary') => string;

/** `crypto.hash` (Node ≥ 20.12, 21.7) saves the Hash object. */
const oneShot = (nodeCrypto as { readonly hash?: OneShotHash }).hash;

/** One character a byte: a Buffer from OpenSSL would be memory outside of the heap for each digest, at three times the cost. */
const digestText = (data: Uint8Array | string): string =>
  oneShot === undefined ? createHash('sha256').update(data).digest('binary') : oneShot('sha256', data, 'binary');

/** SHA-256 of bytes, or of the UTF-8 of a text. */
export const sha256Buffer = (data: Uint8Array | string): Buffer => Buffer.from(digestText(data), 'latin1');

/** SHA-256 for the ledger's formats. */
export const sha256: Sha256 = sha256Buffer;
