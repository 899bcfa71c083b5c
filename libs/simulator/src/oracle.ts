import type { Hash } from '@lading/kernel';
import { equalBytes, toHex } from '@lading/kernel';
import type { Message, Output, Safety, StoredBatch } from '@lading/consensus';
import { advanceCursors, initialCursors, verifyCheckpoint, verifyCommitProof } from '@lading/ledger';
import type { CheckpointCertificate, LaneCursor } from '@lading/ledger';
import { mixBytes } from './dice.js';
import type { StoredBlock } from './restart.js';
import type { SimulatedNode, Surroundings } from './simulatedNode.js';
import { verifySymbolic } from './symbolicSigner.js';

/** A broken invariant: the seed has found a bug. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

export type Invariant =
  | 'agreement'
  | 'durability'
  | 'persisted-first'
  | 'double-signing'
  | 'proofs'
  | 'lanes'
  | 'roots'
  | 'alarm'
  | 'liveness';

type Signed = Message & { readonly signature: Uint8Array };

/**
 * Sees everything and checks it at once. It knows nothing of views and votes: only what must never happen. Byzantine
 * instances are not asked to keep any promise.
 */
export class Oracle {
  readonly #surroundings: Pick<Surroundings, 'world' | 'sha256'>;
  readonly #isHonest: (node: SimulatedNode) => boolean;
  /** Off for mutants, which would be caught by the record-keeping rather than by the harm they do. */
  readonly #strict: boolean;
  readonly #chain = new Map<number, Hash>();
  readonly #acknowledged = new Map<number, Hash>();
  readonly #roots = new Map<number, Hash>();
  readonly #signed = new Map<string, number>();
  readonly #batches = new Map<string, StoredBatch>();
  readonly #unordered = new Map<string, StoredBatch>();
  readonly #orderedAt = new Map<string, number>();
  readonly #heads = new Map<string, { readonly life: number; readonly height: number }>();
  #cursors: readonly LaneCursor[];
  transactions = 0;

  constructor(
    surroundings: Pick<Surroundings, 'world' | 'sha256'>,
    isHonest: (node: SimulatedNode) => boolean,
    strict: boolean
  ) {
    this.#surroundings = surroundings;
    this.#isHonest = isHonest;
    this.#strict = strict;
    this.#cursors = initialCursors(surroundings.world.config.organizations.length);
  }

  get acknowledgedHeight(): number {
    return this.#acknowledged.size;
  }

