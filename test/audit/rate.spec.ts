import type { ExecutedBlock } from '@lading/engine';
import { auditLedger, type Finding } from '@lading/engine';
import { verifyTransaction } from '@lading/ledger';
import { testNetwork } from '../fixtures/testNetwork.js';
import { figure } from '../e2e/figures.js';
import { CONTRACTS, CRYPTO, ExecutedChain } from './executedChain.js';
import { Scribe } from './sampleLedger.js';
import { StoredLedger } from './storedLedger.js';

const FULL = process.env['LADING_FIGURES'] !== undefined;
const BLOCKS = FULL ? 40 : 2;
const TRANSACTIONS = FULL ? 500 : 20;

const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Microseconds of CPU that one signature check takes, by the transactions of the ledger. */
function signatureMicros(blocks: readonly ExecutedBlock[]): number {
  const transactions = blocks.flatMap(({ batches }) => batches.flatMap((batch) => batch.transactions)).slice(0, 2000);
  const before = cpuMicros();
  const valid = transactions.filter((tx) => verifyTransaction(tx, CRYPTO.verify)).length;
  expect(valid).toBe(transactions.length);
  return (cpuMicros() - before) / transactions.length;
}

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
    const before = cpuMicros();
    const started = performance.now();
    const found: Finding[] = [];
    let transactions = 0;
    const audit = auditLedger(stored.source, network.genesisBytes, CONTRACTS, CRYPTO, (at) => (transactions = at.transactions));
    for await (const finding of audit) found.push(finding);
    const cpuSeconds = (cpuMicros() - before) / 1e6;
    const wall = (performance.now() - started) / 1000;
    expect(found).toEqual([]);
    // What this machine does just now: other work on it slows both down alike.
    figure('a signature check at the same time', signatureMicros(blocks), 'µs', {});
    figure('audit, transactions a second of one core', transactions / cpuSeconds, 'tx/s', { atLeast: 5000 });
    figure('transactions a second of the clock', transactions / wall, 'tx/s', {});
    await stored.close();
  }, 600_000);
});
