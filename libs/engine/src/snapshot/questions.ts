import { ZERO_HASH } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { CHANNEL } from '../ports.js';
import type { Channel, Clock, PeerTransport } from '../ports.js';
import { SNAPSHOT_LIMITS } from './snapshotLimits.js';
import { decodeAnswer, encodeAnswer, encodeQuestion, subjectOf } from './wire.js';
import type { SnapshotAnswer, SnapshotQuestion } from './wire.js';

interface Open {
  readonly subject: string;
  readonly settle: (answer: SnapshotAnswer | null) => void;
}

const LARGE: ReadonlySet<SnapshotQuestion['kind']> = new Set(['part', 'blocks', 'batches']);
const EMPTY: SnapshotAnswer = { kind: 'offer', head: 0 as Height, height: 0 as Height, id: ZERO_HASH };

/** Questions of a node that has nothing yet, or no history: one of each peer at a time. */
export class Questions {
  readonly #open = new Map<number, Open>();
  #closed = false;

  constructor(
    private readonly transport: Pick<PeerTransport, 'send'>,
    private readonly clock: Clock
  ) {}

  /** Of a node that has nothing else to do with its peers: those that ask it hear that it is empty. */
  static ofNewcomer(transport: PeerTransport, clock: Clock): Questions {
    const questions = new Questions(transport, clock);
    transport.onFrame((peer, channel, bytes) => questions.#frame(peer, channel, bytes));
    return questions;
  }

  /** Null: no answer in time, or one that cannot be read. */
  ask(peer: number, question: SnapshotQuestion): Promise<SnapshotAnswer | null> {
    this.#open.get(peer)?.settle(null);
    return new Promise((resolve) => {
      const waitMs = LARGE.has(question.kind) ? SNAPSHOT_LIMITS.partMs : SNAPSHOT_LIMITS.answerMs;
      const cancel = this.clock.at(this.clock.nowMs() + waitMs, () => settle(null));
      const settle = (answer: SnapshotAnswer | null): void => {
        cancel();
        if (this.#open.get(peer)?.settle === settle) this.#open.delete(peer);
        resolve(answer);
      };
      this.#open.set(peer, { subject: subjectOf(question), settle });
      if (!this.transport.send(peer, CHANNEL.fetchSnapshot, encodeQuestion(question))) settle(null);
    });
  }

  pause(): Promise<void> {
    return new Promise((resolve) => void this.clock.at(this.clock.nowMs() + SNAPSHOT_LIMITS.pauseMs, resolve));
  }

  /** Frames are somebody else's from now on. */
  close(): void {
    this.#closed = true;
    for (const { settle } of [...this.#open.values()]) settle(null);
  }

  #frame(peer: number, channel: Channel, bytes: Uint8Array): void {
    if (this.#closed) return;
    if (channel === CHANNEL.fetchSnapshot) this.transport.send(peer, CHANNEL.snapshot, encodeAnswer(EMPTY));
    if (channel === CHANNEL.snapshot) this.answered(peer, bytes);
  }

  /** A frame of CHANNEL.snapshot. */
  answered(peer: number, bytes: Uint8Array): void {
    const open = this.#open.get(peer);
    if (this.#closed || open === undefined) return;
    const answer = decodeAnswer(bytes);
    if (!answer.ok) open.settle(null);
    else if (subjectOf(answer.value) === open.subject) open.settle(answer.value);
  }
}
