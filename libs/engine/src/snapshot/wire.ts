import { ok, reject, toHex } from '@lading/kernel';
import type { Hash, Height, Result } from '@lading/kernel';
import { CborFields, encodeCbor } from '@lading/ledger';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';

/** What a node that joins asks on CHANNEL.fetchSnapshot. */
export type SnapshotQuestion =
  /** How far are you, and which snapshot do you have? */
  | { readonly kind: 'offer' }
  /** Part 0 is the manifest, parts from 1 on are chunks. */
  | { readonly kind: 'part'; readonly id: Hash; readonly index: number }
  /** What do you know of this height that no certificate says? */
  | { readonly kind: 'context'; readonly height: Height };

/** What it is answered on CHANNEL.snapshot. Answers repeat what was asked: late ones are told from awaited ones. */
export type SnapshotAnswer =
  /** `head`: executed height. `height` 0: no snapshot now; one is made where the peer has enough to make it of. */
  | { readonly kind: 'offer'; readonly head: Height; readonly height: Height; readonly id: Hash }
  /** No bytes: it is not here (any more). */
  | { readonly kind: 'part'; readonly id: Hash; readonly index: number; readonly bytes: Uint8Array }
  /** No digest: not known here. `stateBytes`: what the whole state takes here now, about. */
  | { readonly kind: 'context'; readonly height: Height; readonly digest: Uint8Array; readonly stateBytes: number };

const TAG = 'lading/snapshot-exchange/2';
const KINDS = ['offer', 'part', 'context'] as const;
type Kind = (typeof KINDS)[number];

export function encodeQuestion(question: SnapshotQuestion): Uint8Array {
  switch (question.kind) {
    case 'offer':
      return encodeCbor([TAG, 0, []]);
    case 'part':
      return encodeCbor([TAG, 1, [question.id, question.index]]);
    case 'context':
      return encodeCbor([TAG, 2, [question.height]]);
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
    const body = fields.nested('offer', 3);
    return { kind, head: body.uint('head') as Height, height: body.uint('height') as Height, id: body.hash('id') };
  };
  return closed(fields, read());
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
  }
}
