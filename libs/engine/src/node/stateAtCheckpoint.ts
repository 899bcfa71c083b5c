import { equalBytes, type Hash, type Height, type Sha256 } from '@lading/kernel';
import { bucketOf, buildStateProof, keyHash, valueHash, type AnchorParts } from '@lading/ledger';
import { EngineFault } from '../fault.js';
import type { LedgerState } from '../execution/ledgerState.js';
import { PastTree } from '../execution/pastTree.js';
import type { UndoJournal } from '../execution/undoJournal.js';
import type { CertifiedStateView, ProvenState } from '../nodeApi.js';
import type { LedgerStore } from '../ports.js';

export interface StateParts {
  readonly store: Pick<LedgerStore, 'stateValues' | 'bucketEntries'>;
  readonly ledger: LedgerState;
  readonly undo: UndoJournal;
  readonly sha256: Sha256;
}

/**
 * The state at a certified height, while blocks go on: what the database holds now, where later blocks have not touched it,
 * and what they have overwritten, where they have. Every later block is in the journal before the database shows it, so a
 * question is asked of the database first and corrected afterwards, in one moment.
 */
export class StateAtCheckpoint implements CertifiedStateView {
  readonly #release: () => void;

  constructor(
    private readonly parts: StateParts,
    readonly height: Height,
    private readonly treeRoot: Hash,
    readonly anchor: AnchorParts
  ) {
    this.#release = parts.undo.pin(height);
  }

  async prove(keys: readonly string[]): Promise<ReadonlyMap<string, ProvenState>> {
    const { store, ledger, undo, sha256 } = this.parts;
    const hashed = keys.map((key) => {
      const hash = keyHash(key, sha256);
      return { key, hash, bucket: bucketOf(hash, ledger.stateDepth) };
    });
    const values = keys.length === 0 ? new Map<string, Uint8Array>() : await store.stateValues(keys);
    const entries = await store.bucketEntries([...new Set(hashed.map(({ bucket }) => bucket))]);
    if (!undo.covers(this.height)) throw new EngineFault('STATE_PASSED', 'too many blocks since the last checkpoint');
    const before = undo.since(this.height);
    const tree = new PastTree(ledger.tree, before.bucketHashes, sha256);
    if (!equalBytes(tree.root(), this.treeRoot)) {
      throw new EngineFault('STATE_DAMAGED', `the state after block ${this.height} does not have its certified root`);
    }
    return new Map(
      hashed.map(({ key, hash, bucket }) => {
        const held = before.buckets.get(bucket) ?? entries.get(bucket) ?? [];
        const proof = buildStateProof(hash, held, tree.path(bucket), sha256);
        const value = before.values.has(key) ? before.values.get(key) : (values.get(key) ?? null);
        const entry = held.find((one) => equalBytes(one.keyHash, hash));
        const fits = value === null ? entry === undefined : value !== undefined && isOf(entry?.valueHash, value, sha256);
        if (!fits) throw new EngineFault('STATE_PASSED', `${key} has been overwritten since the last checkpoint`);
        return [key, { value: value ?? null, proof }];
      })
    );
  }

  close(): void {
    this.#release();
  }
}

const isOf = (hash: Hash | undefined, value: Uint8Array, sha256: Sha256): boolean =>
  hash !== undefined && equalBytes(hash, valueHash(value, sha256));
