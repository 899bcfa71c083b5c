import { ok, reject, toHex, ZERO_HASH } from '@lading/kernel';
import type { Hash, Height, Result } from '@lading/kernel';
import { CborFields, encodeCbor } from '@lading/ledger';
import { HISTORY_LIMITS } from '../history/historyLimits.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';

/** A block as the database of the peer that answers has it: for those who verify it. */
export interface EncodedBlock {
  readonly block: Uint8Array;
  readonly proof: Uint8Array;
}

/** What a node that joins, or fills its history, asks on CHANNEL.fetchSnapshot. */
export type SnapshotQuestion =
  /** How far are you, and which snapshot do you have? */
  | { readonly kind: 'offer' }
  /** Part 0 is the manifest, parts from 1 on are chunks. */
  | { readonly kind: 'part'; readonly id: Hash; readonly index: number }
  /** What do you know of this height that no certificate says? */
  | { readonly kind: 'context'; readonly height: Height }
  /** Blocks from this height on, with their commit proofs. */
  | { readonly kind: 'blocks'; readonly from: Height }
  /** Batches by their hashes. */
  | { readonly kind: 'batches'; readonly hashes: readonly Hash[] };

/** What it is answered on CHANNEL.snapshot. Answers repeat what was asked: late ones are told from awaited ones. */
export type SnapshotAnswer =
  /** `head`: executed height. `height` 0: no snapshot now; one is made where the peer has enough to make it of. */
  | { readonly kind: 'offer'; readonly head: Height; readonly height: Height; readonly id: Hash }
  /** No bytes: it is not here (any more). */
  | { readonly kind: 'part'; readonly id: Hash; readonly index: number; readonly bytes: Uint8Array }
  /** No digest: not known here. `stateBytes`: what the whole state takes here now, about. */
  | { readonly kind: 'context'; readonly height: Height; readonly digest: Uint8Array; readonly stateBytes: number }
  /** The first ones, as many as the answer holds; none: they are not here. */
  | { readonly kind: 'blocks'; readonly from: Height; readonly blocks: readonly EncodedBlock[] }
  /** `first`: hash of the first batch that was asked for. Some of them in any order; none: they are not here. */
  | { readonly kind: 'batches'; readonly first: Hash; readonly batches: readonly Uint8Array[] };

const TAG = 'lading/snapshot-exchange/2';
const KINDS = ['offer', 'part', 'context', 'blocks', 'batches'] as const;
/** No block and no batch is larger, and no commit proof. */
const PART_BYTES = SNAPSHOT_LIMITS.chunkBytesMax;
const PROOF_BYTES = 1 << 20;
type Kind = (typeof KINDS)[number];

export function encodeQuestion(question: SnapshotQuestion): Uint8Array {
  switch (question.kind) {
    case 'offer':
      return encodeCbor([TAG, 0, []]);
    case 'part':
      return encodeCbor([TAG, 1, [question.id, question.index]]);
    case 'context':
      return encodeCbor([TAG, 2, [question.height]]);
    case 'blocks':
      return encodeCbor([TAG, 3, [question.from]]);
    case 'batches':
      return encodeCbor([TAG, 4, [question.hashes]]);
  }
}

export function decodeQuestion(bytes: Uint8Array): Result<SnapshotQuestion, 'SNAPSHOT_MALFORMED'> {
  const [fields, kind] = open(bytes);
  const read = (): SnapshotQuestion => {
    if (kind === 'part') {
      const body = fields.nested('part', 2);
      return { kind, id: body.hash('id'), index: body.uint('index', SNAPSHOT_LIMITS.chunks) };
    }
    if (kind === 'context') return { kind, height: fields.nested('context', 1).uint('height') as Height };
    if (kind === 'blocks') return { kind, from: fields.nested('blocks', 1).uint('from') as Height };
    if (kind === 'batches') {
      const body = fields.nested('batches', 1);
      const hashes = body.list('hashes', HISTORY_LIMITS.batches, (list) => list.hash('hash'));
      if (fields.fault === null && hashes.length === 0) body.refuse('hashes', 'are none');
      return { kind, hashes };
    }
    fields.nested('offer', 0);
    return { kind };
  };
  return closed(fields, read());
}

export function encodeAnswer(answer: SnapshotAnswer): Uint8Array {
  switch (answer.kind) {
    case 'offer':
      return encodeCbor([TAG, 0, [answer.head, answer.height, answer.id]]);
    case 'part':
      return encodeCbor([TAG, 1, [answer.id, answer.index, answer.bytes]]);
    case 'context':
      return encodeCbor([TAG, 2, [answer.height, answer.digest, answer.stateBytes]]);
    case 'blocks':
      return encodeCbor([TAG, 3, [answer.from, answer.blocks.map(({ block, proof }) => [block, proof])]]);
    case 'batches':
      return encodeCbor([TAG, 4, [answer.first, answer.batches]]);
  }
}

export function decodeAnswer(bytes: Uint8Array): Result<SnapshotAnswer, 'SNAPSHOT_MALFORMED'> {
  const [fields, kind] = open(bytes);
  const read = (): SnapshotAnswer => {
    if (kind === 'part') {
      const body = fields.nested('part', 3);
      const [id, index] = [body.hash('id'), body.uint('index', SNAPSHOT_LIMITS.chunks)];
      return { kind, id, index, bytes: body.bytesUpTo('bytes', SNAPSHOT_LIMITS.chunkBytesMax) };
    }
    if (kind === 'context') {
      const body = fields.nested('context', 3);
      const [height, digest] = [body.uint('height') as Height, body.bytesUpTo('digest', 32)];
      return { kind, height, digest, stateBytes: body.uint('stateBytes') };
    }
    if (kind === 'blocks') return readBlocks(fields.nested('blocks', 2));
    if (kind === 'batches') {
      const body = fields.nested('batches', 2);
      const first = body.hash('first');
      return { kind, first, batches: body.list('batches', HISTORY_LIMITS.batches, (list) => list.bytesUpTo('batch', PART_BYTES)) };
    }
    const body = fields.nested('offer', 3);
    return { kind, head: body.uint('head') as Height, height: body.uint('height') as Height, id: body.hash('id') };
  };
  return closed(fields, read());
}

function readBlocks(body: CborFields): SnapshotAnswer {
  const from = body.uint('from') as Height;
  const blocks = body.list('blocks', HISTORY_LIMITS.windowBlocks, (list) => {
    const one = list.nested('block', 2);
    return { block: one.bytesUpTo('block', PART_BYTES), proof: one.bytesUpTo('proof', PROOF_BYTES) };
  });
  return { kind: 'blocks', from, blocks };
}

function open(bytes: Uint8Array): readonly [CborFields, Kind] {
  const fields = CborFields.decode(bytes, 3, 'snapshot');
  fields.tag(TAG);
  return [fields, KINDS[fields.uint('kind', KINDS.length - 1)] ?? 'offer'];
}

const closed = <T>(fields: CborFields, value: T): Result<T, 'SNAPSHOT_MALFORMED'> =>
  fields.fault === null ? ok(value) : reject('SNAPSHOT_MALFORMED', fields.fault);

/** What an answer has in common with its question. */
export function subjectOf(message: SnapshotQuestion | SnapshotAnswer): string {
  switch (message.kind) {
    case 'offer':
      return 'offer';
    case 'part':
      return `${toHex(message.id)}/${message.index}`;
    case 'context':
      return `context ${message.height}`;
    case 'blocks':
      return `blocks ${message.from}`;
    case 'batches':
      return `batches ${toHex('first' in message ? message.first : (message.hashes[0] ?? ZERO_HASH))}`;
  }
}
