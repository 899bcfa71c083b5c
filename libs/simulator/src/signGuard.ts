import type { Message } from '@lading/consensus';
import { faults } from '@lading/ledger';
import type { Actor } from './surroundings.js';

/**
 * The boot guard of the driver in virtual time: after a wipe the validator key is silent until n − f validators, this
 * one counted, have told their heads, hold no vote of it, and their chain up to those heads shows none; anything that
 * was signed with the key silences it for good.
 */
export class SignGuard {
  #right: 'PROVEN' | 'UNPROVEN' | 'LOST' = 'PROVEN';
  readonly #node: Actor;
  readonly #heads = new Map<number, number>();
  readonly #withVotes = new Set<number>();

  constructor(node: Actor) {
    this.#node = node;
  }

  get maySign(): boolean {
    return this.#right === 'PROVEN' && this.#node.self !== null;
  }

  get isLost(): boolean {
    return this.#right === 'LOST';
  }

  forget(): void {
    if (this.#node.world.reusesWipedKeys) return;
    this.#right = 'UNPROVEN';
    this.#heads.clear();
    this.#withVotes.clear();
  }

  /** A new validator key has never signed. */
  renew(): void {
    this.#right = 'PROVEN';
  }

  heard(peer: number, message: Message): void {
    const { self } = this.#node;
    if (this.#right !== 'UNPROVEN' || self === null || peer === self) return;
    if (shows(message, self)) {
      this.#right = 'LOST';
      return;
    }
    if (message.type !== 'STATUS') return;
    // Batches of the own lane that a peer holds were signed with this key.
    if (message.epoch === this.#node.config.epoch && (message.laneTips[self] ?? 0) > 0) {
      this.#right = 'LOST';
      return;
    }
    const own = 2 ** self;
    const holds = (bits: number): boolean => Math.floor(bits / own) % 2 === 1;
    if (message.window.some(({ prepares, commits }) => holds(prepares) || holds(commits))) this.#withVotes.add(peer);
    else this.#withVotes.delete(peer);
    if (!this.#heads.has(peer)) this.#heads.set(peer, message.committedHeight);
    this.executed();
  }

  /** A batch of the own lane from a peer. */
  batch(lane: number): void {
    if (this.#right === 'UNPROVEN' && lane === this.#node.self) this.#right = 'LOST';
  }

  executed(): void {
    if (this.#right !== 'UNPROVEN') return;
    const n = this.#node.config.organizations.length;
    let reached = 1;
    for (const [peer, head] of this.#heads) if (head <= this.#node.height && !this.#withVotes.has(peer)) reached++;
    if (reached >= n - faults(n)) this.#right = 'PROVEN';
  }
}

/** Whether something in a peer's message was signed with this validator's key. */
function shows(message: Message, self: number): boolean {
  if ('signer' in message && message.signer === self) return true;
  switch (message.type) {
    case 'PRE-PREPARE': {
      const by = message.justification;
      if (by === null) return false;
      return 'statements' in by ? shows(by, self) : by.signers.includes(self);
    }
    case 'VIEW-CHANGE':
      return message.highCert?.signers.includes(self) === true;
    case 'NEW-VIEW':
      return message.statements.some(({ signer }) => signer === self) || message.top?.signers.includes(self) === true;
    case 'BLOCKS':
      return (
        message.checkpoint?.signers.includes(self) === true ||
        message.blocks.some(({ block: { header, refs }, proof }) => {
          const made = header.proposer === self || refs.some(({ lane }) => lane === self);
          return made || proof.certificate.signers.includes(self);
        })
      );
    default:
      return false;
  }
}
