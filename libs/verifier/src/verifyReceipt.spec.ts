import { buildBlock, encodeCheckpoint, encodeReceipt } from '@lading/ledger';
import { toHex, type Height } from '@lading/kernel';
import { APPLIED, TestChain } from '../../../test/fixtures/testChain.js';
import { signTransaction, testNetwork } from '../../../test/fixtures/testNetwork.js';
import { receiptCase, REJECTED } from './receipt.test-kit.js';
import { verifyReceipt } from './verifyReceipt.js';

const { network, chain, applied, rejected } = receiptCase(4);
const failedOf = (report: { checks: readonly { name: string; ok: boolean }[] }): string[] =>
  report.checks.filter(({ ok }) => !ok).map(({ name }) => name);

describe('verifyReceipt', () => {
  it('proves place and outcome of an applied transaction with nothing but the genesis file', () => {
    const report = verifyReceipt(encodeReceipt(applied), network.genesisBytes);
    expect(failedOf(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'VERIFIED', proven: true, code: null });
    expect(report.checks.map(({ name }) => name)).toEqual([
      'transaction',
      'batch',
      'block',
      'commit',
      'outcome',
      'position',
      'outcomes log',
      'state root',
      'checkpoint',
      'epochs'
    ]);
    const tx = chain.at(1).batches[0]?.transactions[1];
    expect(report.facts).toMatchObject({
      height: 1,
      index: 1,
      checkpointHeight: 3,
      timestampMs: chain.at(1).block.header.timestampMs,
      checkpointSigners: ['finca-alta', 'food-authority', 'nordic-roast'],
      transaction: {
        txId: toHex(tx?.txId ?? new Uint8Array()),
        organization: 'finca-alta',
        member: 'anna',
        op: 'epcis.capture'
      },
      outcome: { status: 'APPLIED', code: '', detail: [] }
    });
    expect(report.notChecked.length).toBeGreaterThan(2);
  });

  it('proves a refusal as well: the proof is true, the outcome is REJECTED with its code', () => {
    const report = verifyReceipt(encodeReceipt(rejected), network.genesisBytes);
    expect(report).toMatchObject({ proven: true, facts: { height: 1, index: 3, outcome: REJECTED } });
  });

  it('accepts the file as bytes and as text, and every place of every block', () => {
    for (const height of [1, 2, 3]) {
      for (const [refIndex, batch] of chain.at(height).batches.entries()) {
        for (let i = 0; i < batch.transactions.length; i++) {
          for (const at of [height, 3]) {
            const text = encodeReceipt(chain.receipt(height, refIndex, i, at));
            expect(verifyReceipt(Buffer.from(text), network.genesisBytes).detail).toBe('all 10 checks passed');
          }
        }
      }
    }
  });

  it('says FALSE under the genesis of another network', () => {
    const other = testNetwork({ seed: 'other' });
    const report = verifyReceipt(encodeReceipt(applied), other.genesisBytes);
    expect(report.verdict).toBe('FALSE');
    expect(failedOf(report)).toEqual(['transaction', 'batch', 'commit', 'state root', 'checkpoint']);
  });

  it('cannot judge without a genesis file, and does not call that false', () => {
    expect(verifyReceipt(encodeReceipt(applied), new Uint8Array(0)).verdict).toBe('UNCHECKABLE');
    const newer = encodeReceipt(applied).replace('lading/receipt/1', 'lading/receipt/2');
    expect(verifyReceipt(newer, network.genesisBytes)).toMatchObject({
      verdict: 'UNCHECKABLE',
      code: 'PROOF_UNSUPPORTED'
    });
  });

  it('refuses certificates with one signer too few, one too many, or one twice', () => {
    const header = chain.at(3).block.header;
    expect(header.height).toBe(3);
    for (const signers of [
      [0, 1],
      [0, 1, 2, 3]
    ]) {
      const text = encodeReceipt({ ...applied, checkpoint: encodeOf(signers) });
      expect(failedOf(verifyReceipt(text, network.genesisBytes))).toEqual(['checkpoint']);
    }
    const twice = verifyReceipt(encodeReceipt({ ...applied, checkpoint: encodeOf([0, 1, 1]) }), network.genesisBytes);
    expect(twice).toMatchObject({ verdict: 'MALFORMED', code: 'PROOF_MALFORMED' });
  });

  it('refuses an outcome of another transaction of the same block', () => {
    const swapped = { ...applied, outcome: rejected.outcome, outcomePath: rejected.outcomePath };
    expect(failedOf(verifyReceipt(encodeReceipt(swapped), network.genesisBytes))).toEqual(['outcome', 'position']);
  });

  it('refuses what a dishonest quorum might certify: an outcome of another height, a lane that was not listed', () => {
    const dishonest = receiptCase(4);
    const first = dishonest.chain.at(1);
    const outcomes = first.outcomes.map((outcome) => ({ ...outcome, height: 2 as Height }));
    dishonest.chain.blocks[1] = { ...first, outcomes };
    const moved = verifyReceipt(encodeReceipt(dishonest.chain.receipt(1, 0, 0, 3)), network.genesisBytes);
    expect(failedOf(moved)).toEqual(['outcome']);
    const key = network.organization(0).memberKey('anna');
    const tx = signTransaction(network, key, { op: 'epcis.capture', payload: 1, jti: 'x', lanes: ['finca-alta'] });
    const stolen = new TestChain(network);
    stolen.append([{ lane: 3, transactions: [[tx, APPLIED]] }]);
    const report = verifyReceipt(encodeReceipt(stolen.receipt(1, 0, 0, 1)), network.genesisBytes);
    expect(failedOf(report)).toEqual(['batch']);
  });

  /** Sizes of the batches of one block, the place of a transaction, and the index that its outcome claims. */
  it.each([
    ['before the batches that come first', [1, 1, 1], 1, 0, 0],
    ['after the batches that come last', [1, 1, 1], 1, 0, 2],
    ['not at the start, in the first batch', [1, 3], 0, 0, 1],
    ['not at the end, in the last batch', [3, 1], 1, 0, 2]
  ])('refuses a certified outcome whose index lies %s', (_, sizes, refIndex, batchIndex, claimed) => {
    const lying = new TestChain(network);
    let n = 0;
    const tx = (lane: number) =>
      signTransaction(network, network.organization(lane).memberKey('anna'), {
        op: 'epcis.capture', payload: { n }, jti: `place-${n++}`
      });
    lying.append(
      sizes.map((size, lane) => ({ lane, transactions: Array.from({ length: size }, () => [tx(lane), APPLIED] as const) }))
    );
    const { outcomes } = lying.at(1);
    const place = sizes.slice(0, refIndex).reduce((sum, size) => sum + size, 0) + batchIndex;
    const txIdAt = (index: number) => (outcomes[index] ?? fail()).txId;
    const swapped = outcomes.map((outcome, index) => {
      return { ...outcome, txId: txIdAt(index === claimed ? place : index === place ? claimed : index) };
    });
    lying.blocks[1] = { ...lying.at(1), outcomes: swapped };
    const at = (index: number): readonly [number, number] => {
      let [ref, left] = [0, index];
      for (; left >= (sizes[ref] ?? 0); ref++) left -= sizes[ref] ?? 0;
      return [ref, left];
    };
    const { outcome, outcomePath } = lying.receipt(1, ...at(claimed), 1);
    const receipt = { ...lying.receipt(1, refIndex, batchIndex, 1), outcome, outcomePath };
    expect(failedOf(verifyReceipt(encodeReceipt(receipt), network.genesisBytes))).toEqual(['position']);
  });

  it.each([
    ['is the last of its epoch: the next set certifies that one', { epochEnd: true }],
    ['is of another epoch', { epoch: 1 }],
    ['is of another chain', { chainId: testNetwork({ seed: 'other' }).chainId }],
    ['is of another height than the certificate says', { height: 4 as Height }]
  ])('refuses a certified checkpoint whose block %s', (_, change) => {
    const odd = receiptCase(4).chain;
    const third = odd.at(3);
    odd.blocks[3] = { ...third, block: buildBlock({ ...third.block.header, ...change }, third.block.refs) };
    const receipt = odd.receipt(1, 0, 0, 3, 1);
    const checkpoint = encodeCheckpoint({ ...odd.checkpoint(3), height: 3 as Height });
    const failed = failedOf(verifyReceipt(encodeReceipt({ ...receipt, checkpoint }), network.genesisBytes));
    expect(failed).toContain('checkpoint');
    const also = 'epochEnd' in change ? ['epochs'] : [];
    if (!('height' in change)) expect(failed).toEqual(['checkpoint', ...also]);
  });

  it('accepts any true commit proof of the block: its own certificate or that of a descendant', () => {
    const swapped = { ...applied, commitProof: rejected.commitProof };
    expect(swapped.commitProof).not.toEqual(applied.commitProof);
    expect(verifyReceipt(encodeReceipt(swapped), network.genesisBytes).proven).toBe(true);
  });

  it('refuses a checkpoint below the block', () => {
    const late = chain.receipt(3, 0, 0, 3);
    const early = chain.receipt(1, 0, 0, 1);
    const text = encodeReceipt({ ...late, checkpoint: early.checkpoint, checkpointHeader: early.checkpointHeader });
    expect(failedOf(verifyReceipt(text, network.genesisBytes))).toContain('checkpoint');
  });
});

function encodeOf(signers: readonly number[]): Uint8Array {
  return encodeCheckpoint(chain.checkpoint(3, signers));
}

function fail(): never {
  throw new Error('no such outcome');
}
