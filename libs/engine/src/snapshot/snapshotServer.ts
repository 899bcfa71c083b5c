import { toHex, unreachable, ZERO_HASH } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
import { encodeCommitProof } from '@lading/ledger';
import { HISTORY_LIMITS } from '../history/historyLimits.js';
import { CHANNEL } from '../ports.js';
import type { Channel, LedgerStore } from '../ports.js';
import type { HeldBase } from '../recovery/heldBase.js';
import type { SnapshotFiles } from '../snapshotPorts.js';
import { contextAt, contextDigest } from './context.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';
import type { SnapshotMaker } from './snapshotMaker.js';
import { decodeQuestion, encodeAnswer } from './wire.js';
import type { SnapshotAnswer, SnapshotQuestion } from './wire.js';

export interface SnapshotServerParts {
  readonly store: LedgerStore;
  readonly files: SnapshotFiles;
  readonly maker: SnapshotMaker;
  readonly base: HeldBase | null;
  readonly chainId: Hash;
  readonly sha256: Sha256;
  readonly head: () => Height;
  /** The lowest height from which on every block and batch is held. */
  readonly lowest: () => number;
  readonly send: (to: number, channel: Channel, bytes: Uint8Array) => void;
  readonly onReadFailure: (error: unknown) => void;
}

const NOTHING = new Uint8Array(0);
const UNITS = {
  ...{ offer: 0, part: SNAPSHOT_LIMITS.partUnits, context: SNAPSHOT_LIMITS.contextUnits },
  ...{ blocks: HISTORY_LIMITS.units, batches: HISTORY_LIMITS.units }
} as const;

/** Answers nodes that join, one question of a peer at a time; a question on top of one is dropped, and asked again. */
export class SnapshotServer {
  readonly #serving = new Set<number>();

  constructor(private readonly parts: SnapshotServerParts) {}

  /** Returns what the question costs its sender beside the frame (driver/peerPace.ts); null: it is malformed. */
  receive(from: number, bytes: Uint8Array): number | null {
    const question = decodeQuestion(bytes);
    if (!question.ok) return null;
    if (this.#serving.has(from)) return 0;
    this.#serving.add(from);
    this.#answer(question.value).then(
      (answer) => {
        this.#serving.delete(from);
        this.parts.send(from, CHANNEL.snapshot, encodeAnswer(answer));
      },
      (error: unknown) => {
        this.#serving.delete(from);
        this.parts.onReadFailure(error);
      }
    );
    return UNITS[question.value.kind];
  }

  async #answer(question: SnapshotQuestion): Promise<SnapshotAnswer> {
    switch (question.kind) {
      case 'offer':
        return this.#offer();
      case 'part': {
        const { id, index } = question;
        const bytes = await this.parts.files.part(toHex(id), index);
        if (bytes === null) this.parts.maker.missing(id, index);
        return { kind: 'part', id, index, bytes: bytes ?? NOTHING };
      }
      case 'context':
        return this.#context(question.height);
      case 'blocks':
        return this.#blocks(question.from);
      case 'batches':
        return this.#batches(question.hashes);
      default:
        return unreachable(question, 'question');
    }
  }

  #offer(): SnapshotAnswer {
    const { maker, head } = this.parts;
    maker.want();
    const { kept } = maker;
    return { kind: 'offer', head: head(), height: kept?.height ?? (0 as Height), id: kept?.id ?? ZERO_HASH };
  }

  /** Of what is held without a gap from genesis on, and is durable. */
  async #blocks(from: Height): Promise<SnapshotAnswer> {
    const { store, head, lowest } = this.parts;
    const last = Math.min(head(), from + HISTORY_LIMITS.windowBlocks - 1) as Height;
    const isHeld = from >= lowest() && from <= last;
    const stored = isHeld ? await store.blocks(from, last, HISTORY_LIMITS.answerBytes) : [];
    const blocks = stored.map(({ block, proof }) => ({ block: block.encoded, proof: encodeCommitProof(proof) }));
    return { kind: 'blocks', from, blocks };
  }

  async #batches(hashes: readonly Hash[]): Promise<SnapshotAnswer> {
    const found = await this.parts.store.batchesByHash(hashes);
    const batches: Uint8Array[] = [];
    let bytes = 0;
    for (const encoded of found.values()) {
      bytes += encoded.length;
      if (batches.length > 0 && bytes > HISTORY_LIMITS.answerBytes) break;
      batches.push(encoded);
    }
    return { kind: 'batches', first: hashes[0] ?? ZERO_HASH, batches };
  }

  async #context(height: Height): Promise<SnapshotAnswer> {
    const unknown = { kind: 'context', height, digest: NOTHING, stateBytes: 0 } as const;
    const { store, base, chainId, sha256, head } = this.parts;
    if (height > head()) return unknown;
    const context = await contextAt(store, base, height);
    if (context === null) return unknown;
    const digest = contextDigest(chainId, height, context, sha256);
    return { kind: 'context', height, digest, stateBytes: await store.stateBytes() };
  }
}
