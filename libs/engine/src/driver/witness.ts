import { decodeMessage, encodeMessage } from '@lading/consensus';
import type { BatchStatement, Message, Safety, SignedMessage } from '@lading/consensus';
import type { Sha256 } from '@lading/kernel';
import { CborFields, decodeBatchHeader, encodeBatchHeader, encodeCbor, MAX_U32 } from '@lading/ledger';
import type { Batch, EpochConfig } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';

/**
 * The newest messages of each validator that this node has verified in the running epoch, one of each type, and the newest
 * batch of each lane: what a node that starts asks its peers for (spec B3). Memory only: the guard of the one that asks is a detector.
 */
export class Witness {
  readonly #newest = new Map<number, Map<SignedMessage['type'], SignedMessage>>();
  readonly #batches = new Map<number, BatchStatement>();

  note(message: Message): void {
    if (!('signature' in message) || message.type === 'CHECKPOINT') return;
    const { signer, type } = message;
    const held = this.#newest.get(signer) ?? new Map<SignedMessage['type'], SignedMessage>();
    this.#newest.set(signer, held);
    const before = held.get(type);
    if (before !== undefined && !isLater(placeOf(message), placeOf(before))) return;
    held.set(type, type === 'PRE-PREPARE' ? { ...message, justification: null } : message);
  }

  /** A valid batch of the running epoch. */
  noteBatch({ header, signature }: Pick<Batch, 'header' | 'signature'>): void {
    if (header.seq < (this.#batches.get(header.lane)?.header.seq ?? 0)) return;
    this.#batches.set(header.lane, { type: 'BATCH', header, signature });
  }

  /** Another epoch: what was signed in the old one binds nobody any more. */
  entered(): void {
    this.#newest.clear();
    this.#batches.clear();
  }

  /** The answer to validator `signer`: CBOR ["lading/newest/2", epoch, [frame…], [[batch header, signature]]]. */
  answer(signer: number, epoch: number): Uint8Array {
    const messages = [...(this.#newest.get(signer)?.values() ?? [])];
    const batch = this.#batches.get(signer);
    const batches = batch === undefined ? [] : [[encodeBatchHeader(batch.header), batch.signature]];
    return encodeCbor([TAG, epoch, messages.map(encodeMessage), batches]);
  }
}

const TAG = 'lading/newest/2';

export interface NewestAnswer {
  /** That the answering node is in; it knows nothing of others. */
  readonly epoch: number;
  readonly messages: readonly Message[];
  readonly batch: BatchStatement | null;
}

/** What an answer holds, nothing verified: nothing where it is of another epoch than the config; null when it is malformed. */
export function decodeAnswer(bytes: Uint8Array, config: EpochConfig, sha256: Sha256): NewestAnswer | null {
  const fields = CborFields.decode(bytes, 4, 'newest');
  fields.tag(TAG);
  const epoch = fields.uint('epoch', MAX_U32);
  const frames = fields.list('messages', NEWEST_TYPES, (list) => list.bytesUpTo('message', ENGINE_LIMITS.newestBytes));
  const statements = fields.list('batches', 1, (list) => batchOf(CborFields.of(list.any(), 2, 'batch')));
  if (fields.fault !== null || statements.includes(null)) return null;
  if (epoch !== config.epoch) return { epoch, messages: [], batch: null };
  const messages: Message[] = [];
  for (const frame of frames) {
    const decoded = decodeMessage(frame, config, sha256);
    if (!decoded.ok) return null;
    messages.push(decoded.value);
  }
  return { epoch, messages, batch: statements[0] ?? null };
}

function batchOf(fields: CborFields): BatchStatement | null {
  const header = decodeBatchHeader(fields.bytesUpTo('header', HEADER_BYTES));
  const signature = fields.bytes('signature', 64);
  return fields.fault === null && header.ok ? { type: 'BATCH', header: header.value, signature } : null;
}

const NEWEST_TYPES = 5;
const HEADER_BYTES = 1024;

/** (view, height) of a signed message; 0 where it has none. */
function placeOf(message: SignedMessage): readonly [number, number] {
  switch (message.type) {
    case 'PRE-PREPARE':
      return [message.view, message.block.header.height];
    case 'PREPARE':
    case 'COMMIT':
      return [message.view, message.height];
    case 'VIEW-CHANGE':
      return [message.newView, 0];
    case 'NEW-VIEW':
      return [message.view, 0];
    case 'CHECKPOINT':
      return [0, message.height];
  }
}

const isLater = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

/**
 * B3: whether this message, signed with the own key, goes beyond what the own record says was signed: then the record
 * is an old copy. What the record holds was on disk before the message left (spec D2–D5).
 */
export function isBeyond(message: SignedMessage, safety: Safety | null): boolean {
  if (message.type === 'CHECKPOINT') return false;
  if (safety === null || message.epoch > safety.epoch) return true;
  if (message.epoch < safety.epoch) return false;
  const place = placeOf(message);
  switch (message.type) {
    case 'PRE-PREPARE':
    case 'PREPARE': {
      const { lastPrepared } = safety;
      return lastPrepared === null || isLater(place, [lastPrepared.view, lastPrepared.height]);
    }
    case 'COMMIT': {
      const { highCert } = safety;
      if (highCert === null || highCert.epoch < message.epoch) return true;
      return isLater(place, [highCert.view, highCert.height]);
    }
    case 'VIEW-CHANGE':
    case 'NEW-VIEW':
      return place[0] > safety.view;
  }
}
