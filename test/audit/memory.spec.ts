import { keyHash, bucketOf, valueHash } from '@lading/ledger';
import { sha256Node } from '@lading/identity';
import { HeldState } from '../../libs/engine/src/audit/heldState.js';
import { figure } from '../e2e/figures.js';
import { testNetwork } from '../fixtures/testNetwork.js';
import { ExecutedChain } from './executedChain.js';
import { Scribe } from './sampleLedger.js';

const ITEMS = process.env['LADING_FIGURES'] === undefined ? 20_000 : 1_000_000;
const DEPTH = 20;

describe('the memory of an audit', () => {
  it('holds the state of a ledger in flat memory, with as many bytes an item as are told', async () => {
    const network = testNetwork({ parameters: { stateDepth: DEPTH } });
    const { chain } = await ExecutedChain.begin(network);
    const scribe = new Scribe(network, () => chain.timestampMs);
    await chain.append([[0, scribe.enrol(0)]]);
    const { changes } = await chain.append([[0, [scribe.event(0, 1)]]]);
    const before = process.memoryUsage();
    const state = new HeldState(DEPTH, sha256Node);
    let payload = 0;
    for (let item = 0; item < ITEMS; item++) {
      // What one commissioned item adds, with keys of the same length.
      for (const { key, value } of changes) {
        if (value === null) continue;
        const own = `${key.slice(0, -7)}${String(item).padStart(7, '0')}`;
        const hash = keyHash(own, sha256Node);
        state.apply({ key: own, keyHash: hash, bucket: bucketOf(hash, DEPTH), value, valueHash: valueHash(value, sha256Node) });
        payload += own.length + value.length;
      }
    }
    const after = process.memoryUsage();
    const grown = after.rss - before.rss;
    figure(`state of ${ITEMS} items in an audit`, state.bytes / ITEMS, 'bytes an item', {});
    figure('keys and values among them', payload / ITEMS, 'bytes an item', {});
    figure('memory that it takes, whole', state.bytes / 2 ** 20, 'MiB', { atMost: 1024 });
    figure('growth of the process meanwhile', grown / 2 ** 20, 'MiB', {});
    expect(state.size).toBe(ITEMS * changes.filter(({ value }) => value !== null).length);
    // Places of the first page, and the index of buckets, stand beside the entries.
    expect(state.bytes).toBeLessThan(payload + state.size * 112 + (16 << 20));
  }, 600_000);
});
