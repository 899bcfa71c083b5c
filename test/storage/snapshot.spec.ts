import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex, ZERO_HASH, type Height } from '@lading/kernel';
import { encodeManifest } from '../../libs/engine/src/snapshot/manifest.js';
import { decodeManifest, type SnapshotRows } from '@lading/engine';
import { sha256Noble } from '@lading/ledger';
import { SnapshotFolder, TypeOrmLedgerStore } from '@lading/storage';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { testNetwork } from '../fixtures/testNetwork.js';
import { CHAIN, change, checkpointAt, hashOf, nextBlock } from './sampleChain.js';

const GENESIS_BYTES = new Uint8Array(Buffer.from('{"name":"test"}'));
const genesis = nextBlock(null);
const blocks = [genesis];
while (blocks.length < 5) blocks.push(nextBlock(blocks.at(-1) ?? null, { batches: [[`t${blocks.length}`]] }));
const [, , , three, four] = blocks as [typeof genesis, typeof genesis, typeof genesis, typeof genesis, typeof genesis];
const stored = ({ block, proof, outcomeRoot, stateRoot }: typeof genesis) => ({ block, proof, outcomeRoot, stateRoot });

/** Nobody verifies it here: the node has done so before. */
const MANIFEST = encodeManifest({
  chainId: CHAIN,
  epochs: [],
  views: [
    { view: 0, lastHeight: 2 as Height, ended: true },
    { view: 1, lastHeight: 3 as Height, ended: false }
  ],
  block: three.block,
  proof: three.proof,
  checkpoint: checkpointAt(3),
  history: [hashOf('0-1'), hashOf('2')],
  outcomes: [hashOf('a'), hashOf('b')],
  outcomeRoot: three.outcomeRoot,
  cursors: [],
  recent: [{ blockHash: three.block.blockHash, stateRoot: three.stateRoot }],
  treeRoot: hashOf('tree'),
  chunks: [hashOf('chunk')]
});

const CHANGES = Array.from({ length: 50 }, (_, i) => change(`core/x/${i}`, `value ${i}`)).sort((a, b) =>
  toHex(a.keyHash) < toHex(b.keyHash) ? -1 : 1
);

const snapshot = (state: SnapshotRows['state']): SnapshotRows => ({
  genesisBytes: GENESIS_BYTES,
  genesis: stored(genesis),
  head: stored(three),
  certified: { checkpoint: checkpointAt(3), treeRoot: hashOf('tree') },
  epochs: [{ config: testNetwork({ organizations: 4 }).config, startHeight: 0 as Height, previousViews: [] }],
  base: MANIFEST,
  state
});

async function* inTwo(): AsyncGenerator<typeof CHANGES> {
  await Promise.resolve();
  yield CHANGES.slice(0, 30);
  yield CHANGES.slice(30);
}

