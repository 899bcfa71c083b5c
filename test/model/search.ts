import type { Message, Mutant, NewView, SignedMessage, ViewChange } from '@lading/consensus';
import type { Block, Certificate } from '@lading/ledger';
import { Adversary } from './adversary.js';
import { CoreNode } from './coreNode.js';
import { fingerprint, short } from './fingerprint.js';
import { genesis, makeBlock, QUORUM, TURN, VALIDATORS } from './stage.js';

/**
 * Breadth first through everything that can happen to three honest cores and a faulty validator in two views and two
 * heights. A core's next state depends on its own state and on what it receives, so it is computed once for each pair
 * and a world is no more than three numbers.
 */

const LAST_HEIGHT = 2;
const LAST_VIEW = 1;

/** One state of one core, with what others can see of it. */
interface Situation {
  readonly core: CoreNode;
  readonly prepares: ReadonlySet<string>;
  readonly commits: ReadonlySet<string>;
  /** By what is received: the number of the situation after it. */
  readonly after: Map<string, number>;
}

/** Something that can be received; `messages` are made only when this pair has not been seen. */
interface Offer {
  readonly key: string;
  readonly deliver: (core: CoreNode) => void;
}

export interface Found {
  readonly worlds: number;
  readonly situations: number;
  readonly depth: number;
  /** Nothing was left to try. */
  readonly complete: boolean;
  readonly committed: number;
  readonly violation: string | null;
}

