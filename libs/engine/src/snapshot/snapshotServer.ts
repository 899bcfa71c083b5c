import { asHash, toHex, unreachable, ZERO_HASH } from '@lading/kernel';
import type { Hash, Height, Sha256 } from '@lading/kernel';
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
  readonly send: (to: number, channel: Channel, bytes: Uint8Array) => void;
  readonly onReadFailure: (error: unknown) => void;
}

const NOTHING = new Uint8Array(0);
const UNITS = { offer: 0, part: SNAPSHOT_LIMITS.partUnits, context: SNAPSHOT_LIMITS.contextUnits } as const;

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
      default:
        return unreachable(question, 'question');
    }
  }

  #offer(): SnapshotAnswer {
    const { maker, head } = this.parts;
    maker.want();
    const { kept } = maker;
    return { kind: 'offer', head: head(), height: kept?.height ?? (0 as Height), id: kept?.id ?? asHash(ZERO_HASH) };
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
