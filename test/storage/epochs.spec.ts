import { toHex, type Height } from '@lading/kernel';
import { configHash, encodeConfig, buildBlock, successorConfig, type BlockHeader, type EpochConfig } from '@lading/ledger';
import type { ExecutedBlock } from '@lading/engine';
import { LedgerAuditSource, withClient, type TypeOrmLedgerStore } from '@lading/storage';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { testNetwork } from '../fixtures/testNetwork.js';
import { nextBlock } from './sampleChain.js';
import { openedStore } from './openedStore.js';

const h = (height: number): Height => height as Height;
const network = testNetwork({ seed: 'stored epochs' });
const first = successorConfig(network.config);
const second = successorConfig(first);

/** The block after `parent` with some fields of its header changed. */
function blockWith(parent: ExecutedBlock, change: Partial<BlockHeader>, nextConfig?: EpochConfig): ExecutedBlock {
  const made = nextBlock(parent, { batches: [[`b${parent.block.header.height}`]] });
  const end = nextConfig === undefined ? {} : { epochEnd: true, nextConfigHash: configHash(nextConfig) };
  const block = buildBlock({ ...made.block.header, ...change, ...end }, made.block.refs);
  return { ...made, block, ...(nextConfig === undefined ? {} : { nextConfig }) };
}

const genesis = { ...nextBlock(null), nextConfig: network.config };
const chain: ExecutedBlock[] = [genesis];
/** Views of blocks 1 …: epoch 0 has views 0, 0, 2, 3 (its last ends it), epoch 1 has 1 and 1, epoch 2 has one of view 0. */
for (const [epoch, originView, turnEnd, next] of [
  [0, 0, false, undefined],
  [0, 0, true, undefined],
  [0, 2, false, undefined],
  [0, 3, false, first],
  [1, 1, false, undefined],
  [1, 1, false, second],
  [2, 0, false, undefined]
] as const) {
  chain.push(blockWith(chain.at(-1) ?? genesis, { epoch, originView, turnEnd }, next));
}
const VIEWS = [
  [
    { view: 0, lastHeight: 2, ended: true },
    { view: 2, lastHeight: 3, ended: false },
    { view: 3, lastHeight: 4, ended: true }
  ],
  [{ view: 1, lastHeight: 6, ended: true }]
];

describe('the epochs of a stored chain', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  const opened = <T>(work: (store: TypeOrmLedgerStore) => Promise<T>): Promise<T> => openedStore(database, work);

  it.each([
    ['one by one', 1],
    ['in groups that begin and end in the middle of epochs', 3],
    ['in one group', 9]
  ])('are written with the blocks that begin them, %s, and never twice', async (_, size) => {
    const blocks = chain.slice(1);
    await opened(async (store) => {
      await store.writeGenesis(genesis, network.genesisBytes);
      for (let from = 0; from < blocks.length; from += size) await store.appendBlocks(blocks.slice(from, from + size));
      await store.appendBlocks(blocks);
    });
    await opened(async (store) => {
      const epochs = await store.epochs();
      expect(epochs.map(({ config, startHeight }) => [toHex(configHash(config)), startHeight])).toEqual([
        [toHex(configHash(network.config)), 0],
        [toHex(configHash(first)), 4],
        [toHex(configHash(second)), 6]
      ]);
      expect(epochs.map(({ views }) => views)).toEqual([...VIEWS, null]);
      expect(await store.epochViews(h(1), h(4))).toEqual(VIEWS[0]);
      expect(await store.epochViews(h(7), h(7))).toEqual([{ view: 0, lastHeight: 7, ended: false }]);
    });
    const rows = await LedgerAuditSource.open(database.nodeUrl);
    expect((await rows.epochs(1, 9)).map(({ epoch, startHeight, encoded }) => [epoch, startHeight, toHex(encoded)])).toEqual([
      [1, 4, toHex(encodeConfig(first))],
      [2, 6, toHex(encodeConfig(second))]
    ]);
    await rows.close();
  });

  it('get their first row when a database from before is opened', async () => {
    await opened((store) => store.writeGenesis(nextBlock(null), network.genesisBytes));
    await withClient(database.ownerUrl, async (client) => {
      expect((await client.query('SELECT * FROM ledger.epoch')).rowCount).toBe(0);
    });
    for (let i = 0; i < 2; i++) {
      expect(await opened((store) => store.epochs())).toEqual([{ config: network.config, startHeight: 0, views: null }]);
    }
  });

  it('are never written without the config that a header promises', async () => {
    await opened(async (store) => {
      await store.writeGenesis(genesis, network.genesisBytes);
      const bare = blockWith(genesis, {}, first);
      const { nextConfig: _, ...without } = bare;
      await expect(store.appendBlocks([without])).rejects.toThrow('a config at an epoch end');
    });
  });
});
