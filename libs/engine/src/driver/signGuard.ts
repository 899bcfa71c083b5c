import type { Message, Safety, SignedMessage, Status } from '@lading/consensus';
import { faults, quorum } from '@lading/ledger';
import type { Certificate } from '@lading/ledger';
import { ENGINE_LIMITS } from '../limits.js';
import type { Clock } from '../ports.js';
import type { SignRight } from './signRight.js';
import { isBeyond } from './witness.js';

export interface SignGuardParts {
  readonly clock: Clock;
  /** Writes the right to the safety log; resolves when it is on disk. */
  readonly persist: (right: SignRight) => Promise<void>;
  /** Asks connected validators, without those that have answered, for the newest messages signed by this node. */
  readonly ask: (answered: ReadonlySet<number>) => void;
  /** From now on the key may be used. */
  readonly onProven: () => void;
  /** The key must never be used again; `evidence` says what it had signed. */
  readonly onLost: (evidence: string) => void;
  readonly onFatal: (error: Error) => void;
}

export interface RestoredGuard {
  readonly right: SignRight;
  readonly height: number;
  /** What the own log says was signed last. */
  readonly safety: Safety | null;
  /** What the own log says is the next number of the own lane in the running epoch; null: it does not know. */
  readonly laneSeq: number | null;
  readonly validators: number;
  /** Null for an observer. */
  readonly self: number | null;
}

/**
 * Keeps the validator key silent after a start until it is known that the own record of what it signed is whole
 * (consensus.md §2.8, boot guard; spec B3). It listens and executes meanwhile.
 *
 * PROVEN: the safety log is there. n − f validators, itself counted, tell the newest messages of it that they know; one
 * beyond the record shows that the log is an old copy, and the right is LOST.
 *
 * UNPROVEN: the safety log was made at this start, or never got an answer since.
 * - Anything signed with its key that comes from a peer, or is found in the chain, makes the right LOST;
 * - when n − f validators, itself counted, have answered and told their heads, none of them holds a vote of it, and it
 *   has executed up to those heads, it is PROVEN: it never took part, on this chain.
 *
 * This finds a lost or an old log; it does not prove one whole: a vote that reached nobody leaves no trace.
 */
export class SignGuard {
  #right: SignRight;
  #height: number;
  #safety: Safety | null;
  /** Batches of the own lane from this number on are beyond the own log; null where that is not known. */
  #laneSeq: number | null;
  #validators: number;
  #self: number | null;
  #deciding = false;
  #confirmed = false;
  #started = false;
  #cancelTimer: (() => void) | null = null;
  readonly #answered = new Set<number>();
  /** The first head that a peer told, while its newest STATUS shows no vote or batch of ours. */
  readonly #heads = new Map<number, number>();
  readonly #withVotes = new Set<number>();

  constructor(
    private readonly parts: SignGuardParts,
    restored: RestoredGuard
  ) {
    this.#right = restored.right;
    this.#height = restored.height;
    this.#safety = restored.safety;
    this.#laneSeq = restored.laneSeq;
    this.#validators = restored.validators;
    this.#self = restored.self;
  }

  get right(): SignRight {
    return this.#right;
  }

  /** Whether the validator key may be used. */
  get maySign(): boolean {
    return this.#self !== null && this.#right === 'PROVEN' && this.#confirmed;
  }

