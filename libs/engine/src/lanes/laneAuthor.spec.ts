import { asHash, ZERO_HASH } from '@lading/kernel';
import { sha256Noble } from '@lading/ledger';
import type { Batch } from '@lading/ledger';
import { signTransaction, testNetwork } from '../../../../test/fixtures/testNetwork.js';
import { Mempool } from '../mempool.js';
import type { Clock } from '../ports.js';
import type { BatchPool } from './batchPool.js';
import { LaneAuthor } from './laneAuthor.js';

const network = testNetwork();
const owner = network.organization(1);
const clock: Clock = { nowMs: () => 0, at: () => () => undefined, soon: (run) => run() };
const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

/** An author whose batches reach the disk when the test says so. */
function setup() {
  const mempool = new Mempool();
  const published: Batch[] = [];
  const writes: (() => void)[] = [];
  const pool = {
    laneBytes: () => 0,
    store: () => new Promise<void>((resolve) => void writes.push(resolve))
  } as unknown as BatchPool;
  const author = new LaneAuthor(
    {
      ...{ chainId: network.chainId, epoch: 0, lane: 1, clock, mempool, pool, sha256: sha256Noble },
      ...{ sign: owner.validator.sign, maySign: () => true, onBatch: (batch) => void published.push(batch) },
      onFatal: (error) => {
        throw error;
      }
    },
    { seq: 0, lastHash: ZERO_HASH }
  );
  const offer = (jti: string): void => {
    mempool.add(signTransaction(network, owner.admin, { op: 'toy.put', payload: {}, jti }));
    author.offer();
  };
  return { author, published, writes, offer };
}

describe('LaneAuthor', () => {
  it('counts a number as used when its batch is on disk, and shows the batch to nobody before', async () => {
    const { author, published, writes, offer } = setup();
    offer('a');
    expect([author.position.seq, published.length, writes.length]).toEqual([0, 0, 1]);
    writes.shift()?.();
    await settled();
    expect([author.position.seq, published.length]).toEqual([1, 1]);
    expect(author.position.lastHash).toEqual(published[0]?.batchHash);
  });

  it('chains its batches, one being written at a time', async () => {
    const { published, writes, offer } = setup();
    for (const jti of ['a', 'b', 'c']) {
      offer(jti);
      expect(writes).toHaveLength(1);
      writes.shift()?.();
      await settled();
    }
    expect(published.map(({ header }) => header.seq)).toEqual([0, 1, 2]);
    expect(published[2]?.header.prevBatchHash).toEqual(published[1]?.batchHash);
  });

  it('goes on after what a block has ordered of its lane, when it has lost the batches itself', async () => {
    const { author, published, writes, offer } = setup();
    const lastHash = asHash(new Uint8Array(32).fill(8));
    author.ordered(4, lastHash);
    expect(author.position).toEqual({ seq: 5, lastHash });
    offer('a');
    writes.shift()?.();
    await settled();
    expect(published[0]?.header).toMatchObject({ seq: 5, prevBatchHash: lastHash });
  });
});
