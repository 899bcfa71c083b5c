import { equalBytes, toHex } from '@lading/kernel';
import type { Hash, Height, Sha256, VerifySignature } from '@lading/kernel';
import { decodeBatch, decodeBlock, decodeCommitProof, verifyCommitProof } from '@lading/ledger';
import type { Batch, Block, CommitProof, EpochConfig } from '@lading/ledger';
import type { Clock, PeerTransport } from '../ports.js';
import { Questions } from '../snapshot/questions.js';
import type { EncodedBlock } from '../snapshot/wire.js';
import { HISTORY_LIMITS } from './historyLimits.js';

/** A block with all that it orders. */
export interface WholeBlock {
  readonly block: Block;
  readonly proof: CommitProof;
  readonly batches: readonly Batch[];
}

export interface HistorySourceParts {
  readonly transport: Pick<PeerTransport, 'send' | 'connectedPeers'>;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly verify: VerifySignature;
  /** In force for the block of this height, which is at or below the base. */
  readonly configOf: (height: number) => EpochConfig;
  /** A peer has given something that no correct peer gives; it is not asked again. */
  readonly onFalse: (peer: number) => void;
}

/** `false`: the peer has lied. */
type Given<T> = { readonly kind: 'given'; readonly value: T } | { readonly kind: 'silent' | 'lacking' | 'false' };

/**
 * Blocks below the snapshot from peers, one window at a time, in order from genesis. A block is believed for its parent hash
 * and its commit proof, a batch for its hash: which peer it comes from does not matter.
 */
export class HistorySource {
  readonly #questions: Questions;
  readonly #liars = new Set<number>();
  /** When a peer that could not help is asked again. */
  readonly #askAgainMs = new Map<number, number>();
  #turn = 0;

  constructor(private readonly parts: HistorySourceParts) {
    this.#questions = new Questions(parts.transport, parts.clock);
  }

  /** A frame of CHANNEL.snapshot. */
  answered(peer: number, bytes: Uint8Array): void {
    this.#questions.answered(peer, bytes);
  }

  close(): void {
    this.#questions.close();
  }

  /** Blocks from … on, at most up to `to`; null: no peer that may be asked now has given any. One peer is asked. */
  async window(from: Height, to: Height, parentHash: Hash): Promise<readonly WholeBlock[] | null> {
    const peer = this.#choose();
    if (peer === null) return null;
    const given = await this.#from(peer, from, to, parentHash);
    if (given.kind === 'given') return given.value;
    const nowMs = this.parts.clock.nowMs();
    if (given.kind === 'false') {
      this.#liars.add(peer);
      this.parts.onFalse(peer);
    } else {
      const { silentMs, lackingMs } = HISTORY_LIMITS;
      this.#askAgainMs.set(peer, nowMs + (given.kind === 'silent' ? silentMs : lackingMs));
    }
    return null;
  }

  /** Whether a peer is left that may be asked now. */
  get hasPeers(): boolean {
    return this.#usable().length > 0;
  }

  #usable(): number[] {
    const nowMs = this.parts.clock.nowMs();
    const may = (peer: number): boolean => !this.#liars.has(peer) && (this.#askAgainMs.get(peer) ?? 0) <= nowMs;
    return this.parts.transport.connectedPeers().filter(may);
  }

  #choose(): number | null {
    const usable = this.#usable();
    return usable[this.#turn++ % Math.max(1, usable.length)] ?? null;
  }

  async #from(peer: number, from: Height, to: Height, parentHash: Hash): Promise<Given<readonly WholeBlock[]>> {
    const answer = await this.#questions.ask(peer, { kind: 'blocks', from });
    if (answer?.kind !== 'blocks') return { kind: 'silent' };
    const proven = this.#proven(answer.blocks, from, to, parentHash);
    if (proven === null) return { kind: 'false' };
    if (proven.length === 0) return { kind: 'lacking' };
    return this.#withBatches(peer, proven);
  }

  /** The blocks of a window, decoded and verified; null where one is not the next of the chain. */
  #proven(encoded: readonly EncodedBlock[], from: Height, to: Height, parentHash: Hash): Omit<WholeBlock, 'batches'>[] | null {
    const { sha256, verify, configOf } = this.parts;
    const found: Omit<WholeBlock, 'batches'>[] = [];
    let parent = parentHash;
    let transactions = 0;
    for (const one of encoded) {
      const height = from + found.length;
      if (height > to) break;
      const [block, proof] = [decodeBlock(one.block, sha256), decodeCommitProof(one.proof)];
      if (!block.ok || !proof.ok) return null;
      const { header, blockHash } = block.value;
      const config = configOf(height);
      if (header.height !== height || header.epoch !== config.epoch || !equalBytes(header.parentHash, parent)) return null;
      if (!verifyCommitProof(proof.value, header, config, verify, sha256)) return null;
      transactions += header.txCount;
      if (found.length > 0 && transactions > HISTORY_LIMITS.windowTransactions) break;
      found.push({ block: block.value, proof: proof.value });
      parent = blockHash;
    }
    return found;
  }

  async #withBatches(peer: number, blocks: readonly Omit<WholeBlock, 'batches'>[]): Promise<Given<readonly WholeBlock[]>> {
    const wanted = new Map<string, { readonly hash: Hash; readonly height: number }>();
    for (const { block } of blocks) {
      for (const { batchHash } of block.refs) wanted.set(toHex(batchHash), { hash: batchHash, height: block.header.height });
    }
    const found = new Map<string, Batch>();
    while (wanted.size > 0) {
      const asked = [...wanted.values()].slice(0, HISTORY_LIMITS.batches);
      const answer = await this.#questions.ask(peer, { kind: 'batches', hashes: asked.map(({ hash }) => hash) });
      if (answer?.kind !== 'batches') return { kind: 'silent' };
      if (answer.batches.length === 0) return { kind: 'lacking' };
      const configs = new Set(asked.map(({ height }) => this.parts.configOf(height)));
      for (const bytes of answer.batches) {
        const batch = this.#batch(bytes, configs);
        const key = batch === null ? '' : toHex(batch.batchHash);
        if (batch === null || !wanted.delete(key)) return { kind: 'false' };
        found.set(key, batch);
      }
    }
    const value: WholeBlock[] = [];
    for (const one of blocks) {
      const batches = one.block.refs.map(({ batchHash }) => found.get(toHex(batchHash)));
      if (!batches.every((batch) => batch !== undefined)) return { kind: 'false' };
      value.push({ ...one, batches });
    }
    return { kind: 'given', value };
  }

  /** Signatures of its transactions were verified by the quorum that ordered this hash, and are by every audit. */
  #batch(bytes: Uint8Array, configs: ReadonlySet<EpochConfig>): Batch | null {
    const { verify, sha256 } = this.parts;
    for (const config of configs) {
      const decoded = decodeBatch(bytes, { config, alreadyVerified: () => true }, verify, sha256);
      if (decoded.ok) return decoded.value;
    }
    return null;
  }
}
