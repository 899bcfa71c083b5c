import type { AuditSource, ExecutedBlock, Finding } from '@lading/engine';
import { auditLedger } from '@lading/engine';
import { asHash } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { encodeBatchHeader, encodeCommitProof, type BlockHeader } from '@lading/ledger';
import { testNetwork } from '../fixtures/testNetwork.js';
import { CONTRACTS, CRYPTO, ExecutedChain } from './executedChain.js';
import { Scribe } from './sampleLedger.js';

/** Blocks as an export keeps them, without a database. */
function sourceOf(genesis: Uint8Array, blocks: readonly ExecutedBlock[]): AuditSource {
  const none = (): Promise<never[]> => Promise.resolve([]);
  return {
    ...{ blocks: none, batches: none, transactions: none, outcomes: none, state: none, checkpoints: none, epochs: none },
    without: new Set(['state', 'epoch'] as const),
    genesisBytes: () => Promise.resolve(genesis),
    async *wholeBlocks() {
      for (const { block, proof, batches, outcomes, outcomeRoot, stateRoot } of blocks) {
        const { height } = block.header;
        const { blockHash, encoded } = block;
        const transactions = batches.flatMap((batch, refIndex) =>
          batch.transactions.map((tx, indexInBatch) => ({ height, refIndex, indexInBatch, txId: tx.txId, encoded: tx.encoded }))
        );
        yield await Promise.resolve({
          block: { height, blockHash, encoded, proof: encodeCommitProof(proof), outcomeRoot, stateRoot },
          batches: batches.map(({ header, batchHash, signature }, refIndex) => {
            const { lane, seq } = header;
            return { height, refIndex, lane, seq, batchHash, headerBytes: encodeBatchHeader(header), signature };
          }),
          transactions: transactions.map((row, index) => ({ ...row, index })),
          outcomes
        });
      }
    }
  };
}

const ZERO = asHash(new Uint8Array(32));
const LIES: readonly (readonly [what: RegExp, lie: (header: BlockHeader) => BlockHeader])[] = [
  [/^historyRoot is not/, (header) => ({ ...header, historyRoot: ZERO })],
  [/^executedHeight 0 is not/, (header) => ({ ...header, executedHeight: 0 as Height })],
  [/^executedStateRoot is not/, (header) => ({ ...header, executedStateRoot: ZERO })],
  [/^laneCursorsRoot differs/, (header) => ({ ...header, laneCursorsRoot: ZERO })],
  [/^timestamp does not lie/, (header) => ({ ...header, timestampMs: header.timestampMs - 5000 })]
];

describe('the audit of what a quorum has signed and no honest node would have', () => {
  async function story(lie: ((header: BlockHeader) => BlockHeader) | null): Promise<Finding[]> {
    const network = testNetwork({ parameters: { window: 1 } });
    const { chain, genesis } = await ExecutedChain.begin(network);
    const scribe = new Scribe(network, () => chain.timestampMs);
    const blocks = [genesis, await chain.append([[0, scribe.enrol(0)]]), await chain.append([[0, [scribe.event(0, 1)]]])];
    chain.twist = lie ?? chain.twist;
    blocks.push(await chain.append([[0, [scribe.event(0, 2)]]]));
    const found: Finding[] = [];
    const source = sourceOf(network.genesisBytes, blocks);
    for await (const finding of auditLedger(source, network.genesisBytes, CONTRACTS, CRYPTO)) found.push(finding);
    return found;
  }

  it('finds nothing in true headers', async () => {
    expect(await story(null)).toEqual([]);
  }, 60_000);

  it.each(LIES)('names what does not follow: %s', async (what, lie) => {
    const found = await story(lie);
    expect(found).toContainEqual({ table: 'block', key: '3', what: expect.stringMatching(what) });
  }, 60_000);
});
