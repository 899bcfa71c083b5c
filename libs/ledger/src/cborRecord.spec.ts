import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCbor } from './codec/decodeCbor.js';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';
import {
  BATCH_TRANSACTIONS, BLOCK_REFS, decodeBatchHeader, decodeBlockHeader, decodeCertificate, decodeCheckpoint, decodeSignedVote,
  encodeBatchHeader, encodeBlockHeader, encodeCertificate, encodeCheckpoint, encodeSignedVote,
  type BatchHeader, type BlockHeader, type Certificate, type CheckpointCertificate, type SignedVote
} from './index.js';

const SPEC = readFileSync(join(process.cwd(), 'spec/ledger.md'), 'utf8');
/** Names that the specification lists in an array, from a mark on. */
const listed = (mark: string): readonly string[] => {
  const [, list = ''] = /\[([^\]]*)\]/.exec(SPEC.slice(SPEC.indexOf(mark))) ?? [];
  return list.split(',').map((name) => name.trim()).filter((name) => !name.startsWith('"'));
};

const hash = (fill: number) => new Uint8Array(32).fill(fill);
const signatures = [new Uint8Array(64).fill(1), new Uint8Array(64).fill(2)];
const BLOCK = {
  chainId: hash(1), epoch: 2, height: 3, parentHash: hash(4), historyRoot: hash(5), originView: 6, proposer: 7, timestampMs: 8,
  refsRoot: hash(9), refCount: 10, txCount: 11, laneCursorsRoot: hash(12), executedHeight: 13, executedStateRoot: hash(14),
  turnEnd: true, epochEnd: false, nextConfigHash: hash(15)
};
const BATCH = { chainId: hash(1), epoch: 2, lane: 3, seq: 4, prevBatchHash: hash(5), txCount: 6, txRoot: hash(7), bytes: 8 };
const CERTIFICATE = { kind: 'C', epoch: 1, view: 2, height: 3, hash: hash(4), signers: [5, 6], signatures };
const CHECKPOINT = { epoch: 1, height: 2, blockHash: hash(3), stateRoot: hash(4), signers: [5, 6], signatures };
const VOTE = { type: 3, epoch: 1, view: 2, height: 4, digest: hash(5), signer: 6, signature: signatures[0] as Uint8Array };

interface Case {
  readonly name: string;
  readonly record: Readonly<Record<string, CborValue>>;
  readonly tag: readonly string[];
  readonly encoded: Uint8Array;
  readonly decode: (bytes: Uint8Array) => { readonly ok: boolean; readonly value?: unknown };
  /** Least value that an integer cannot have, by its name. */
  readonly above: Readonly<Record<string, number>>;
}
const U32 = 0x100000000;
const CASES: readonly Case[] = [
  {
    name: 'block header', record: BLOCK, tag: ['lading/block/1'],
    encoded: encodeBlockHeader(BLOCK as unknown as BlockHeader),
    decode: decodeBlockHeader,
    above: { epoch: U32, originView: U32, proposer: 31, refCount: BLOCK_REFS + 1 }
  },
  {
    name: 'batch header', record: BATCH, tag: ['lading/batch/1'],
    encoded: encodeBatchHeader(BATCH as unknown as BatchHeader),
    decode: decodeBatchHeader,
    above: { epoch: U32, lane: 31, txCount: BATCH_TRANSACTIONS + 1, bytes: 1_310_721 }
  },
  {
    name: 'certificate', record: CERTIFICATE, tag: [],
    encoded: encodeCertificate(CERTIFICATE as unknown as Certificate),
    decode: decodeCertificate,
    above: { epoch: U32, view: U32 }
  },
  {
    name: 'checkpoint', record: CHECKPOINT, tag: [],
    encoded: encodeCheckpoint(CHECKPOINT as unknown as CheckpointCertificate),
    decode: decodeCheckpoint,
    above: { epoch: U32 }
  },
  {
    name: 'vote', record: VOTE, tag: [],
    encoded: encodeSignedVote(VOTE as unknown as SignedVote),
    decode: decodeSignedVote,
    above: { type: 8, epoch: U32, view: U32, signer: 31 }
  }
];

/** Values of every type, each wrong for most elements. */
const FOREIGN: readonly CborValue[] = [null, true, 'x', '', -0, new Uint8Array(31), new Uint8Array(33), new Uint8Array(63), [], [1], ['x']];

describe.each(CASES)('a $name', ({ record, tag, encoded, decode, above }) => {
  const elements = [...tag, ...Object.values(record)];

  it('is written in the order of its table, each element in its place, and read again', () => {
    expect(decodeCbor(encoded)).toEqual({ ok: true, value: elements });
    expect(decode(encoded)).toEqual({ ok: true, value: record });
  });

  it('has no element of another type, none too many and none too few', () => {
    expect(decode(encodeCbor(elements.slice(0, -1))).ok).toBe(false);
    expect(decode(encodeCbor([...elements, 0])).ok).toBe(false);
    const taken = elements.flatMap((own, at) =>
      FOREIGN.filter((value) => typeof value !== typeof own || value === null || typeof own === 'object')
        .filter((value) => decode(encodeCbor(elements.with(at, value))).ok)
        .map((value) => [at, value])
    );
    expect(taken).toEqual([]);
    for (const at of tag.keys()) expect(decode(encodeCbor(elements.with(at, `${tag[at] ?? ''}1`))).ok).toBe(false);
  });

  it('keeps the range of every integer', () => {
    for (const [name, least] of Object.entries(above)) {
      const at = tag.length + Object.keys(record).indexOf(name);
      expect([name, decode(encodeCbor(elements.with(at, least))).ok]).toEqual([name, false]);
      expect([name, decode(encodeCbor(elements.with(at, least - 1))).ok]).toEqual([name, true]);
    }
  });
});

it.each([
  ['4.4 `blockHeader`', Object.keys(BLOCK)],
  ['`batchHeader` = CBOR', Object.keys(BATCH)]
])('spec/ledger.md %s lists the same elements', (mark, names) => {
  expect(listed(mark)).toEqual(names);
});
