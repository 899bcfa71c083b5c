import type { Hash, Sha256 } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import type { Message, Output, StoredBatch } from '@lading/consensus';
import { verifyCheckpoint, verifyCommitProof } from '@lading/ledger';
import type { CheckpointCertificate, EpochConfig } from '@lading/ledger';
import { mixBytes } from '../dice.js';
import type { StoredBlock } from '../restart.js';
import type { SimulatedNode } from '../simulatedNode.js';
import type { Signed } from '../surroundings.js';
import { verifySymbolic } from '../symbolicSigner.js';
import type { World } from '../world.js';
import { slotOf } from './ballots.js';
import { BlockTree } from './blockTree.js';
import { isBackedByDisk } from './diskRules.js';
import { SignRules } from './signRules.js';
import { checkState } from './stateRules.js';
import { Violation } from './violation.js';
import { keyOf } from '../hashKey.js';

export interface OracleOptions {
  readonly world: World;
  readonly sha256: Sha256 | undefined;
  /** Nodes that must keep every promise; of the others only what they make honest ones do is looked at. */
  readonly isHonest: (node: SimulatedNode) => boolean;
  /**
   * Harm only: two blocks at a height, a lost one, a broken lane. For showing that a rule that is left out does real
   * damage and is not merely caught by the record-keeping.
   */
  readonly harmOnly: boolean;
}

/**
 * Sees everything and checks it at once, from the text of spec/consensus.md: agreement, linkage, proofs, one content
 * for each slot over all restarts, signed only when durable and allowed, nothing acknowledged is lost, each batch once
 * and in the order of its lane, equal roots, bounded memory.
 */
export class Oracle {
  readonly tree: BlockTree;
  readonly #options: OracleOptions;
  readonly #rules: SignRules;
  readonly #chain = new Map<number, Hash>();
  readonly #acknowledged = new Map<number, Hash>();
  readonly #roots = new Map<number, Hash>();
  readonly #signed = new Map<string, number>();
  readonly #batches = new Map<string, StoredBatch>();
  readonly #unordered = new Map<string, StoredBatch>();
  readonly #orderedAt = new Map<string, number>();
  readonly #heads = new Map<string, { readonly life: number; readonly height: number }>();
  /** Blocks whose proof was found good, by certificate. */
  readonly #proven = new WeakSet<object>();
  #head: Hash;
  transactions = 0;

