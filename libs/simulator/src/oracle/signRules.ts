import type { Hash } from '@lading/kernel';
import { equalBytes } from '@lading/kernel';
import type { Message, ViewChange } from '@lading/consensus';
import type { SimulatedNode } from '../simulatedNode.js';
import type { Signed } from '../surroundings.js';
import { Ballots, compareRanks, quorumOf, rankOf } from './ballots.js';
import type { Rank } from './ballots.js';
import type { BlockTree, Facts } from './blockTree.js';
import { leadersOf } from './leaders.js';
import { Violation } from './violation.js';

type Vote = Extract<Message, { type: 'PREPARE' | 'COMMIT' }>;

/** What an honest validator has signed so far in one epoch, over all its lives. */
interface Past {
  epoch: number;
  /** Highest view asked for by a VIEW-CHANGE, and highest one acted in. */
  changingTo: number;
  view: number;
  /** Highest COMMIT. */
  committed: Rank | null;
  /** Blocks prepared in `view`: they must lie on one chain. */
  prepared: Facts[];
}

/** Time differences that no rule allows: k of T4 is at most 6. */
const OLDEST_MS = 10_000 * 2 ** 6 + 1_000;

/**
 * When an honest validator may sign what, by §2 and §3 of spec/consensus.md: asked at every signature, from everything
 * that was ever signed and proposed. It knows nothing of how the core decides.
 */
export class SignRules {
  readonly ballots = new Ballots();
  readonly #past = new Map<number, Past>();
  readonly #tree: BlockTree;

  constructor(tree: BlockTree) {
    this.#tree = tree;
  }

  /** Signed by anyone, honest or not. */
  record(message: Message, signer: number): void {
    if (message.type === 'PRE-PREPARE') this.#tree.add(message.block);
    this.ballots.add(message, signer);
  }

  check(node: SimulatedNode, message: Signed): void {
    const fail = (what: string): never => {
      throw new Violation('rules', `node ${node.name} signs ${describe(message)}: ${what}`);
    };
    const past = this.#pastOf(node.index, message.epoch);
    switch (message.type) {
      case 'PRE-PREPARE':
        if (this.#leader(message.block.header.parentHash, message.view) !== message.signer) fail('it does not lead (L1, L2)');
        return;
      case 'PREPARE':
        return this.#prepare(node, message, past, fail);
      case 'COMMIT':
        return this.#commit(node, message, past, fail);
      case 'VIEW-CHANGE':
        return this.#viewChange(node, message, past, fail);
      case 'NEW-VIEW': {
        if (message.view < past.view) fail('it has been in a later view (V6)');
        const fault = this.ballots.faultOf(message, node.config.organizations.length, message.epoch - 1);
        if (fault !== null) fail(`${fault} (V6)`);
        moveTo(past, message.view);
        return;
      }
      case 'CHECKPOINT': {
        const facts = this.#tree.facts(message.blockHash);
        if (facts === null || !equalBytes(facts.root, message.stateRoot)) fail('another state root (S6)');
      }
    }
  }

  #pastOf(signer: number, epoch: number): Past {
    const held = this.#past.get(signer);
    if (held !== undefined && held.epoch >= epoch) return held;
    const fresh: Past = { epoch, changingTo: 0, view: 0, committed: null, prepared: [] };
    this.#past.set(signer, fresh);
    return fresh;
  }

  #leader(parent: Hash, view: number): number {
    const facts = this.#tree.facts(parent);
    if (facts === null) return -1;
    const leaders = leadersOf(facts, this.#tree);
    return leaders[(facts.config.epoch + view) % leaders.length] ?? -1;
  }

