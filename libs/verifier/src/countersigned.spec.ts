import { equalBytes } from '@lading/kernel';
import { testKey } from '../../../test/fixtures/testNetwork.js';
import { countersignedBy } from './countersigned.test-kit.js';
import { encodeCountersigned, verifyCountersigned, witnessBytes, type Countersigned } from './countersigned.js';
import { epochsCase } from './epochs.test-kit.js';
import { verifyProof } from './verifyProof.js';

const { network, chain } = epochsCase();
const witness = testKey('witness');
const TIME = 1_767_300_000_000;

const countersigned = (height: number): Countersigned => countersignedBy(witness, chain, height, TIME);
const verdictOf = (value: Countersigned, key: Uint8Array | null = witness.publicKey): string =>
  verifyCountersigned(encodeCountersigned(value), network.genesisBytes, key).verdict;

describe('countersigned checkpoints', () => {
  it.each([1, 3, 5])('verify at height %i, in whatever epoch that is', (height) => {
    const { kind, report } = verifyProof(encodeCountersigned(countersigned(height)), network.genesisBytes, { witness: witness.publicKey });
    expect([kind, report.verdict]).toEqual(['countersigned', 'VERIFIED']);
    expect(report.facts).toMatchObject({ checkpointHeight: height, witnessedMs: TIME });
  });

  it('are false with another time, key, checkpoint, header or chain of epochs', () => {
    const base = countersigned(3);
    const [other, low] = [testKey('other witness'), countersigned(2)];
    const wrong: readonly Partial<Countersigned>[] = [
      { timeMs: TIME + 1 },
      { witness: other.publicKey },
      { signature: low.signature },
      { signature: base.signature.subarray(1) },
      { checkpoint: low.checkpoint },
      { checkpoint: low.checkpoint, checkpointHeader: low.checkpointHeader },
      { checkpointHeader: low.checkpointHeader },
      { epochs: [] },
      { epochs: countersigned(5).epochs }
    ];
    expect(wrong.map((changes) => verdictOf({ ...base, ...changes }, null))).toEqual(wrong.map(() => 'FALSE'));
  });

  it('are never verified with a flipped bit, wherever it is', () => {
    const bytes = Buffer.from(encodeCountersigned(countersigned(3)));
    const verified = Array.from({ length: 400 }, (_, i) => Math.floor((i * bytes.length) / 400)).filter((at) => {
      const flipped = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << at % 7) : byte));
      return verifyProof(flipped, network.genesisBytes).report.proven;
    });
    expect(verified).toEqual([]);
  });

  it('are of the witness in question only; without a question the report says whose word it is', () => {
    expect(verdictOf(countersigned(1), testKey('other witness').publicKey)).toBe('FALSE');
    const { verdict, notChecked } = verifyCountersigned(encodeCountersigned(countersigned(1)), network.genesisBytes);
    expect([verdict, notChecked.some((line) => /is a witness that you know$/.test(line))]).toEqual(['VERIFIED', true]);
  });

  it('have signed bytes of one length, in which every member counts', () => {
    const statement = { ...chain.checkpoint(2), chainId: network.chainId, timeMs: TIME };
    const bytes = witnessBytes(statement);
    expect(bytes.length).toBe(17 + 32 + 8 + 32 + 32 + 8);
    const changed = [
      { chainId: statement.blockHash },
      { height: 3 },
      { blockHash: statement.stateRoot },
      { stateRoot: statement.blockHash },
      { timeMs: TIME + 1 }
    ];
    for (const change of changed) expect(equalBytes(witnessBytes({ ...statement, ...change }), bytes)).toBe(false);
  });
});