export class Search {
  private readonly faulty: number;
  private readonly mutants: ReadonlySet<Mutant>;
  private readonly enough: number;
  private readonly honest: readonly number[];
  private readonly situations: Situation[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly blocks = new Map<string, Block>([[short(genesis.blockHash), genesis]]);
  private violation: string | null = null;

  /** With a mutant that makes quorums smaller, as few votes must be offered as it takes. */
  constructor(faulty: number, mutants: ReadonlySet<Mutant> = new Set(), enough = QUORUM) {
    this.faulty = faulty;
    this.mutants = mutants;
    this.enough = enough;
    this.honest = Array.from({ length: VALIDATORS }, (_, i) => i).filter((i) => i !== faulty);
  }

  /** `isOver` is asked now and then: the caller has the clock. */
  run(isOver: (worlds: number) => boolean): Found {
    let frontier: number[][] = [this.honest.map((index) => this.enrol(this.beginner(index)))];
    const seen = new Set<string>(frontier.map(String));
    let depth = 0;
    let committed = 0;
    while (frontier.length > 0) {
      const next: number[][] = [];
      for (const [count, world] of frontier.entries()) {
        if (count % 64 === 0 && isOver(seen.size)) return this.found(seen.size, depth, committed, false);
        for (const after of this.successors(world)) {
          const key = String(after);
          if (seen.has(key)) continue;
          seen.add(key);
          next.push(after);
          committed += this.check(after) ? 1 : 0;
          if (this.violation !== null) return this.found(seen.size, depth, committed, false);
        }
      }
      frontier = next;
      depth++;
    }
    return this.found(seen.size, depth, committed, true);
  }

  private found(worlds: number, depth: number, committed: number, complete: boolean): Found {
    return { worlds, situations: this.situations.length, depth, complete, committed, violation: this.violation };
  }

  private beginner(index: number): CoreNode {
    const core = new CoreNode(index, this.mutants);
    for (let height = 1; height <= LAST_HEIGHT; height++) core.storeBatch();
    return core;
  }

  private enrol(core: CoreNode): number {
    const text = `${core.self}${fingerprint(core)}`;
    const held = this.numbers.get(text);
    if (held !== undefined) return held;
    for (const message of core.signed) if (message.type === 'PRE-PREPARE') this.learn(message.block);
    const slots = new Map<string, string>();
    const votes = (type: 'PREPARE' | 'COMMIT'): ReadonlySet<string> => new Set(core.signed.flatMap((message) => {
      if (message.type !== type) return [];
      const slot = `${type}${message.view}.${message.height}`;
      const hash = short(message.blockHash);
      if ((slots.get(slot) ?? hash) !== hash) this.violation = `validator ${core.self} signed two of ${slot}`;
      slots.set(slot, hash);
      return [`${message.view}.${hash}`];
    }));
    const situation = { core, prepares: votes('PREPARE'), commits: votes('COMMIT'), after: new Map<string, number>() };
    if (core.state.halted !== null) this.violation = `validator ${core.self} halted: ${core.state.halted}`;
    this.numbers.set(text, this.situations.length);
    return this.situations.push(situation) - 1;
  }

  private learn(block: Block): void {
    this.blocks.set(short(block.blockHash), block);
  }

  private at(number: number): Situation {
    const situation = this.situations[number];
    if (situation === undefined) throw new Error('no such situation');
    return situation;
  }

  private *successors(world: readonly number[]): Generator<number[]> {
    const all = world.map((number) => this.at(number));
    const adversary = new Adversary(this.faulty, () => all.map(({ core }) => core));
    for (const [place, situation] of all.entries()) {
      for (const offer of this.offers(situation, all, adversary)) {
        let after = situation.after.get(offer.key);
        if (after === undefined) {
          const core = situation.core.copy();
          offer.deliver(core);
          after = this.enrol(core);
          situation.after.set(offer.key, after);
        }
        if (after !== world[place]) yield world.map((number, i) => (i === place ? after : number));
      }
    }
  }

  private *offers(situation: Situation, all: readonly Situation[], adversary: Adversary): Generator<Offer> {
    const { state } = situation.core;
    yield* this.proposals(situation, all, adversary);
    yield* this.quorums(situation, all, adversary);
    if (state.view < LAST_VIEW && state.mode === 'NORMAL') yield { key: 'leave', deliver: leave };
    yield* this.viewChanges(situation, all, adversary);
    if (state.proposalFetch !== null) yield { key: 'fetch', deliver: (core) => this.answerFetch(core) };
  }

  /** P2: the next block of the view's leader; a faulty one has two to choose from for everybody. */
  private *proposals({ core }: Situation, all: readonly Situation[], adversary: Adversary): Generator<Offer> {
    const { view, mode, top, base } = core.state;
    const leader = view % VALIDATORS;
    if (mode !== 'NORMAL' || top === null || leader === core.self) return;
    const height = top.block.header.height + 1;
    if (height > LAST_HEIGHT || height > base.height + TURN) return;
    if (leader !== this.faulty) {
      const maker = all.find((situation) => situation.core.self === leader);
      for (const message of maker?.core.signed ?? []) {
        if (message.type !== 'PRE-PREPARE' || message.view !== view || message.block.header.height !== height) continue;
        yield { key: `propose${short(message.block.blockHash)}`, deliver: (to) => receive(to, { ...message, justification: null }) };
      }
      return;
    }
    for (const delayMs of [0, 1]) {
      const deliver = (to: CoreNode): void => {
        const turnEnd = height === base.height + TURN;
        const block = makeBlock(this.chain(top.block), { originView: view, proposer: leader, turnEnd, delayMs });
        this.learn(block);
        receive(to, adversary.proposal(view, block));
      };
      yield { key: `propose${delayMs}`, deliver };
    }
  }

  private chain(block: Block): readonly Block[] {
    if (block.header.height === 0) return [genesis];
    return [...this.chain(this.block(short(block.header.parentHash))), block];
  }

  private block(name: string): Block {
    const block = this.blocks.get(name);
    if (block === undefined) throw new Error('an unknown block');
    return block;
  }

  /** P4, P5: certificates that the honest votes and the faulty one's make. */
  private *quorums({ core, commits }: Situation, all: readonly Situation[], adversary: Adversary): Generator<Offer> {
    const { view, mode, committed } = core.state;
    for (const vote of certified(all, 'prepares', this.enough)) {
      if (!vote.startsWith(`${view}.`) || commits.has(vote) || mode !== 'NORMAL') continue;
      const block = this.block(nameIn(vote));
      if (!isKnown(core, block) || block.header.height <= committed.block.header.height) continue;
      yield { key: `P${vote}`, deliver: (to) => adversary.votes('PREPARE', view, block).forEach((m) => receive(to, m)) };
    }
    for (const vote of certified(all, 'commits', this.enough)) {
      const block = this.block(nameIn(vote));
      if (block.header.height <= committed.block.header.height) continue;
      const certView = Number(vote.slice(0, vote.indexOf('.')));
      // M1: votes are kept for the view that was voted in last and the one after.
      const oldest = mode === 'CHANGING' ? view - 1 : view;
      const near = (certView === oldest || certView === oldest + 1) && isKnown(core, block);
      if (near) yield { key: `C${vote}`, deliver: (to) => adversary.votes('COMMIT', certView, block).forEach((m) => receive(to, m)) };
      const proof = adversary.certificate('C', certView, block);
      if (proof !== null) yield { key: `S${vote}`, deliver: (to) => this.sync(to, block, proof) };
    }
  }

  private sync(core: CoreNode, tip: Block, certificate: Certificate): void {
    const chain = this.chain(tip).filter((block) => block.header.height > core.state.committed.block.header.height);
    const blocks = chain.map((block, i) => ({
      block, proof: { certificate, descendants: chain.slice(i + 1).map((later) => later.header) }
    }));
    receive(core, { type: 'BLOCKS', blocks, checkpoint: null }, (core.self + 1) % VALIDATORS);
  }

  /** V4–V6 */
  private *viewChanges({ core }: Situation, all: readonly Situation[], adversary: Adversary): Generator<Offer> {
    const { view, mode, peers } = core.state;
    const leader = LAST_VIEW % VALIDATORS;
    const open = view < LAST_VIEW || (view === LAST_VIEW && mode === 'CHANGING');
    if (!open) return;
    const told = statementsOf(all);
    if (leader === this.faulty) {
      for (const chosen of pairsAndMore(told)) {
        const lies = chosen.length >= QUORUM ? [null] : this.lies(all, adversary);
        for (const [index, lie] of lies.entries()) {
          const statements = chosen.length >= QUORUM ? chosen : [...chosen, adversary.viewChange(LAST_VIEW, lie)];
          const key = `N${index}${chosen.map((m) => `${m.signer}${m.certKind}${short(m.certHash)}`).join('')}${nameOf(lie)}`;
          yield { key, deliver: (to) => receive(to, adversary.newView(LAST_VIEW, statements)) };
        }
      }
      return;
    }
    if (leader !== core.self) {
      for (const message of openings(all)) yield { key: 'N', deliver: (to) => receive(to, message) };
      return;
    }
    for (const message of told) {
      if (message.signer === core.self || peers[message.signer]?.viewChange !== null) continue;
      yield { key: `V${message.signer}${message.certKind}${short(message.certHash)}`, deliver: (to) => receive(to, message) };
    }
    if (peers[this.faulty]?.viewChange !== null) return;
    for (const lie of this.lies(all, adversary)) {
      yield { key: `V${nameOf(lie)}`, deliver: (to) => receive(to, adversary.viewChange(LAST_VIEW, lie)) };
    }
  }

  /** What the faulty one may claim: nothing at all, or any certificate there is. */
  private lies(all: readonly Situation[], adversary: Adversary): readonly (Certificate | null)[] {
    const old = certified(all, 'prepares', this.enough).filter((vote) => vote.startsWith('0.'));
    return [null, ...old.map((vote) => adversary.certificate('P', 0, this.block(nameIn(vote))))];
  }

  private answerFetch(core: CoreNode): void {
    const wanted = core.state.proposalFetch;
    if (wanted === null) return;
    const above = core.state.committed.block.header.height;
    const blocks = this.chain(this.block(short(wanted.hash))).filter((block) => block.header.height > above);
    receive(core, { type: 'PROPOSALS', blocks }, (core.self + 1) % VALIDATORS);
  }

  /** Agreement, of what is committed and of what could be. True when something is committed. */
  private check(world: readonly number[]): boolean {
    const all = world.map((number) => this.at(number));
    const heads = all.map(({ core }) => core.state.committed.block);
    const certifiable = certified(all, 'commits', this.enough).map((vote) => this.block(nameIn(vote)));
    const tips = [...heads, ...certifiable];
    for (const a of tips) {
      for (const b of tips) if (!this.isOnChain(a, b) && !this.isOnChain(b, a)) this.violation = 'two chains are committed';
    }
    return heads.some((head) => head.header.height > 0);
  }

  private isOnChain(below: Block, tip: Block): boolean {
    let block = tip;
    while (block.header.height > below.header.height) block = this.block(short(block.header.parentHash));
    return short(block.blockHash) === short(below.blockHash);
  }
}

const receive = (core: CoreNode, message: Message, peer = 'signer' in message ? message.signer : 0): void =>
  core.receive(message, peer);

/** V1–V3: any node may suspect at any time; q suspicions make this one leave. */
function leave(core: CoreNode): void {
  for (let peer = 0; peer < VALIDATORS; peer++) {
    if (peer !== core.self) core.receive({ type: 'SUSPECT', epoch: 0, view: 0 }, peer);
  }
}

const nameIn = (vote: string): string => vote.slice(vote.indexOf('.') + 1);
const nameOf = (certificate: Certificate | null): string => (certificate === null ? '-' : short(certificate.hash));
const isKnown = (core: CoreNode, block: Block): boolean =>
  [...core.state.known.values()].some((known) => short(known.block.blockHash) === short(block.blockHash));

/** Votes that a quorum gives when the faulty validator joins in. */
function certified(all: readonly Situation[], kind: 'prepares' | 'commits', enough: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const situation of all) for (const vote of situation[kind]) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  return [...counts].filter(([, count]) => count + 1 >= enough).map(([vote]) => vote);
}

function statementsOf(all: readonly Situation[]): readonly ViewChange[] {
  const isOne = (message: SignedMessage): message is ViewChange => message.type === 'VIEW-CHANGE' && message.newView === LAST_VIEW;
  return all.flatMap(({ core }) => core.signed.filter(isOne).slice(0, 1));
}

function openings(all: readonly Situation[]): readonly NewView[] {
  const isOne = (message: SignedMessage): message is NewView => message.type === 'NEW-VIEW' && message.view === LAST_VIEW;
  return all.flatMap(({ core }) => core.signed.filter(isOne).slice(0, 1));
}

/** q−1 of three statements, to be completed by the faulty one's, and all of them. */
function pairsAndMore(told: readonly ViewChange[]): readonly (readonly ViewChange[])[] {
  if (told.length < QUORUM - 1) return [];
  if (told.length === QUORUM - 1) return [told];
  return [told, ...told.map((_, left) => told.filter((_, i) => i !== left))];
}
