import type { ExecutedBlock } from '@lading/engine';
import { auditLedger, type Finding } from '@lading/engine';
import { verifyTransaction } from '@lading/ledger';
import { testNetwork } from '../fixtures/testNetwork.js';
import { spreadFigure } from '../../bench/measure.js';
import { CONTRACTS, CRYPTO, ExecutedChain } from './executedChain.js';
import { Scribe } from './sampleLedger.js';
import { StoredLedger } from './storedLedger.js';

const FULL = process.env['LADING_FIGURES'] !== undefined;
const BLOCKS = FULL ? 40 : 2;
const TRANSACTIONS = FULL ? 500 : 20;
const RUNS = FULL ? 5 : 1;

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
    const rates: number[] = [];
    const checks: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const before = cpuMicros();
      const found: Finding[] = [];
      let transactions = 0;
      const audit = auditLedger(stored.source, network.genesisBytes, CONTRACTS, CRYPTO, (at) => (transactions = at.transactions));
      for await (const finding of audit) found.push(finding);
      rates.push(transactions / ((cpuMicros() - before) / 1e6));
      expect(found).toEqual([]);
      expect(transactions).toBe(BLOCKS * TRANSACTIONS + 8);
      checks.push(signatureMicros(blocks));
    }
    await stored.close();
    spreadFigure('audit, transactions a second of one core', rates, 'tx/s', { atLeast: 5000 });
    // What this machine does just now: other work on it slows both down alike.
    spreadFigure('a signature check at the same time', checks, 'µs', {});
  }, 1_200_000);
});