describe('a ledger that begins from a snapshot', () => {
  let database: TestDatabase;
  let store: TypeOrmLedgerStore;
  beforeEach(async () => {
    database = await testDatabase();
    store = await TypeOrmLedgerStore.open({ url: database.nodeUrl });
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  it('is written whole, goes on above its base, and says what it does not hold', async () => {
    await store.writeSnapshot(snapshot(inTwo));
    expect([await store.lastHeight(), await store.base()]).toEqual([3, MANIFEST]);
    await store.appendBlocks([four]);
    expect(await store.blockHashes(0 as Height, 9 as Height)).toEqual([genesis, three, four].map(({ block }) => block.blockHash));
    expect(await store.blocks(1 as Height, 2 as Height, 1 << 20)).toEqual([]);
    expect((await store.transactions({ height: 1 as Height, index: 0 }, 9)).map(({ height }) => height)).toEqual([4]);
    expect((await store.latestCertified())?.treeRoot).toEqual(hashOf('tree'));
    expect(Buffer.from((await store.stateValues(['core/x/7'])).get('core/x/7') ?? []).toString()).toBe('value 7');
    await store.close();
    store = await TypeOrmLedgerStore.open({ url: database.nodeUrl });
    expect([await store.lastHeight(), await store.base()]).toEqual([4, MANIFEST]);
  });

  it('takes the blocks below in order, those of the last step together, and leaves state and blocks above alone', async () => {
    const [, one, two] = blocks as [typeof genesis, typeof genesis, typeof genesis];
    const base = 3 as Height;
    await store.writeSnapshot(snapshot(inTwo));
    await store.appendBlocks([four]);
    await expect(store.appendHistory([two, three], base)).rejects.toMatchObject({ code: 'STORE_GAP' });
    expect(await store.historyTip(base)).toBe(0);
    await store.appendHistory([one], base);
    await store.appendHistory([one], base);
    expect([await store.historyTip(base), await store.lastHeight()]).toEqual([1, 4]);
    await store.appendHistory([one, two, three], base);
    await store.appendHistory([two, three], base);
    expect([await store.historyTip(base), await store.lastHeight()]).toEqual([2, 4]);
    expect(await store.blockHashes(0 as Height, 9 as Height)).toEqual(blocks.map(({ block }) => block.blockHash));
    const all = await store.transactions({ height: 1 as Height, index: 0 }, 9);
    expect(all.map(({ height, outcome }) => [height, outcome.height])).toEqual([1, 2, 3, 4].map((height) => [height, height]));
    const hashes = blocks.slice(1).flatMap(({ batches }) => batches.map(({ batchHash }) => batchHash));
    expect((await store.batchesByHash(hashes)).size).toBe(hashes.length);
    expect(Buffer.from((await store.stateValues(['core/x/7'])).get('core/x/7') ?? []).toString()).toBe('value 7');
  });

  it('keeps the views of the epoch it began in, with those of the blocks that came later', async () => {
    await store.writeSnapshot(snapshot(inTwo));
    const { config } = testNetwork({ organizations: 4 });
    const last = nextBlock(three);
    const nextConfig = { ...config, epoch: 1 };
    const end = { ...last.block.header, originView: 1, epochEnd: true };
    const { buildBlock } = await import('@lading/ledger');
    await store.appendBlocks([{ ...last, block: buildBlock(end, []), nextConfig }]);
    const [first] = await store.epochs();
    expect(first?.views).toEqual([
      { view: 0, lastHeight: 2, ended: true },
      { view: 1, lastHeight: 4, ended: true }
    ]);
  });

  it('is not written over a ledger, and not in part when its state breaks off', async () => {
    const broken = (): AsyncGenerator<typeof CHANGES> =>
      (async function* () {
        yield CHANGES.slice(0, 30);
        await Promise.resolve();
        throw new Error('the chunk has gone');
      })();
    await expect(store.writeSnapshot(snapshot(broken))).rejects.toThrow('the chunk has gone');
    expect([await store.lastHeight(), await store.base()]).toEqual([null, null]);
    expect(await store.stateValues(['core/x/1'])).toEqual(new Map());
    await store.writeGenesis(genesis, GENESIS_BYTES);
    await expect(store.writeSnapshot(snapshot(inTwo))).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('shows the state of one height whatever is written meanwhile, in pages of bounded size', async () => {
    await store.writeGenesis({ ...genesis, changes: CHANGES }, GENESIS_BYTES);
    const view = await store.openStateView();
    const later = nextBlock(genesis, { changes: [change('core/x/7', 'changed'), change('core/x/8', null), change('core/y', 'new')] });
    await store.appendBlocks([later]);
    const rows: { key: string; value: Uint8Array }[] = [];
    let pages = 0;
    for (let after: Uint8Array = new Uint8Array(0); ; pages++) {
      const page = await view.rows(after, 100);
      const last = page.at(-1);
      if (last === undefined) break;
      const size = page.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
      expect(size - last.key.length - last.value.length).toBeLessThan(100);
      rows.push(...page);
      after = change(last.key, '').keyHash;
    }
    await view.close();
    const taken = CHANGES.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
    expect(await store.stateBytes()).toBeGreaterThan(taken);
    expect([view.height, pages > 5]).toEqual([0, true]);
    expect(rows.map(({ key, value }) => [key, Buffer.from(value).toString()])).toEqual(
      CHANGES.map(({ key, value }) => [key, Buffer.from(value ?? []).toString()])
    );
  });
});

describe('a manifest', () => {
  it('comes back from its bytes', () => {
    const decoded = decodeManifest(MANIFEST, sha256Noble);
    expect(decoded.ok && encodeManifest(decoded.value)).toEqual(MANIFEST);
    expect(decodeManifest(MANIFEST.slice(0, -1), sha256Noble)).toMatchObject({ code: 'SNAPSHOT_MALFORMED' });
  });
});

describe('a folder of snapshots', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
  const id = (n: number): string => toHex(ZERO_HASH).slice(0, -1) + String(n);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lading-snapshots-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps the newest two, across restarts, and nothing of what was thrown away', async () => {
    let files = await SnapshotFolder.open(folder);
    expect([await files.newest(), await files.unfinished(0)]).toEqual([null, null]);
    for (const n of [1, 2, 3]) {
      await files.begin();
      await files.put(0, bytes(n));
      await files.put(1, bytes(n, n));
      await files.finish(id(n));
    }
    files = await SnapshotFolder.open(folder);
    expect([await files.newest(), await files.part(id(1), 0), await files.part(id(2), 1)]).toEqual([id(3), null, bytes(2, 2)]);
    expect([await files.part(id(3), 0), await files.part(id(3), 7), await files.part('../x', 0)]).toEqual([bytes(3), null, null]);
    expect((await readdir(folder)).length).toBe(2);
  });

  it('remembers over restarts whose snapshots were false, until one is finished', async () => {
    const files = await SnapshotFolder.open(folder);
    expect(await files.liars()).toEqual([]);
    for (const one of ['nordic-roast', 'finca-alta', 'nordic-roast']) await files.addLiar(one);
    const again = await SnapshotFolder.open(folder);
    expect([await again.liars(), await again.newest()]).toEqual([['nordic-roast', 'finca-alta'], null]);
    await again.begin();
    expect(await again.liars()).toHaveLength(2);
    await again.finish(id(1));
    expect([await again.liars(), await readdir(folder)]).toEqual([[], [`1-${id(1)}`]]);
  });

  it('gives back after a restart what was in the making, and leaves other files alone', async () => {
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const files = await SnapshotFolder.open(folder);
    await files.begin();
    await files.put(2, bytes(9));
    const again = await SnapshotFolder.open(folder);
    expect([await again.unfinished(2), await again.newest()]).toEqual([bytes(9), null]);
    await again.begin();
    expect(await again.unfinished(2)).toBeNull();
    expect(await readdir(folder)).toContain('notes.txt');
  });
});
