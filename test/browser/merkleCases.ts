import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER } from '../fixtures/data.js';

/** A case of the transparency-dev suite as its file has it, and what it is about. */
export interface MerkleCase {
  readonly name: string;
  readonly family: string;
  readonly content: { readonly wantErr: boolean };
}

const SUITE = join(DATA_FOLDER, 'vectors/merkle-transparency-dev/testdata');

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

export function merkleCases(): readonly MerkleCase[] {
  return ['inclusion', 'consistency', 'subtreeinclusion', 'subtreeconsistency'].flatMap((family) =>
    filesBelow(join(SUITE, family)).map((path) => {
      return { name: path.slice(SUITE.length), family, content: JSON.parse(readFileSync(path, 'utf8')) as MerkleCase['content'] };
    })
  );
}

export interface RootVectors {
  readonly leafInputs: readonly string[];
  readonly roots: readonly { readonly size: number; readonly root: string }[];
}

export const rootVectors = (): RootVectors =>
  JSON.parse(readFileSync(join(DATA_FOLDER, 'vectors/merkle-rfc6962-tree/roots.json'), 'utf8')) as RootVectors;

/** Answers each case in the page: true when it answers as the suite says. */
export const JUDGE_CASES = `
  const { merkle } = ladingVerify;
  const b64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const judge = ({ family, content: c }) => {
    const path = (c.proof ?? []).map(b64);
    switch (family) {
      case 'inclusion':
        return merkle.verifyInclusion({ leafHash: b64(c.leafHash), index: c.leafIdx, size: c.treeSize, path, root: b64(c.root) });
      case 'consistency':
        return merkle.verifyConsistency({ oldSize: c.size1, newSize: c.size2, oldRoot: b64(c.root1), newRoot: b64(c.root2), path });
      case 'subtreeinclusion': {
        const claim = { leafHash: b64(c.leafHash), index: c.leafIdx - c.start, size: c.end - c.start, path, root: b64(c.root) };
        return merkle.isSubtree(c.start, c.end) && merkle.verifyInclusion(claim);
      }
      default:
        return merkle.verifySubtreeConsistency(
          { start: c.start, end: c.end, size: c.size, hash: b64(c.root1), root: b64(c.root2), path });
    }
  };
  return input.filter((one) => judge(one) === one.content.wantErr).map(({ name }) => name);
`;
