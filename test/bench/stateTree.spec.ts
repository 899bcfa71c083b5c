import { spreadFigure } from '../../bench/measure.js';
import { inOwnProcess } from '../../bench/ownProcess.js';
import { fillState, treeCosts, type TreeCosts, type TreeSizes } from '../../bench/stateTreeCost.js';
import { figure } from '../e2e/figures.js';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';

const FULL = process.env['LADING_FIGURES'] !== undefined;
/** Keys of the state, and those changed in a block. */
const SIZES: TreeSizes = FULL
  ? { keys: 1_000_000, changed: 1000, blocks: 100, depth: 20 }
  : { keys: 2000, changed: 50, blocks: 2, depth: 10 };

describe('the state tree', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await fillState(database.adminUrl, SIZES);
  }, 600_000);
  afterAll(async () => {
    await database.drop();
  }, 60_000);

  it('is updated once a block, with what its buckets are read for, and agrees with a tree that is made anew', async () => {
    const { nodeUrl, adminUrl } = database;
    const { costs, postgres, megabytes, agrees } = FULL
      ? await inOwnProcess<TreeCosts>('runStateTree.ts', [nodeUrl, adminUrl, JSON.stringify(SIZES)])
      : await treeCosts(nodeUrl, adminUrl, SIZES);
    expect(agrees).toBe(true);
    expect(costs).toHaveLength(SIZES.blocks);
    const what = `state tree of ${SIZES.keys} keys, ${SIZES.changed} changed in a block: µs of CPU a key, without the bucket read`;
    spreadFigure(what, costs.map(({ bucket, nodes }) => bucket + nodes), 'µs', { atMost: 3 });
    spreadFigure('of which the hash of its bucket', costs.map(({ bucket }) => bucket), 'µs', {});
    spreadFigure('of which the nodes above', costs.map(({ nodes }) => nodes), 'µs', {});
    const whole = costs.map(({ bucket, nodes, read }) => bucket + nodes + read);
    spreadFigure('with the bucket read: µs of CPU of the node', whole, 'µs', { atMost: 8 });
    figure('beside that, PostgreSQL', postgres, 'µs', {});
    spreadFigure('the read itself, µs of the clock', costs.map(({ readClock }) => readClock), 'µs', {});
    figure('memory of the tree', megabytes, 'MiB', { atMost: 80 });
  }, 900_000);
});