  /** V3, P4, P6: no vote in a view that was left, or after one for a later view. */
  #stays(message: Vote, past: Past, fail: (what: string) => never): void {
    if (message.view < past.changingTo) fail(`it asked for view ${past.changingTo} (V3)`);
    if (message.view < past.view) fail(`it has voted in view ${past.view} (V6, P6)`);
    moveTo(past, message.view);
  }

  #prepare(node: SimulatedNode, message: Vote, past: Past, fail: (what: string) => never): void {
    this.#stays(message, past, fail);
    const facts = this.#tree.facts(message.blockHash) ?? fail('a block without ancestors (P2)');
    const { header, refs } = facts.block;
    if (facts.fault !== null) fail(`${facts.fault} (P2, P3)`);
    if (facts.parent === null || header.height !== message.height) return fail('another height (P2)');
    if (message.height > node.height + facts.parent.config.parameters.window) fail('above executed + L (P2)');
    if (!refs.every((ref) => node.disk.hasBatch(ref))) fail('without its batches (P3)');
    if (past.prepared.some((one) => !this.#tree.isOnChain(one, facts) && !this.#tree.isOnChain(facts, one))) {
      fail('beside what it prepared in this view (P2)');
    }
    if (header.originView === message.view) this.#fresh(node, facts, facts.parent, fail);
    else if (!this.#reproposed(message)) fail('no NEW-VIEW proposes it again (V6)');
    past.prepared = [...past.prepared.filter((one) => one.block.header.height >= message.height - 16), facts];
  }

  /** P2: what depends on the view and on the clock. */
  #fresh(node: SimulatedNode, facts: Facts, parent: Facts, fail: (what: string) => never): void {
    const { header } = facts.block;
    const view = header.originView;
    if (header.proposer !== this.#leader(header.parentHash, view)) fail('not from the leader (P2)');
    // Judged once, on arrival: the clock may have jumped since.
    const { agenda, world } = node.world;
    if (header.timestampMs < Math.min(node.wallMs, world.startMs + agenda.nowMs) - OLDEST_MS) fail('a block time far in the past (P2)');
    const above = parent.block.header;
    if (above.turnEnd && above.originView === view && above.epoch === header.epoch && above.height > 0) fail('past the end of a turn (P2)');
    const base = this.#baseOf(parent, view, header.epoch);
    const limit = base.block.header.height + parent.config.parameters.turnBlocks;
    if (header.height > limit || (header.height === limit && !header.turnEnd)) fail('turnEnd (P2)');
    if (!this.#opens(base, view, parent.config.epoch, parent)) fail(`height ${base.block.header.height} is no base of this view (P6, V6)`);
  }

  /** The block below the first one that this view has proposed. */
  #baseOf(parent: Facts, view: number, epoch: number): Facts {
    let at = parent;
    while (at.block.header.originView === view && at.block.header.epoch === epoch && at.parent !== null) at = at.parent;
    return at;
  }

  /** V6, P6: a view starts on the top of a sound NEW-VIEW, or on a turn's end that the view before committed. */
  #opens(base: Facts, view: number, epoch: number, parent: Facts): boolean {
    const { header, blockHash } = base.block;
    if (view === 0) return header.height === parent.epochStart;
    const n = parent.config.organizations.length;
    const ended = header.turnEnd && header.originView === view - 1 && header.epoch === epoch;
    if (ended && this.ballots.count('COMMIT', epoch, view - 1, header.height, blockHash) >= quorumOf(n)) return true;
    return this.ballots.newViews(epoch, view).some((message) => {
      if (this.ballots.faultOf(message, n, epoch - 1) !== null) return false;
      const { top } = message;
      if (top === null) return header.height === parent.epochStart;
      return equalBytes(top.hash, blockHash);
    });
  }

  /** V6: a block of an earlier view is voted on again only as the top of a NEW-VIEW. */
  #reproposed(message: Vote): boolean {
    return this.ballots.newViews(message.epoch, message.view).some(({ top }) => {
      return top?.kind === 'P' && equalBytes(top.hash, message.blockHash);
    });
  }

  #commit(node: SimulatedNode, message: Vote, past: Past, fail: (what: string) => never): void {
    this.#stays(message, past, fail);
    const { epoch, view, height, blockHash } = message;
    const votes = this.ballots.count('PREPARE', epoch, view, height, blockHash);
    if (votes < quorumOf(node.config.organizations.length)) fail(`only ${votes} PREPAREs exist (P4)`);
    const rank: Rank = { epoch, view, height, kind: 'P' };
    if (past.committed === null || compareRanks(rank, past.committed) > 0) past.committed = rank;
  }

  #viewChange(node: SimulatedNode, message: ViewChange, past: Past, fail: (what: string) => never): void {
    if (message.newView < past.changingTo) fail(`it asked for view ${past.changingTo} before (V3)`);
    if (message.newView < past.view) fail(`it has voted in view ${past.view} (V3)`);
    past.changingTo = message.newView;
    if (past.committed !== null && compareRanks(rankOf(message), past.committed) < 0) fail('it conceals a COMMIT (V3, D3)');
    if (message.highCert === null) return;
    const { kind, epoch, view, height, hash } = message.highCert;
    const type = kind === 'P' ? 'PREPARE' : 'COMMIT';
    const votes = this.ballots.count(type, epoch, view, height, hash);
    if (votes < quorumOf(node.config.organizations.length)) fail('its certificate has no quorum (V4)');
  }
}

function moveTo(past: Past, view: number): void {
  if (view <= past.view) return;
  past.view = view;
  past.prepared = [];
}

function describe(message: Signed): string {
  const place = 'newView' in message ? message.newView : 'view' in message ? message.view : 0;
  const height = 'height' in message ? ` height ${message.height}` : '';
  return `${message.type} view ${place}${height}`;
}
