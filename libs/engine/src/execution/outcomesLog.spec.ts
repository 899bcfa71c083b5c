import { asHash } from '@lading/kernel';
import { CompactRange, leafHash, outcomesLogProof, sha256Noble, verifyInclusion } from '@lading/ledger';
import { OutcomesLog } from './outcomesLog.js';

const leaves = Array.from({ length: 140 }, (_, i) => leafHash(Uint8Array.of(i >> 8, i & 255)));

describe('the outcomes log', () => {
  it('gives the roots and paths of the plain RFC 9162 tree, for every leaf of every older size', () => {
    const log = new OutcomesLog(sha256Noble);
    for (const leaf of leaves) log.append(leaf);
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 140]) {
      for (let index = 0; index < size; index++) {
        expect(log.proof(index, size)).toEqual(outcomesLogProof(leaves.slice(0, size), index));
      }
    }
  });

  it('keeps the root of an older size while it grows', () => {
    const log = new OutcomesLog(sha256Noble);
    const roots = [log.root()];
    for (const leaf of leaves) {
      log.append(leaf);
      roots.push(log.root());
    }
    for (const [size, root] of roots.entries()) expect(log.root(size)).toEqual(root);
    const { path, root } = log.proof(77, 140);
    expect(verifyInclusion({ leafHash: leaves[77] ?? asHash(new Uint8Array(32)), index: 77, size: 140, path, root })).toBe(true);
  });

  it('goes on from full subtrees alone, with the same roots, and the same paths of later leaves', () => {
    const whole = new OutcomesLog(sha256Noble);
    let range = CompactRange.empty(sha256Noble);
    for (const leaf of leaves) whole.append(leaf);
    for (let base = 0; base <= 34; base++) {
      expect(whole.rangeHashes(base)).toEqual(range.hashes);
      const log = OutcomesLog.from(range, sha256Noble);
      expect([log.size, log.root()]).toEqual([base, whole.root(base)]);
      for (const leaf of leaves.slice(base)) log.append(leaf);
      for (const size of [base, base + 1, 71, 128, 140].filter((one) => one >= base)) {
        expect([size, log.root(size), log.rangeHashes(size)]).toEqual([size, whole.root(size), whole.rangeHashes(size)]);
        for (let index = base; index < size; index += 7) expect(log.proof(index, size)).toEqual(whole.proof(index, size));
      }
      range = range.append(leaves[base] ?? asHash(new Uint8Array(32)));
    }
    const late = OutcomesLog.from(range, sha256Noble);
    expect(() => late.proof(3, late.size)).toThrow('no such hash');
  });
});
