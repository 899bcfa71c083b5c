import type { Message, Status } from '@lading/consensus';
import { faults } from '@lading/ledger';
import type { Certificate } from '@lading/ledger';
import type { SignRight } from './signRight.js';

export interface SignGuardParts {
  /** Validators of the epoch, and which one this is. */
  readonly validators: number;
  readonly self: number;
  /** Writes the right to the safety log; resolves when it is on disk. */
  readonly persist: (right: SignRight) => Promise<void>;
  /** From now on the key may be used. */
  readonly onProven: () => void;
  /** The key must never be used again; `evidence` says what it had signed. */
  readonly onLost: (evidence: string) => void;
  readonly onFatal: (error: Error) => void;
}

/**
 * Keeps the validator key silent until it is known not to have signed before (consensus.md §2.8, boot guard). Only a
 * node whose safety log was made at this start, or that never got an answer since, is UNPROVEN. It listens and
 * executes; then
 * - anything signed with its key that comes from a peer, or is found in the chain, makes the right LOST;
 * - when n − f validators, itself counted, have told their heads, none of them holds a vote of it, and it has executed
 *   up to those heads, it is PROVEN: it never took part, on this chain.
 * This finds a lost log; it does not prove one whole: a vote that reached nobody leaves no trace.
 */
export class SignGuard {
  #right: SignRight;
  #height: number;
  #deciding = false;
  /** The first head that a peer told, while its newest STATUS shows no vote of ours. */
  readonly #heads = new Map<number, number>();
  readonly #withVotes = new Set<number>();

  constructor(
    private readonly parts: SignGuardParts,
    restored: { readonly right: SignRight; readonly height: number }
  ) {
    this.#right = restored.right;
    this.#height = restored.height;
  }

  get right(): SignRight {
    return this.#right;
  }

  /** A network of one has nobody to ask. */
  start(): void {
    this.#decide();
  }

  /** A message whose signatures have been verified. */
  heard(peer: number, message: Message): void {
    if (this.#right !== 'UNPROVEN' || peer === this.parts.self) return;
    const evidence = this.#ownSignature(message);
    if (evidence !== null) return this.#settle('LOST', evidence);
    if (message.type === 'STATUS') this.#status(peer, message);
  }

  /** A statically valid batch has come from a peer. */
  batch(lane: number, seq: number): void {
    if (this.#right === 'UNPROVEN' && lane === this.parts.self) this.#settle('LOST', `batch ${seq} of its own lane`);
  }

  /** Blocks up to this height are executed and durable here. */
  executed(height: number): void {
    this.#height = height;
    this.#decide();
  }

  #status(peer: number, { committedHeight, window }: Status): void {
    const own = 2 ** this.parts.self;
    const holds = (bits: number): boolean => Math.floor(bits / own) % 2 === 1;
    // Only a claim, so it proves nothing; but this peer does not speak for a key that never signed.
    if (window.some(({ prepares, commits }) => holds(prepares) || holds(commits))) this.#withVotes.add(peer);
    else this.#withVotes.delete(peer);
    if (!this.#heads.has(peer)) this.#heads.set(peer, committedHeight);
    this.#decide();
  }

  #decide(): void {
    const { validators } = this.parts;
    if (this.#right !== 'UNPROVEN' || this.#deciding) return;
    let reached = 0;
    for (const [peer, head] of this.#heads) if (head <= this.#height && !this.#withVotes.has(peer)) reached += 1;
    if (1 + reached >= validators - faults(validators)) this.#settle('PROVEN', '');
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
        if (right === 'LOST' || this.#right !== 'UNPROVEN') return;
        this.#right = right;
        this.parts.onProven();
      },
      (error: unknown) => this.parts.onFatal(error instanceof Error ? error : new Error(String(error)))
    );
  }

  /** What in a peer's message was signed with our key, or null. */
  #ownSignature(message: Message): string | null {
    const { self } = this.parts;
    if ('signer' in message && message.signer === self) return `a ${message.type}`;
    switch (message.type) {
      case 'PRE-PREPARE':
        return message.justification === null ? null : this.#inJustification(message.justification);
      case 'VIEW-CHANGE':
        return this.#inCertificate(message.highCert);
      case 'NEW-VIEW':
        return this.#inJustification(message);
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

  #inJustification(from: Extract<Message, { type: 'NEW-VIEW' }> | Certificate): string | null {
    if (!('statements' in from)) return this.#inCertificate(from);
    if (from.statements.some(({ signer }) => signer === this.parts.self)) return `a VIEW-CHANGE to view ${from.view}`;
    return this.#inCertificate(from.top);
  }

  #inCertificate(certificate: Certificate | null): string | null {
    if (certificate?.signers.includes(this.parts.self) !== true) return null;
    return `the certificate of block ${certificate.height}`;
  }
}
