import { asHash, toHex, ZERO_HASH, type Hash, type Height } from '@lading/kernel';
import { TestChain, APPLIED } from '../../../test/fixtures/testChain.js';
import { signTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { type BlockHeader } from './blockHeader.js';
import {
  advanceCursors,
  blockHash,
  buildBlock,
  decodeBlock,
  decodeBlockHeader,
  encodeBlockHeader,
  genesisBlock,
  initialCursors,
  laneCursorsRoot,
  refsRoot
} from './index.js';
import { decodeCbor } from './codec/decodeCbor.js';
import { encodeCbor, type CborValue } from './codec/encodeCbor.js';
import { emptyRoot } from './merkle/tree.js';

const network = testNetwork();
const chain = new TestChain(network);
const tx = (lane: number, n: number) =>
  signTransaction(network, network.organization(lane).memberKey('a'), { op: 'epcis.capture', payload: n, jti: `${n}` });
chain.append([
  { lane: 1, transactions: [[tx(1, 1), APPLIED]] },
  { lane: 0, transactions: [[tx(0, 2), APPLIED]] }
]);
const { block } = chain.at(1);
const hash = (n: number): Hash => asHash(new Uint8Array(32).fill(n));

describe('a block', () => {
  it('round-trips, and its hash is that of its header', () => {
    expect(decodeBlock(block.encoded)).toEqual({ ok: true, value: block });
    expect(decodeBlockHeader(encodeBlockHeader(block.header))).toEqual({ ok: true, value: block.header });
    expect(toHex(blockHash(block.header))).toBe(toHex(block.blockHash));
  });

  it('has a hash that every header field changes', () => {
    const changed: Partial<BlockHeader>[] = [
      { chainId: ZERO_HASH },
      { epoch: 1 },
      { height: 2 as Height },
      { parentHash: ZERO_HASH },
      { historyRoot: ZERO_HASH },
      { originView: 1 },
      { proposer: 1 },
      { timestampMs: 1 },
      { refsRoot: ZERO_HASH },
      { refCount: 3 },
      { txCount: 3 },
      { laneCursorsRoot: ZERO_HASH },
      { executedHeight: 1 as Height },
      { executedStateRoot: hash(1) },
      { turnEnd: true },
      { epochEnd: true },
      { nextConfigHash: hash(1) }
    ];
    expect(changed.length).toBe(Object.keys(block.header).length);
    const hashes = changed.map((change) => toHex(blockHash({ ...block.header, ...change })));
    expect(new Set([...hashes, toHex(block.blockHash)]).size).toBe(changed.length + 1);
  });

  it('is refused when refs differ from the header, in number, order or content', () => {
    const decoded = decodeCbor(block.encoded);
    const [header, refs] = decoded.ok ? (decoded.value as readonly CborValue[]) : [];
    const [first, second] = refs as readonly CborValue[];
    for (const other of [[], [first], [second, first], [first, second, second]] as CborValue[]) {
      expect(decodeBlock(encodeCbor([header as CborValue, other]))).toMatchObject({ ok: false, code: 'BLOCK_ROOT' });
    }
    expect(decodeBlock(Uint8Array.of(...block.encoded, 0))).toMatchObject({ ok: false, code: 'BLOCK_MALFORMED' });
  });

  it('is refused with a header field of another type or range', () => {
    const decoded = decodeCbor(encodeBlockHeader(block.header));
    const fields = decoded.ok ? (decoded.value as readonly CborValue[]) : [];
    expect(fields.length).toBe(18);
    for (let i = 0; i < fields.length; i++) {
      const swapped = fields.with(i, typeof fields[i] === 'number' ? 'x' : 7);
      expect(decodeBlockHeader(encodeCbor(swapped))).toMatchObject({ ok: false, code: 'BLOCK_MALFORMED' });
    }
    expect(decodeBlockHeader(encodeCbor(fields.with(7, 31))).ok).toBe(false);
    expect(decodeBlockHeader(encodeCbor(fields.with(2, 2 ** 32))).ok).toBe(false);
    expect(decodeBlockHeader(encodeCbor([...fields, 0])).ok).toBe(false);
  });

  it('cannot be built with refs that its header does not name', () => {
    expect(() => buildBlock(block.header, [])).toThrow('refCount');
    expect(() => buildBlock(block.header, [...block.refs].reverse())).toThrow('refsRoot');
  });
});

describe('the genesis block', () => {
  it('starts everything at nothing, and its time is that of the genesis file', () => {
    const { header, refs } = genesisBlock(network.genesis);
    expect(refs).toEqual([]);
    expect(header).toMatchObject({
      epoch: 0,
      height: 0,
      parentHash: ZERO_HASH,
      historyRoot: emptyRoot(),
      refsRoot: emptyRoot(),
      refCount: 0,
      txCount: 0,
      timestampMs: network.genesis.timeMs,
      executedHeight: 0,
      executedStateRoot: ZERO_HASH,
      laneCursorsRoot: laneCursorsRoot(initialCursors(4))
    });
  });

  it('differs between networks that differ only in their nonce', () => {
    const other = testNetwork({ seed: 'b' });
    expect(toHex(other.genesisBlock.blockHash)).not.toBe(toHex(network.genesisBlock.blockHash));
  });
});

describe('lane cursors', () => {
  const start = initialCursors(2);
  const ref = (lane: number, seq: number) => ({ lane, seq, batchHash: hash(10 * lane + seq) });

  it('follow contiguous refs of every lane', () => {
    const advanced = advanceCursors(start, [ref(0, 0), ref(1, 0), ref(0, 1)]);
    expect(advanced).toEqual({
      ok: true,
      value: [
        { lane: 0, nextSeq: 2, lastBatchHash: hash(1) },
        { lane: 1, nextSeq: 1, lastBatchHash: hash(10) }
      ]
    });
    expect(start).toEqual(initialCursors(2));
  });

  it('refuse a gap, a repetition, an unknown lane, and a batch that follows another one', () => {
    for (const refs of [[ref(0, 1)], [ref(0, 0), ref(0, 0)], [ref(2, 0)]]) {
      expect(advanceCursors(start, refs)).toMatchObject({ ok: false, code: 'BLOCK_REFS' });
    }
    const refs = [ref(0, 0), ref(0, 1)];
    expect(advanceCursors(start, refs, ({ seq }) => (seq === 0 ? ZERO_HASH : hash(0))).ok).toBe(true);
    expect(advanceCursors(start, refs, ({ seq }) => (seq === 0 ? ZERO_HASH : hash(9))).ok).toBe(false);
    expect(advanceCursors(start, refs, () => null).ok).toBe(true);
  });

  it('have a root that depends on every lane and on their order', () => {
    const roots = [
      start,
      [...start].reverse(),
      initialCursors(3),
      [start[0], { lane: 1, nextSeq: 1, lastBatchHash: ZERO_HASH }]
    ];
    expect(new Set(roots.map((cursors) => toHex(laneCursorsRoot(cursors as typeof start)))).size).toBe(4);
    expect(toHex(refsRoot([]))).toBe(toHex(emptyRoot()));
  });
});
