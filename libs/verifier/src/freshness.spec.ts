import type { Hash } from '@lading/kernel';
import { encodeCheckpoint, encodeReceipt, sha256Noble } from '@lading/ledger';
import { epochsCase } from './epochs.test-kit.js';
import { decodeSeen, encodeSeen, judgeFreshness, remember, type Seen } from './freshness.js';
import { shownCheckpoint, type ShownCheckpoint } from './shownCheckpoint.js';
import { verifyFraud } from './verifyFraud.js';
import { verifyReceipt } from './verifyReceipt.js';

const shownBy = (text: string): ShownCheckpoint => shownCheckpoint(text) as ShownCheckpoint;

describe('freshness', () => {
  const { network, chain } = epochsCase();
  const at = (height: number): ShownCheckpoint => shownBy(encodeReceipt(chain.receipt(1, 0, 0, height)));
  const seenUpTo = (...heights: number[]): Seen =>
    heights.reduce<Seen | null>((seen, height) => remember(seen, 'chain', at(height)), null) as Seen;

  it('knows nothing of a network that it meets for the first time', () => {
    expect(judgeFreshness(null, at(1))).toEqual({ status: 'first' });
  });

  it('takes the highest checkpoint again, and a higher one, for the newest', () => {
    expect(judgeFreshness(seenUpTo(2), at(2)).status).toBe('newest');
    expect(judgeFreshness(seenUpTo(2), at(5)).status).toBe('newest');
  });

  it('says how far an older checkpoint is behind, in blocks, epochs and block time', () => {
    const stale = judgeFreshness(seenUpTo(1, 5), at(2));
    expect(stale).toEqual({ status: 'stale', height: 5, heights: 3, epochs: 1, milliseconds: 3000 });
    const remembered = remember(seenUpTo(1, 5), 'chain', at(2));
    expect(remembered.checkpoints.map(({ height }) => height)).toEqual([1, 2, 5]);
    expect(judgeFreshness(remembered, at(1)).status).toBe('stale');
  });

  it.each([1, 3])('makes a fraud proof of two certified checkpoints of height %i, also below the highest one', (height) => {
    const other = epochsCase();
    other.chain.blocks[height] = { ...other.chain.at(height), treeRoot: sha256Noble(Uint8Array.of(9)) as Hash };
    const lie = shownBy(encodeReceipt(other.chain.receipt(1, 0, 0, height)));
    const found = judgeFreshness(seenUpTo(1, 3, 5), lie);
    if (found.status !== 'fork') throw new Error(found.status);
    const { verdict, facts } = verifyFraud(found.fraudProof, network.genesisBytes);
    expect([verdict, facts?.height, facts?.culprits.length]).toEqual(['VERIFIED', height, 3]);
  });

  describe('of proofs that replaced validators have signed', () => {
    const { network: same, chain: forked } = epochsCase('right', 'epochs', 4, 'never');
    const forgedAt = (height: number): ShownCheckpoint => shownBy(encodeReceipt(forked.receipt(1, 0, 0, height)));

    it('refuses them at heights that the reader has not seen, although they hold for whoever knows genesis alone', () => {
      expect(same.chainId).toEqual(network.chainId);
      const text = encodeReceipt(forked.receipt(1, 0, 0, 5));
      expect(verifyReceipt(text, network.genesisBytes).verdict).toBe('VERIFIED');
      expect(judgeFreshness(seenUpTo(4), forgedAt(5))).toEqual({ status: 'superseded', height: 5, epoch: 2, shown: 0 });
      expect(judgeFreshness(seenUpTo(2), forgedAt(5))).toEqual({ status: 'superseded', height: 5, epoch: 1, shown: 0 });
    });

    it('refuses them between heights that it has seen, and takes nothing of another epoch there', () => {
      expect(judgeFreshness(seenUpTo(1, 5), forgedAt(3))).toEqual({ status: 'superseded', height: 3, epoch: 1, shown: 0 });
      expect(judgeFreshness(seenUpTo(1, 5), { ...at(3), epoch: 2 }).status).toBe('superseded');
      expect(judgeFreshness(seenUpTo(1, 5), forgedAt(1)).status).toBe('stale');
    });

    it('takes true ones, of each epoch and at the height where it begins', () => {
      for (const height of [1, 2, 3, 4]) expect(judgeFreshness(seenUpTo(5), at(height)).status).toBe('stale');
      for (const height of [2, 3, 4, 5]) expect(judgeFreshness(seenUpTo(1), at(height)).status).toBe('newest');
    });
  });

  it('takes one checkpoint with other signers of the quorum for the same', () => {
    const shown = at(1);
    const signedBy = (...signers: number[]): ShownCheckpoint => ({ ...shown, encoded: encodeCheckpoint(chain.checkpoint(1, signers)) });
    expect(signedBy(0, 1, 2).encoded).not.toEqual(signedBy(1, 2, 3).encoded);
    expect(judgeFreshness(remember(null, 'c', signedBy(0, 1, 2)), signedBy(1, 2, 3)).status).toBe('newest');
  });

  it('keeps its memory in one form, and takes no other', () => {
    const seen = seenUpTo(1, 4);
    const text = encodeSeen(seen);
    const read = decodeSeen(text);
    expect(read.ok && encodeSeen(read.value) === text).toBe(true);
    expect(decodeSeen(text.slice(0, -1)).ok).toBe(false);
    expect(decodeSeen(encodeSeen({ ...seen, checkpoints: [...seen.checkpoints].reverse() })).ok).toBe(false);
  });

  it('finds no checkpoint where a proof has none', () => {
    expect(shownCheckpoint('{"format":"lading/fraud/1"}')).toBeNull();
    expect(shownCheckpoint('nothing')).toBeNull();
  });
});
