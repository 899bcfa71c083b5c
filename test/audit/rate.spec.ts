import type { ExecutedBlock } from '@lading/engine';
import { auditLedger, type Finding } from '@lading/engine';
import { testNetwork } from '../fixtures/testNetwork.js';
import { figure } from '../e2e/figures.js';
import { CONTRACTS, CRYPTO, ExecutedChain } from './executedChain.js';
import { Scribe } from './sampleLedger.js';
import { StoredLedger } from './storedLedger.js';

const FULL = process.env['LADING_FIGURES'] !== undefined;
const BLOCKS = FULL ? 40 : 2;
const TRANSACTIONS = FULL ? 500 : 20;

describe('the audit of a ledger of many transactions', () => {
  it('derives all of it, at the rate that is shown', async () => {
    const network = testNetwork({ parameters: { stateDepth: 20 } });
    const { chain, genesis } = await ExecutedChain.begin(network);
    const scribe = new Scribe(network, () => chain.timestampMs);
    const blocks: ExecutedBlock[] = [genesis];
    blocks.push(await chain.append([0, 1, 2, 3].map((lane) => [lane, scribe.enrol(lane)] as const)));
    for (let n = 0; n < BLOCKS; n++) {
      const lanes = [0, 1, 2, 3].map((lane) => {
        const own = Array.from({ length: TRANSACTIONS / 4 }, (_, i) => scribe.event(lane, (n * TRANSACTIONS) / 4 + i));
        return [lane, own] as const;
      });
      blocks.push(await chain.append(lanes));
    }
    const checkpoints = [{ checkpoint: chain.checkpoint(), treeRoot: chain.treeRoot }];
    const stored = await StoredLedger.of({ network, blocks, checkpoints });
    const before = process.cpuUsage();
    const started = performance.now();
    const found: Finding[] = [];
    let transactions = 0;
    for await (const finding of auditLedger(stored.source, network.genesisBytes, CONTRACTS, CRYPTO, (p) => (transactions = p.transactions))) found.push(finding);
    const { user, system } = process.cpuUsage(before);
    const wall = (performance.now() - started) / 1000;
    console.log(transactions, wall, (user + system) / 1e6, transactions / ((user + system) / 1e6));
    expect(found).toEqual([]);
    figure('audit, transactions a second of one core', transactions / ((user + system) / 1e6), 'tx/s', { atLeast: 5000 });
    await stored.close();
  }, 600_000);
});
