import type { Hash } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import type { Message, NewView, ViewChange } from '@lading/consensus';
import type { Signed } from '../surroundings.js';
import { keyOf } from '../hashKey.js';

/** The oracle's own arithmetic of spec/consensus.md §1. */
export const faultsOf = (n: number): number => Math.floor((n - 1) / 3);
export const quorumOf = (n: number): number => Math.ceil((n + faultsOf(n) + 1) / 2);

export interface Rank {
  readonly epoch: number;
  readonly view: number;
  readonly height: number;
  readonly kind: 'P' | 'C';
}

/** M3. */
export function compareRanks(a: Rank, b: Rank): number {
  const order = [a.epoch - b.epoch, a.view - b.view, a.height - b.height, Number(a.kind === 'C') - Number(b.kind === 'C')];
  return order.find((difference) => difference !== 0) ?? 0;
}

export const rankOf = (statement: ViewChange): Rank => ({
  epoch: statement.certEpoch,
  view: statement.certView,
  height: statement.certHeight,
  kind: statement.certKind
});

/** One name for one slot: what a validator may sign once. */
export function slotOf(message: Signed): string {
  const { type } = message;
  const epoch = 'epoch' in message ? message.epoch : 0;
  switch (type) {
    case 'PRE-PREPARE':
      return `${type} ${epoch} ${message.view} ${message.block.header.height}`;
    case 'PREPARE':
    case 'COMMIT':
      return `${type} ${epoch} ${message.view} ${message.height}`;
    case 'VIEW-CHANGE':
      return `${type} ${epoch} ${message.newView}`;
    case 'NEW-VIEW':
      return `${type} ${epoch} ${message.view}`;
    case 'CHECKPOINT':
      return `${type} ${epoch} ${message.height}`;
  }
}

/** Everything that was ever signed, honestly or not: what certificates can be made of. */
export class Ballots {
  readonly #votes = new Map<string, Set<number>>();
  readonly #statements = new Map<string, ViewChange[]>();
  readonly #newViews = new Map<string, NewView[]>();

  add(message: Message, signer: number): void {
    switch (message.type) {
      case 'PREPARE':
      case 'COMMIT': {
        const key = voteKey(message.type, message.epoch, message.view, message.height, message.blockHash);
        const held = this.#votes.get(key);
        if (held === undefined) this.#votes.set(key, new Set([signer]));
        else held.add(signer);
        return;
      }
      case 'VIEW-CHANGE':
        return push(this.#statements, `${message.epoch} ${message.newView} ${signer}`, message);
      case 'NEW-VIEW':
        return push(this.#newViews, `${message.epoch} ${message.view}`, message);
      default:
    }
  }

  /** Distinct validators that have signed this vote. */
  count(type: 'PREPARE' | 'COMMIT', epoch: number, view: number, height: number, hash: Hash): number {
    return this.#votes.get(voteKey(type, epoch, view, height, hash))?.size ?? 0;
  }

  newViews(epoch: number, view: number): readonly NewView[] {
    return this.#newViews.get(`${epoch} ${view}`) ?? [];
  }

  /** V6: null when the NEW-VIEW is sound, else what is wrong with it. */
  faultOf(message: NewView, n: number, originEpoch: number): string | null {
    const { statements, top, view, epoch } = message;
    const signers = new Set(statements.map(({ signer }) => signer));
    if (signers.size < quorumOf(n) || signers.size !== statements.length) return 'fewer than q distinct statements';
    const made = statements.every((one) => {
      const known = this.#statements.get(`${epoch} ${view} ${one.signer}`) ?? [];
      return one.newView === view && known.some((other) => sameStatement(one, other));
    });
    if (!made) return 'a statement that its signer has not made';
    const rank: Rank = top ?? { epoch: originEpoch, view: 0, height: 0, kind: 'C' };
    if (top === null) {
      // A statement about what the epoch began on ranks below every certificate of the epoch.
      if (statements.some(({ certEpoch, certHeight }) => certEpoch === epoch && certHeight > 0)) return 'top is outranked';
      return null;
    }
    if (statements.some((one) => compareRanks(rankOf(one), rank) > 0)) return 'top is outranked';
    const named = statements.some((one) => compareRanks(rankOf(one), rank) === 0 && equalBytes(one.certHash, top.hash));
    if (!named) return 'no statement names top';
    const type = top.kind === 'P' ? 'PREPARE' : 'COMMIT';
    return this.count(type, top.epoch, top.view, top.height, top.hash) < quorumOf(n) ? 'top has no quorum' : null;
  }
}

const voteKey = (type: string, epoch: number, view: number, height: number, hash: Hash): string =>
  `${type} ${epoch} ${view} ${height} ${keyOf(hash)}`;

function sameStatement(a: ViewChange, b: ViewChange): boolean {
  return compareRanks(rankOf(a), rankOf(b)) === 0 && equalBytes(a.certHash, b.certHash);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const held = map.get(key);
  if (held === undefined) map.set(key, [value]);
  else held.push(value);
}
