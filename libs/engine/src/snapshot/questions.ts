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

const EMPTY: SnapshotAnswer = { kind: 'offer', head: 0 as Height, height: 0 as Height, id: ZERO_HASH };

/** Questions of a node that has nothing yet, one of each peer at a time. Nodes that ask it hear that it is empty. */
export class Questions {
  readonly #open = new Map<number, Open>();
  #closed = false;

  constructor(
    private readonly transport: PeerTransport,
    private readonly clock: Clock
  ) {
    transport.onFrame((peer, channel, bytes) => this.#frame(peer, channel, bytes));
  }

  /** Null: no answer in time, or one that cannot be read. */
  ask(peer: number, question: SnapshotQuestion): Promise<SnapshotAnswer | null> {
    this.#open.get(peer)?.settle(null);
    return new Promise((resolve) => {
      const waitMs = question.kind === 'part' ? SNAPSHOT_LIMITS.partMs : SNAPSHOT_LIMITS.answerMs;
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
    const open = this.#open.get(peer);
    if (channel !== CHANNEL.snapshot || open === undefined) return;
    const answer = decodeAnswer(bytes);
    if (!answer.ok) open.settle(null);
    else if (subjectOf(answer.value) === open.subject) open.settle(answer.value);
  }
}