  /** Batches that no honest node has committed. */
  get unordered(): readonly StoredBatch[] {
    return [...this.#unordered.values()];
  }

  onBatch(batch: StoredBatch): void {
    this.#batches.set(toHex(batch.ref.batchHash), batch);
    this.#unordered.set(toHex(batch.ref.batchHash), batch);
  }

  /** Signed ⇒ durable first, and one content for each slot over all restarts. */
  onSigned(node: SimulatedNode, message: Signed, signedBytes: Uint8Array): void {
    if (!this.#isHonest(node) || !this.#strict) return;
    const digest = mixBytes(signedBytes, 1)[0];
    const slot = slotOf(message, node.index);
    const before = this.#signed.get(slot);
    if (before !== undefined && before !== digest) throw new Violation('double-signing', slot);
    this.#signed.set(slot, digest);
    if (!isBackedByDisk(node, message)) throw new Violation('persisted-first', `${slot} by node ${node.name}`);
  }

  onCommit(node: SimulatedNode, decided: Extract<Output, { kind: 'Commit' }>['blocks']): void {
    if (!this.#isHonest(node)) return;
    const { world, sha256 } = this.#surroundings;
    for (const { block, proof } of decided) {
      const { height } = block.header;
      const head = this.#heads.get(node.name);
      const expected = head?.life === node.life ? head.height + 1 : node.height + 1;
      if (height !== expected) throw new Violation('lanes', `node ${node.name} commits ${height}, not ${expected}`);
      this.#heads.set(node.name, { life: node.life, height });
      const agreed = this.#chain.get(height);
      if (agreed !== undefined && !equalBytes(agreed, block.blockHash)) {
        throw new Violation('agreement', `two blocks at height ${height}, one at node ${node.name}`);
      }
      if (this.#strict && !verifyCommitProof(proof, block.header, world.config, verifySymbolic, sha256)) {
        throw new Violation('proofs', `the proof of block ${height} at node ${node.name}`);
      }
      const missing = block.refs.find((ref) => !node.hasBatch(ref));
      if (missing !== undefined) throw new Violation('durability', `${node.name} commits ${height} without its batches`);
      if (agreed === undefined) this.#extend(height, block);
    }
  }

  #extend(height: number, block: StoredBlock['block']): void {
    const cursors = advanceCursors(this.#cursors, block.refs, (ref) => {
      return this.#batches.get(toHex(ref.batchHash))?.prevBatchHash ?? null;
    });
    if (!cursors.ok) throw new Violation('lanes', `block ${height}: ${cursors.detail}`);
    this.#cursors = cursors.value;
    for (const ref of block.refs) {
      const key = toHex(ref.batchHash);
      const first = this.#orderedAt.get(key);
      if (first !== undefined) throw new Violation('lanes', `a batch of block ${first} again in ${height}`);
      this.#orderedAt.set(key, height);
      this.#unordered.delete(key);
      this.transactions += this.#batches.get(key)?.txCount ?? 0;
    }
    this.#chain.set(height, block.blockHash);
  }

  /** Executed and in the database of one honest node: from here on it must never be lost. */
  onDurable(node: SimulatedNode, stored: StoredBlock): void {
    if (!this.#isHonest(node)) return;
    const { height } = stored.block.header;
    const root = this.#roots.get(height);
    if (root !== undefined && !equalBytes(root, stored.stateRoot)) throw new Violation('roots', `height ${height}`);
    this.#roots.set(height, stored.stateRoot);
    this.#acknowledged.set(height, stored.block.blockHash);
  }

  onStable(node: SimulatedNode, checkpoint: CheckpointCertificate): void {
    if (!this.#isHonest(node) || !this.#strict) return;
    const { world, sha256 } = this.#surroundings;
    const root = this.#roots.get(checkpoint.height);
    if (!verifyCheckpoint(checkpoint, world.config, verifySymbolic, sha256)) {
      throw new Violation('proofs', `checkpoint ${checkpoint.height}`);
    }
    if (root === undefined || !equalBytes(root, checkpoint.stateRoot)) {
      throw new Violation('roots', `checkpoint ${checkpoint.height}`);
    }
  }

  onAlarm(node: SimulatedNode, code: string, detail: string): void {
    if (!this.#isHonest(node)) return;
    if (code === 'FORK') throw new Violation('agreement', `node ${node.name}: ${detail}`);
    if (this.#strict) throw new Violation('alarm', `node ${node.name}: ${code} ${detail}`);
  }

  /** At the end: every acknowledged block is at every node. */
  checkDurability(nodes: readonly SimulatedNode[]): void {
    for (const [height, hash] of this.#acknowledged) {
      const without = nodes.find((node) => !node.hasBlock(height, hash));
      if (without !== undefined) throw new Violation('durability', `block ${height} is not at node ${without.name}`);
    }
  }
}

function slotOf(message: Signed, signer: number): string {
  switch (message.type) {
    case 'PRE-PREPARE':
      return `${signer} PRE-PREPARE ${message.view} ${message.block.header.height}`;
    case 'PREPARE':
    case 'COMMIT':
      return `${signer} ${message.type} ${message.view} ${message.height}`;
    case 'VIEW-CHANGE':
      return `${signer} VIEW-CHANGE ${message.newView}`;
    case 'NEW-VIEW':
      return `${signer} NEW-VIEW ${message.view}`;
    default:
      return `${signer} ${message.type} ${'height' in message ? message.height : ''}`;
  }
}

/**
 * The table of spec/consensus.md D1–D5, read off the disk at the moment of signing. Records may be on disk before their
 * turn, so any recent one that allows the message is good.
 */
function isBackedByDisk(node: SimulatedNode, message: Signed): boolean {
  const backing = (test: (safety: Safety) => boolean): boolean => node.durableSafeties.some(test);
  switch (message.type) {
    case 'PRE-PREPARE':
      return isPreparedOnDisk(node, message.view, message.block.header.height, message.block.blockHash);
    case 'PREPARE':
      return isPreparedOnDisk(node, message.view, message.height, message.blockHash);
    case 'COMMIT':
      return backing(({ view, highCert }) => {
        if (highCert === null || view !== message.view) return false;
        if (highCert.view !== message.view) return highCert.view > message.view;
        return highCert.height >= message.height;
      });
    case 'VIEW-CHANGE':
      return backing(({ mode, view, ownViewChange }) => {
        return mode === 'CHANGING' && view === message.newView && ownViewChange !== null;
      });
    case 'NEW-VIEW':
      return backing(({ mode, view }) => mode === 'NORMAL' && view === message.view);
    case 'CHECKPOINT':
      return node.height >= message.height;
    default:
      return true;
  }
}

function isPreparedOnDisk(node: SimulatedNode, view: number, height: number, hash: Hash): boolean {
  if (!node.durableProposals.has(toHex(hash))) return false;
  return node.durableSafeties.some((safety) => {
    const last = safety.lastPrepared;
    return safety.mode === 'NORMAL' && safety.view === view && last?.view === view && last.height >= height;
  });
}