  constructor(options: OracleOptions) {
    this.#options = options;
    this.tree = new BlockTree(options.world, this.#batches, options.sha256);
    this.#rules = new SignRules(this.tree);
    this.#head = options.world.genesis.blockHash;
  }

  get acknowledgedHeight(): number {
    return this.#acknowledged.size;
  }

  /** Batches of the current epoch that no honest node has committed. */
  get unordered(): readonly StoredBatch[] {
    return [...this.#unordered.values()];
  }

  /** The agreed head's config: what the next block is made under. */
  get config(): EpochConfig {
    return this.tree.facts(this.#head)?.config ?? this.#options.world.config;
  }

  onBatch(batch: StoredBatch, counts: boolean): void {
    this.#batches.set(keyOf(batch.ref.batchHash), batch);
    if (counts && batch.epoch === this.config.epoch) this.#unordered.set(keyOf(batch.ref.batchHash), batch);
  }

  /** Signed by a Byzantine node: no promise, but certificates may contain it. */
  onForeign(message: Message, signer: number): void {
    this.#rules.record(message, signer);
  }

  /** Signed ⇒ durable first and allowed, and one content for each slot over all restarts. */
  onSigned(node: SimulatedNode, message: Signed, signedBytes: Uint8Array): void {
    this.#rules.record(message, message.signer);
    if (!this.#options.isHonest(node) || this.#options.harmOnly) return;
    const digest = mixBytes(signedBytes, 1)[0];
    const slot = `${node.index} ${node.key} ${slotOf(message)}`;
    const before = this.#signed.get(slot);
    if (before !== undefined && before !== digest) throw new Violation('double-signing', slot);
    if (node.guard.isLost) throw new Violation('double-signing', `${slot}, with a key whose past is lost`);
    if (!isBackedByDisk(node, message)) throw new Violation('persisted-first', `${slot} by node ${node.name}`);
    // A repetition was allowed when it was signed first.
    if (before === undefined) this.#rules.check(node, message);
    this.#signed.set(slot, digest);
  }

  onCommit(node: SimulatedNode, decided: Extract<Output, { kind: 'Commit' }>['blocks']): void {
    if (!this.#options.isHonest(node)) return;
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
      const missing = block.refs.find((ref) => !node.disk.hasBatch(ref));
      if (missing !== undefined) throw new Violation('durability', `${node.name} commits ${height} without its batches`);
      if (agreed === undefined) this.#extend(height, block);
      if (!this.#options.harmOnly) this.#checkProof(node, block, proof);
    }
  }

  #checkProof(node: SimulatedNode, block: StoredBlock['block'], proof: NonNullable<StoredBlock['proof']>): void {
    // The same certificate object travels in one letter: one verification is enough for all that opened it.
    if (this.#proven.has(proof)) return;
    const config = this.tree.facts(block.header.parentHash)?.config ?? this.#options.world.config;
    if (!verifyCommitProof(proof, block.header, config, verifySymbolic, this.#options.sha256)) {
      throw new Violation('proofs', `the proof of block ${block.header.height} at node ${node.name}`);
    }
    this.#proven.add(proof);
  }

  #extend(height: number, block: StoredBlock['block']): void {
    this.tree.add(block);
    const facts = this.tree.facts(block.blockHash);
    if (facts === null || !equalBytes(block.header.parentHash, this.#head)) {
      throw new Violation('agreement', `block ${height} does not continue the chain`);
    }
    if (facts.fault !== null && (facts.fault.startsWith('refs') || !this.#options.harmOnly)) {
      throw new Violation(facts.fault.startsWith('refs') ? 'lanes' : 'rules', `block ${height} is committed: ${facts.fault}`);
    }
    for (const ref of block.refs) {
      const key = keyOf(ref.batchHash);
      const first = this.#orderedAt.get(key);
      if (first !== undefined) throw new Violation('lanes', `a batch of block ${first} again in ${height}`);
      this.#orderedAt.set(key, height);
      this.#unordered.delete(key);
      this.transactions += this.#batches.get(key)?.txCount ?? 0;
    }
    this.#chain.set(height, block.blockHash);
    this.#head = block.blockHash;
    // Batches belong to an epoch; their authors announce what is left again.
    if (block.header.epochEnd) this.#unordered.clear();
  }

  /** Executed and in the database of one honest node: from here on it must never be lost. */
  onDurable(node: SimulatedNode, stored: StoredBlock): void {
    if (!this.#options.isHonest(node)) return;
    const { height } = stored.block.header;
    const root = this.#roots.get(height);
    if (root !== undefined && !equalBytes(root, stored.stateRoot)) throw new Violation('roots', `height ${height}`);
    this.#roots.set(height, stored.stateRoot);
    this.#acknowledged.set(height, stored.block.blockHash);
  }

  onStable(node: SimulatedNode, checkpoint: CheckpointCertificate): void {
    if (!this.#options.isHonest(node) || this.#options.harmOnly) return;
    const root = this.#roots.get(checkpoint.height);
    const config = this.tree.facts(checkpoint.blockHash)?.config ?? this.#options.world.config;
    if (!verifyCheckpoint(checkpoint, config, verifySymbolic, this.#options.sha256)) {
      throw new Violation('proofs', `checkpoint ${checkpoint.height}`);
    }
    if (root === undefined || !equalBytes(root, checkpoint.stateRoot)) {
      throw new Violation('roots', `checkpoint ${checkpoint.height}`);
    }
  }

  onAlarm(node: SimulatedNode, code: string, detail: string): void {
    if (!this.#options.isHonest(node)) return;
    if (code === 'FORK') throw new Violation('agreement', `node ${node.name}: ${detail}`);
    if (!this.#options.harmOnly) throw new Violation('alarm', `node ${node.name}: ${code} ${detail}`);
  }

  onStep(node: SimulatedNode): void {
    if (node.state !== null && !this.#options.harmOnly && this.#options.isHonest(node)) checkState(node, node.state);
  }

  /** At the end: every acknowledged block is at every node. */
  checkDurability(nodes: readonly SimulatedNode[]): void {
    for (const [height, hash] of this.#acknowledged) {
      const without = nodes.find((node) => !node.disk.hasBlock(height, hash));
      if (without !== undefined) throw new Violation('durability', `block ${height} is not at node ${without.name}`);
    }
  }
}
