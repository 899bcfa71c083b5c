import type { ExecutedBlock } from '@lading/engine';
import { nextBlock } from '../../../../test/storage/sampleChain.js';
import { RecentBlocks } from './recentBlocks.js';

function chainOf(count: number, transactions: number): readonly ExecutedBlock[] {
  const blocks: ExecutedBlock[] = [];
  for (let height = 0; height < count; height++) {
    const names = Array.from({ length: transactions }, (_, n) => `${height}/${n}`);
    blocks.push(nextBlock(blocks.at(-1) ?? null, height === 0 ? {} : { batches: [names.slice(0, 1), names.slice(1)] }));
  }
  return blocks;
}

describe('the blocks that were just stored', () => {
  const chain = chainOf(6, 3);

  it('are given from any place in them on, over the borders of blocks, up to the limit', () => {
    const recent = new RecentBlocks();
    recent.add(chain.slice(2));
    const places = (from: { height: number; index: number }, limit: number) =>
      recent.transactions(from, limit)?.map(({ height, index, indexInBatch }) => [height, index, indexInBatch]);
    expect(places({ height: 2, index: 1 }, 4)).toEqual([[2, 1, 0], [2, 2, 1], [3, 0, 0], [3, 1, 0]]);
    expect(places({ height: 5, index: 2 }, 9)).toEqual([[5, 2, 1]]);
    expect(places({ height: 5, index: 3 }, 9)).toEqual([]);
    const [row] = recent.transactions({ height: 3, index: 2 }, 1) ?? [];
    expect(row?.encoded).toBe(chain[3]?.batches[1]?.transactions[1]?.encoded);
    expect([row?.outcome, row?.batchHash]).toEqual([chain[3]?.outcomes[2], chain[3]?.batches[1]?.batchHash]);
    expect(row?.recordTimeMs).toBe(chain[3]?.block.header.timestampMs);
  });

  it('are not asked for what is older, or newer than they are', () => {
    const recent = new RecentBlocks();
    expect(recent.transactions({ height: 1, index: 0 }, 9)).toBeNull();
    recent.add(chain.slice(2, 5));
    expect(recent.transactions({ height: 1, index: 0 }, 9)).toBeNull();
    expect(recent.transactions({ height: 5, index: 0 }, 9)).toBeNull();
  });

  it('leave the oldest behind when they grow beyond their limits, and all when there is a gap', () => {
    const recent = new RecentBlocks({ bytes: 1 << 20, transactions: 7 });
    recent.add(chain.slice(1, 4));
    expect(recent.transactions({ height: 1, index: 0 }, 9)).toBeNull();
    expect(recent.transactions({ height: 2, index: 0 }, 9)).toHaveLength(6);
    recent.add(chain.slice(5));
    expect(recent.transactions({ height: 3, index: 0 }, 9)).toBeNull();
    expect(recent.transactions({ height: 5, index: 0 }, 9)).toHaveLength(3);
    const small = new RecentBlocks({ bytes: 1, transactions: 7 });
    small.add(chain.slice(1, 2));
    expect(small.transactions({ height: 1, index: 0 }, 9)).toBeNull();
  });
});
