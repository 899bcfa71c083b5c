import type { Sha256 } from '@lading/kernel';
import { decodeMessage, encodeMessage, verifyMessage } from '@lading/consensus';
import type { Message, StoredBatch } from '@lading/consensus';
import type { BatchRef, EpochConfig } from '@lading/ledger';
import { mixBytes } from './dice.js';
import { verifySymbolic } from './symbolicSigner.js';

/** What travels between nodes: consensus frames as real bytes, batches and requests for them as they are. */
export type Cargo =
  | { readonly kind: 'message'; readonly letter: Letter }
  | { readonly kind: 'batch'; readonly batch: StoredBatch }
  | { readonly kind: 'fetch'; readonly refs: readonly BatchRef[] };

/**
 * One encoded message. All receivers of a broadcast share it: it is encoded once and decoded and verified once, by
 * the real gateway functions, because these depend on the bytes alone.
 */
export class Letter {
  readonly bytes: Uint8Array;
  readonly type: Message['type'];
  readonly digest: number;
  #opened: Message | null | undefined;

  constructor(message: Message) {
    this.bytes = encodeMessage(message);
    this.type = message.type;
    this.digest = mixBytes(this.bytes, 3)[0];
  }

  open(config: EpochConfig, sha256: Sha256 | undefined): Message | null {
    if (this.#opened !== undefined) return this.#opened;
    const decoded = decodeMessage(this.bytes, config, sha256);
    const valid = decoded.ok && verifyMessage(decoded.value, config, verifySymbolic, sha256);
    this.#opened = valid ? decoded.value : null;
    return this.#opened;
  }
}

export function digestOf(cargo: Cargo): number {
  switch (cargo.kind) {
    case 'message':
      return cargo.letter.digest;
    case 'batch':
      return mixBytes(cargo.batch.ref.batchHash, 4)[0];
    case 'fetch':
      return cargo.refs.reduce((sum, ref) => (Math.imul(sum, 31) + ref.lane * 1009 + ref.seq) >>> 0, 5);
  }
}
