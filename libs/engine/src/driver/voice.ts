import { isBatchSigned, messageVoteBytes, verifyMessage, withSignature } from '@lading/consensus';
import type { BatchStatement, CoreState, Message, Safety, SignedMessage, UnsignedMessage } from '@lading/consensus';
import type { Batch } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import { CHANNEL } from '../ports.js';
import type { Clock, Crypto } from '../ports.js';
import type { EpochPeers } from './epochPeers.js';
import type { SafetyJournal } from './safetyJournal.js';
import { SignGuard } from './signGuard.js';
import type { SignRight } from './signRight.js';
import { decodeAnswer, Witness } from './witness.js';

export interface VoiceParts {
  readonly core: CoreState;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly peers: EpochPeers;
  readonly journal: SafetyJournal;
  readonly broadcast: (message: Message) => void;
  /** Signed and sent later than the core asked for it: it has to hear of it. */
  readonly onSpoken: (message: Message) => void;
  /** The key may be used from now on. */
  readonly onOpen: () => void;
  readonly onLost: (detail: string) => void;
  readonly onFatal: (error: Error) => void;
}

export interface RestoredVoice {
  readonly right: SignRight;
  readonly height: number;
  /** The newest of the log, also of an epoch that the database has not reached. */
  readonly safety: Safety | null;
  /** Nothing is signed in epochs up to this one: the log knows of them, the database does not yet. −1: none. */
  readonly silentThrough: number;
  /** Why the key must stay silent whatever the log says; null: it need not. */
  readonly unseen: string | null;
  /** Where the own lane goes on. */
  readonly ownLane: { readonly seq: number };
  /** Those of the batch log, of the running epoch. */
  readonly batches: readonly Batch[];
}

/**
 * Everything that this node signs as a validator, and whether it may: holds back what the core wants signed while the
 * key is silent, and answers peers that ask what they themselves have signed.
 */
export class Voice {
  readonly #guard: SignGuard;
  readonly #witness = new Witness();
  /** What the core wants signed while the key is silent. The protocol bears the loss of what does not fit. */
  #held: UnsignedMessage[] = [];

  constructor(
    private readonly parts: VoiceParts,
    private readonly restored: RestoredVoice
  ) {
    const { core, clock, onFatal } = parts;
    // A log of a later epoch does not tell where the lane was in this one.
    const laneSeq = restored.silentThrough < 0 ? restored.ownLane.seq : null;
    const right = restored.unseen === null ? restored.right : 'LOST';
    this.#guard = new SignGuard(
      {
        ...{ clock, onFatal },
        persist: (right) => parts.journal.persistRight(right),
        ask: (answered) => this.#ask(answered),
        onProven: () => this.#speak(),
        onLost: (evidence) => this.#fallSilent(evidence)
      },
      { ...restored, right, laneSeq, validators: core.n, self: core.self < 0 ? null : core.self }
    );
    for (const batch of restored.batches) this.#witness.noteBatch(batch);
  }

  get right(): SignRight {
    return this.#guard.right;
  }

  /** Whether the key may be used now, in the core's epoch. */
  get maySign(): boolean {
    return this.#mayIn(this.parts.core.epoch);
  }

  #mayIn(epoch: number): boolean {
    return this.#guard.maySign && epoch > this.restored.silentThrough;
  }

  start(): void {
    if (this.right === 'LOST') this.#fallSilent(this.restored.unseen ?? 'what it found when its log was lost');
    this.#guard.start();
  }

  stop(): void {
    this.#guard.stop();
  }

  /** Signs and sends to every peer; null when it must not be signed, or not yet. */
  say(unsigned: UnsignedMessage): Message | null {
    const { core, crypto, broadcast } = this.parts;
    if (!this.#mayIn(unsigned.epoch)) {
      const mayLater = this.right !== 'LOST' && unsigned.epoch > this.restored.silentThrough;
      if (mayLater && this.#held.length < ENGINE_LIMITS.heldMessages) this.#held.push(unsigned);
      return null;
    }
    const signature = crypto.sign(messageVoteBytes(unsigned, core.config.chainId, crypto.sha256));
    const message = withSignature(unsigned, signature);
    broadcast(message);
    return message;
  }

  /** A verified message of a peer. */
  heard(peer: number, message: Message): void {
    this.#witness.note(message);
    this.#guard.heard(peer, message);
  }

  /** A frame of CHANNEL.newest: empty is the question. False when it is malformed. */
  newest(peer: number, bytes: Uint8Array): boolean {
    const { core, crypto, peers } = this.parts;
    if (bytes.length === 0) {
      peers.send(peer, CHANNEL.newest, this.#witness.answer(peer, core.epoch));
      return true;
    }
    const answer = decodeAnswer(bytes, core.config, crypto.sha256);
    if (answer === null) return false;
    // A peer in another epoch does not know what was signed in this one: it is asked again.
    if (answer.epoch !== core.epoch) return true;
    const own: SignedMessage[] = [];
    for (const message of answer.messages) {
      if (!('signature' in message) || message.epoch !== core.epoch) continue;
      if (message.signer !== core.self || !verifyMessage(message, core.config, crypto.verify, crypto.sha256)) return false;
      own.push(message);
    }
    const { batch } = answer;
    if (batch !== null && !this.#isOwn(batch)) return false;
    this.#guard.answered(peer, own, batch?.header.seq ?? null);
    return true;
  }

  /** Somebody's valid batch, of the core's epoch. */
  batch(batch: Batch): void {
    this.#witness.noteBatch(batch);
    this.#guard.batch(batch.header.lane, batch.header.seq);
  }

  #isOwn(batch: BatchStatement): boolean {
    const { core, crypto } = this.parts;
    return batch.header.lane === core.self && isBatchSigned(batch, core.config, crypto.verify, crypto.sha256);
  }

  executed(height: number): void {
    this.#guard.executed(height);
  }

  /** The core is in another epoch. */
  entered(): void {
    const { core } = this.parts;
    this.#held = this.#held.filter((message) => message.epoch === core.epoch);
    this.#witness.entered();
    this.#guard.entered(core.n, core.self < 0 ? null : core.self);
  }

  #ask(answered: ReadonlySet<number>): void {
    const { peers } = this.parts;
    for (const peer of peers.connectedPeers()) if (!answered.has(peer)) peers.send(peer, CHANNEL.newest, new Uint8Array(0));
  }

  /** The key may be used: everything held back is said now, in its order. */
  #speak(): void {
    const held = this.#held;
    this.#held = [];
    for (const unsigned of held) {
      const message = this.say(unsigned);
      if (message !== null) this.parts.onSpoken(message);
    }
    this.parts.onOpen();
  }

  #fallSilent(evidence: string): void {
    this.#held = [];
    this.parts.onLost(`this key has signed what the safety log does not hold (${evidence}); this node only observes`);
  }
}
