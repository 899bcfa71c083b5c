import { toHex } from '@lading/kernel';
import { CompactRange, compactRangeWidth } from './compactRange.js';
import { verifyConsistency } from './consistency.js';
import { verifyInclusion } from './inclusion.js';
import { consistencyPath, inclusionPath } from './paths.js';
import { isSubtree, verifySubtreeConsistency } from './subtree.js';
import { merkleRoot, merkleRootOfHashes } from './root.js';
import { emptyRoot, leafHash, nodeHash } from './tree.js';

const MAX = 33;
const leaves = Array.from({ length: MAX }, (_, i) => Uint8Array.of(i, i * 7));
const hashes = leaves.map((leaf) => leafHash(leaf));

/** RFC 9162 §2.1.1 word by word, as the second opinion on the level-by-level form. */
function rfcRoot(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return emptyRoot();
  if (data.length === 1) return leafHash(data[0] as Uint8Array);
  let k = 1;
  while (k * 2 < data.length) k *= 2;
  return nodeHash(rfcRoot(data.slice(0, k)), rfcRoot(data.slice(k)));
}

describe('Merkle trees', () => {
  it('have the root of the recursive definition, at every size', () => {
    for (let size = 0; size <= MAX; size++) {
      expect(toHex(merkleRoot(leaves.slice(0, size)))).toBe(toHex(rfcRoot(leaves.slice(0, size))));
    }
  });

  it('do not confuse [1..6] with [1..6,5,6], unlike trees that double their last node', () => {
    const six = hashes.slice(0, 6);
    const doubled = [...six, ...six.slice(4)];
    expect(merkleRootOfHashes(six)).not.toEqual(merkleRootOfHashes(doubled));
  });

  it('prove the inclusion of every leaf, at that index and size only', () => {
    for (let size = 1; size <= 17; size++) {
      const tree = hashes.slice(0, size);
      const root = merkleRootOfHashes(tree);
      for (let index = 0; index < size; index++) {
        const claim = { leafHash: hashes[index] as Uint8Array, index, size, path: inclusionPath(tree, index), root };
        expect(verifyInclusion(claim)).toBe(true);
        for (let other = 0; other < size; other++) {
          expect(verifyInclusion({ ...claim, index: other })).toBe(other === index);
        }
        expect(verifyInclusion({ ...claim, path: [...claim.path, root] })).toBe(false);
        expect(verifyInclusion({ ...claim, path: claim.path.slice(1) })).toBe(size === 1);
        expect(verifyInclusion({ ...claim, index: index + 0.5 })).toBe(false);
        expect(verifyInclusion({ ...claim, index: -1 })).toBe(false);
      }
    }
    expect(() => inclusionPath(hashes, MAX)).toThrow('no such leaf');
  });

  it('prove that every tree extends every smaller one, and nothing else', () => {
    for (let newSize = 1; newSize <= MAX; newSize++) {
      const newRoot = merkleRootOfHashes(hashes.slice(0, newSize));
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const oldRoot = merkleRootOfHashes(hashes.slice(0, oldSize));
        const path = consistencyPath(hashes.slice(0, newSize), oldSize);
        const claim = { oldSize, newSize, oldRoot, newRoot, path };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, oldRoot: emptyRoot() })).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: emptyRoot() })).toBe(false);
        expect(verifyConsistency({ ...claim, path: [...path, newRoot] })).toBe(false);
        expect(verifyConsistency({ ...claim, path: path.slice(0, -1) })).toBe(path.length === 0);
        for (let i = 0; i < path.length; i++) {
          const changed = path.map((hash, at) => (at === i ? emptyRoot() : hash));
          expect(verifyConsistency({ ...claim, path: changed })).toBe(false);
        }
      }
      expect(verifyConsistency({ oldSize: 0, newSize, oldRoot: emptyRoot(), newRoot, path: [] })).toBe(false);
    }
    expect(() => consistencyPath(hashes, 0)).toThrow('out of range');
  });

  it('refuse paths that are longer than the size allows, although they lead to the root', () => {
    const [left, right] = [hashes[0] as Uint8Array, hashes[1] as Uint8Array];
    const root = nodeHash(left, right);
    expect(verifyInclusion({ leafHash: right, index: 0, size: 1, path: [left], root })).toBe(false);
    const grown = { oldSize: 1, newSize: 1, oldRoot: right, newRoot: root, path: [left] };
    expect(verifyConsistency(grown)).toBe(false);
  });

  it('take only aligned runs of leaves for subtrees', () => {
    expect([isSubtree(0, 5), isSubtree(4, 6), isSubtree(8, 16), isSubtree(6, 7)]).toEqual([true, true, true, true]);
    expect([isSubtree(3, 5), isSubtree(2, 5), isSubtree(4, 4), isSubtree(-2, 1)]).toEqual([false, false, false, false]);
    const empty = { start: 4, end: 4, size: 8, hash: emptyRoot(), root: leafHash(Uint8Array.of(1)), path: [] };
    expect(verifySubtreeConsistency(empty)).toBe(true);
    expect(verifySubtreeConsistency({ ...empty, size: 3 })).toBe(false);
    expect(verifySubtreeConsistency({ ...empty, hash: empty.root })).toBe(false);
    const claim = { start: 4, end: 8, size: 8, hash: merkleRootOfHashes(hashes.slice(4, 8)) };
    const whole = { root: merkleRootOfHashes(hashes.slice(0, 8)), path: [merkleRootOfHashes(hashes.slice(0, 4))] };
    expect(verifySubtreeConsistency({ ...claim, ...whole })).toBe(true);
    expect(verifySubtreeConsistency({ ...claim, ...whole, end: 9 })).toBe(false);
  });
});

describe('a compact range', () => {
  it('has the root of the whole tree after every append, and can be restored', () => {
    let range = CompactRange.empty();
    for (let size = 0; size < MAX; size++) {
      expect(range.root()).toEqual(merkleRootOfHashes(hashes.slice(0, size)));
      expect(range.hashes.length).toBe(compactRangeWidth(size));
      range = CompactRange.from(range.size, range.hashes).append(hashes[size] as never);
    }
    expect(range.size).toBe(MAX);
    expect(() => CompactRange.from(3, range.hashes.slice(0, 1))).toThrow('do not fit');
  });

  it('is not changed by append', () => {
    const one = CompactRange.empty().append(hashes[0] as never);
    one.append(hashes[1] as never);
    expect(one.root()).toEqual(hashes[0]);
  });
});