  /** A network of one has nobody to ask. */
  start(): void {
    this.#started = true;
    // A batch log that has outlived the safety log: the key has signed.
    const written = this.#laneSeq ?? 0;
    if (this.#right === 'UNPROVEN' && written > 0) this.#settle('LOST', laneText(written - 1));
    this.#decide();
    this.#confirm();
    this.#ask();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /**
   * The core is in another epoch: peers are asked anew. Also for a key that no config named before: this node may be
   * catching up through an epoch in which it voted before it lost everything.
   */
  entered(validators: number, self: number | null): void {
    this.#validators = validators;
    this.#self = self;
    this.#laneSeq = null;
    this.#heads.clear();
    this.#withVotes.clear();
    this.#answered.clear();
    this.#decide();
    this.#confirm();
  }

  /** A message whose signatures have been verified. */
  heard(peer: number, message: Message): void {
    if (this.#right !== 'UNPROVEN' || this.#self === null || peer === this.#self) return;
    const evidence = ownSignature(message, this.#self);
    if (evidence !== null) return this.#settle('LOST', evidence);
    if (message.type === 'STATUS') this.#status(peer, message);
  }

  /** A peer's answer: messages of this epoch, signed with the own key, and the number of the newest batch of the own lane. */
  answered(peer: number, messages: readonly SignedMessage[], newestBatch: number | null): void {
    if (this.#confirmed || this.#self === null) return;
    if (newestBatch !== null) this.#ownBatch(newestBatch);
    const known = this.#right === 'PROVEN' ? this.#safety : null;
    const beyond = messages.find((message) => isBeyond(message, known));
    if (beyond !== undefined && this.#right !== 'LOST') return this.#settle('LOST', `a ${beyond.type}`);
    this.#answered.add(peer);
    this.#decide();
    this.#confirm();
  }

  /** A statically valid batch has come from a peer. */
  batch(lane: number, seq: number): void {
    if (lane === this.#self) this.#ownBatch(seq);
  }

  /** B3: one that was signed with the own key; while it is silent, it cannot be a new one. */
  #ownBatch(seq: number): void {
    const known = this.#confirmed || this.#laneSeq === null || seq < this.#laneSeq;
    const isOld = this.#right === 'PROVEN' && known;
    if (this.#right !== 'LOST' && !isOld) this.#settle('LOST', laneText(seq));
  }

  /** Blocks up to this height are executed and durable here. */
  executed(height: number): void {
    this.#height = height;
    this.#decide();
  }

  #status(peer: number, { committedHeight, window, laneTips }: Status): void {
    const own = 2 ** (this.#self ?? 0);
    const holds = (bits: number): boolean => Math.floor(bits / own) % 2 === 1;
    // Only a claim, so it proves nothing; but this peer does not speak for a key that never signed.
    const holdsBatch = (laneTips[this.#self ?? 0] ?? 0) > 0;
    if (holdsBatch || window.some(({ prepares, commits }) => holds(prepares) || holds(commits))) this.#withVotes.add(peer);
    else this.#withVotes.delete(peer);
    if (!this.#heads.has(peer)) this.#heads.set(peer, committedHeight);
    this.#decide();
  }

  #decide(): void {
    if (this.#right !== 'UNPROVEN' || this.#self === null || this.#deciding) return;
    let reached = 0;
    for (const [peer, head] of this.#heads) {
      if (head <= this.#height && this.#answered.has(peer) && !this.#withVotes.has(peer)) reached += 1;
    }
    if (1 + reached >= this.#validators - faults(this.#validators)) this.#settle('PROVEN', '');
  }

  /** B3: a quorum is enough where n − f would be all (n < 4). */
  #confirm(): void {
    if (!this.#started || this.#confirmed || this.#right !== 'PROVEN' || this.#self === null) return;
    const n = this.#validators;
    if (1 + this.#answered.size < (n < 4 ? quorum(n) : n - faults(n))) return;
    this.#confirmed = true;
    this.stop();
    this.parts.onProven();
  }

  #ask(): void {
    if (this.#confirmed || this.#right === 'LOST') return;
    if (this.#self !== null) this.parts.ask(this.#answered);
    const { clock } = this.parts;
    this.#cancelTimer = clock.at(clock.nowMs() + ENGINE_LIMITS.newestAskMs, () => this.#ask());
  }

  #settle(right: 'PROVEN' | 'LOST', evidence: string): void {
    if (right === 'LOST') {
      this.#right = right;
      this.parts.onLost(evidence);
    }
    this.#deciding = true;
    // On disk before the first signature: else a crash would make our own later votes look like forgotten ones.
    this.parts.persist(right).then(
      () => {
        this.#deciding = false;
        if (right === 'LOST' || this.#right === 'LOST') return;
        const asked = this.#right === 'UNPROVEN';
        this.#right = right;
        this.#safety = null;
        if (!asked || this.#confirmed) return;
        // Those who told their heads without a vote of ours have answered.
        this.#confirmed = true;
        this.stop();
        this.parts.onProven();
      },
      (error: unknown) => this.parts.onFatal(error instanceof Error ? error : new Error(String(error)))
    );
  }
}

const laneText = (seq: number): string => `batch ${seq} of its own lane`;

/** What in a peer's message was signed by validator `self`, or null. */
function ownSignature(message: Message, self: number): string | null {
  const inCertificate = (certificate: Certificate | null): string | null =>
    certificate?.signers.includes(self) === true ? `the certificate of block ${certificate.height}` : null;
  const inJustification = (from: Extract<Message, { type: 'NEW-VIEW' }> | Certificate): string | null => {
    if (!('statements' in from)) return inCertificate(from);
    if (from.statements.some(({ signer }) => signer === self)) return `a VIEW-CHANGE to view ${from.view}`;
    return inCertificate(from.top);
  };
  if ('signer' in message && message.signer === self) return `a ${message.type}`;
  switch (message.type) {
    case 'PRE-PREPARE':
      return message.justification === null ? null : inJustification(message.justification);
    case 'VIEW-CHANGE':
      return inCertificate(message.highCert);
    case 'NEW-VIEW':
      return inJustification(message);
    case 'BLOCKS': {
      if (message.checkpoint?.signers.includes(self) === true) return `the checkpoint ${message.checkpoint.height}`;
      const voted = message.blocks.find(({ proof }) => proof.certificate.signers.includes(self));
      if (voted !== undefined) return `the certificate of block ${voted.block.header.height}`;
      const proposed = message.blocks.find(({ block }) => block.header.proposer === self);
      return proposed === undefined ? null : `the proposal of block ${proposed.block.header.height}`;
    }
    default:
      return null;
  }
}
