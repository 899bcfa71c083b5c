import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '@lading/kernel';
import { dataPath, describePublicSuite, readData, readVectors } from '../codec/publicData.test-kit.js';
import { CompactRange } from './compactRange.js';
import { verifyConsistency } from './consistency.js';
import { verifyInclusion } from './inclusion.js';
import { consistencyPath, inclusionPath } from './paths.js';
import { isSubtree, verifySubtreeConsistency } from './subtree.js';
import { merkleRoot, merkleRootOfHashes } from './root.js';
import { leafHash } from './tree.js';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

interface Vectors {
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
  readonly inclusion: readonly { index: number; size: number; path: readonly string[] }[];
  readonly consistency: readonly { oldSize: number; newSize: number; path: readonly string[] }[];
}

describe('Merkle vectors', () => {
  const vectors = readVectors<Vectors>('merkle.json');
  const hashes = vectors.leaves.map((leaf) => leafHash(hex(leaf)));

  it('fix every root', () => {
    const roots = vectors.roots.map((_, size) => toHex(merkleRootOfHashes(hashes.slice(0, size))));
    expect(roots).toEqual(vectors.roots);
  });

  it('fix every inclusion path', () => {
    for (const { index, size, path } of vectors.inclusion) {
      expect(inclusionPath(hashes.slice(0, size), index).map(toHex)).toEqual(path);
      const root = hex(vectors.roots[size] as string);
      const claim = { leafHash: hashes[index] as Uint8Array, index, size, path: path.map(hex), root };
      expect(verifyInclusion(claim)).toBe(true);
    }
  });

  it('fix every consistency path', () => {
    for (const { oldSize, newSize, path } of vectors.consistency) {
      expect(consistencyPath(hashes.slice(0, newSize), oldSize).map(toHex)).toEqual(path);
      const [oldRoot, newRoot] = [hex(vectors.roots[oldSize] as string), hex(vectors.roots[newSize] as string)];
      expect(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, path: path.map(hex) })).toBe(true);
    }
  });
});

interface Case {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly root: string;
  readonly leafHash: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** How each family of the suite asks its question. */
const FAMILIES: Readonly<Record<string, { count: number; verify: (c: Case, path: Uint8Array[]) => boolean }>> = {
  inclusion: {
    count: 62,
    verify: (c, path) => {
      return verifyInclusion({
        leafHash: base64(c.leafHash), index: c.leafIdx, size: c.treeSize, path, root: base64(c.root)
      });
    }
  },
  consistency: {
    count: 55,
    verify: (c, path) => {
      const [oldRoot, newRoot] = [base64(c.root1), base64(c.root2)];
      return verifyConsistency({ oldSize: c.size1, newSize: c.size2, oldRoot, newRoot, path });
    }
  },
  subtreeinclusion: {
    count: 120,
    verify: (c, path) => {
      const [index, size] = [c.leafIdx - c.start, c.end - c.start];
      const claim = { leafHash: base64(c.leafHash), index, size, path, root: base64(c.root) };
      return isSubtree(c.start, c.end) && verifyInclusion(claim);
    }
  },
  subtreeconsistency: {
    count: 72,
    verify: (c, path) => {
      const [hash, root] = [base64(c.root1), base64(c.root2)];
      return verifySubtreeConsistency({ start: c.start, end: c.end, size: c.size, hash, root, path });
    }
  }
};

describePublicSuite('transparency-dev Merkle suite', ['vectors/merkle-transparency-dev/testdata'], () => {
  it.each(Object.entries(FAMILIES))('answers every case of %s as the suite says', (family, { count, verify }) => {
    const files = filesBelow(dataPath('vectors', 'merkle-transparency-dev', 'testdata', family));
    expect(files).toHaveLength(count);
    const wrong = files.filter((file) => {
      const one = readData<Case>(file.slice(dataPath().length));
      return verify(one, (one.proof ?? []).map(base64)) === one.wantErr;
    });
    expect(wrong).toEqual([]);
  });
});

describePublicSuite('RFC 6962 reference tree', ['vectors/merkle-rfc6962-tree/roots.json'], () => {
  it('has the published root at every published size', () => {
    const { leafInputs, roots } = readData<{ leafInputs: string[]; roots: { size: number; root: string }[] }>(
      'vectors', 'merkle-rfc6962-tree', 'roots.json'
    );
    expect(roots).toHaveLength(6);
    for (const { size, root } of roots) {
      const leaves = leafInputs.slice(0, size).map(hex);
      expect(toHex(merkleRoot(leaves))).toBe(root);
      const range = leaves.reduce((grown, leaf) => grown.append(leafHash(leaf)), CompactRange.empty());
      expect(toHex(range.root())).toBe(root);
    }
  });
});
