import { asHash } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { CompactRange } from '@lading/ledger';
import type { StoredView } from '../ports.js';
import type { HeldBase } from './heldBase.js';
import { pastBlocks, viewsUpTo } from './pastBlocks.js';

const h = (height: number): Height => height as Height;
const hash = (n: number) => asHash(new Uint8Array(32).fill(n));
const view = (number: number, lastHeight: number, ended: boolean): StoredView => ({ view: number, lastHeight: h(lastHeight), ended });

/** Begins at height 10 of an epoch that began from 6. */
const base: HeldBase = {
  height: h(10),
  blockHash: hash(10),
  history: CompactRange.empty(),
  outcomes: CompactRange.empty(),
  cursors: [],
  views: [view(0, 8, true), view(1, 10, false)],
  recent: [9, 10].map((height) => ({ height: h(height), blockHash: hash(height), stateRoot: hash(height + 100) })),
  links: []
};

describe('what a node that began from a snapshot knows of its epoch', () => {
  const asked: [number, number][] = [];
  const store = {
    epochViews: (from: Height, to: Height) => {
      asked.push([from, to]);
      return Promise.resolve([view(1, 11, true), view(2, 12, false)]);
    },
    blocks: (from: Height, to: Height) => {
      asked.push([from, to]);
      return Promise.resolve([]);
    }
  };
  beforeEach(() => asked.splice(0));

  it('joins the views up to the base with those of later blocks, of which only the store is asked', async () => {
    expect(await viewsUpTo(store, base, 6, h(12))).toEqual([view(0, 8, true), view(1, 11, true), view(2, 12, false)]);
    expect(asked).toEqual([[11, 12]]);
  });

  it('asks the store for nothing at the base itself', async () => {
    expect(await viewsUpTo(store, base, 6, h(10))).toEqual(base.views);
    expect(asked).toEqual([]);
  });

  it('leaves the base out in a later epoch, and where there is none', async () => {
    await viewsUpTo(store, base, 11, h(12));
    await viewsUpTo(store, base, 10, h(12));
    expect(await viewsUpTo(store, null, 6, h(12))).toEqual([view(1, 11, true), view(2, 12, false)]);
    expect(asked).toEqual([[12, 12], [11, 12], [7, 12]]);
  });

  it('has hashes and roots of the last blocks up to the base from the snapshot', async () => {
    expect(await pastBlocks(store, base, 3, 12)).toEqual(base.recent);
    expect(asked).toEqual([[11, 12]]);
    expect((await pastBlocks(store, base, 10, 10)).map(({ height }) => height)).toEqual([10]);
  });
});
