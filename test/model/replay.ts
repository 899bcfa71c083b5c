import { summarize } from '@lading/consensus';
import type { Message, Mutant, NewView, PhaseVote, PrePrepare, SignedMessage, ViewChange } from '@lading/consensus';
import type { Block, Certificate } from '@lading/ledger';
import { Adversary } from './adversary.js';
import { CoreNode } from './coreNode.js';
import { chainAbove, childOf, endsTurn, heightOf, originViewOf, parentOf, valueOf } from './modelTrace.js';
import type { ModelCert, ModelNewView, ModelNode, ModelVote, Trace, TraceStep } from './modelTrace.js';
import { genesis, keyOf, makeBlock, QUORUM } from './stage.js';

/**
 * Plays a trace of the model into real cores: three honest ones, and a faulty validator that signs whatever the model
 * lets it sign. Blocks of honest leaders are the cores' own; the model names them, and the names must fit.
 */
export class Replay {
  private readonly faulty: number;
  private readonly adversary: Adversary;
  private readonly nodes = new Map<number, CoreNode>();
  private readonly model = new Map<number, ModelNode>();
  private readonly blocks = new Map<number, Block>([[0, genesis]]);
  private readonly names = new Map<string, number>([[keyOf(genesis.blockHash), 0]]);

  constructor(trace: Trace, mutants: ReadonlySet<Mutant> = new Set()) {
    this.faulty = trace.faulty;
    this.adversary = new Adversary(trace.faulty, () => this.nodes.values());
    for (const node of trace.states[0]?.nodes ?? []) {
      this.model.set(node.self, node);
      this.nodes.set(node.self, new CoreNode(node.self, mutants));
    }
  }

  /** Does one action; returns the node as the model has it and as the real core shows it. */
  act(step: TraceStep): { readonly model: ModelNode; readonly real: ModelNode } {
    const node = this.node(step.actor);
    this.perform(node, step);
    this.nameProposals(node);
    const model = step.nodes[0];
    if (model === undefined) throw new Error('the trace shows no node');
    this.model.set(model.self, model);
    return { model: normal(model), real: normal(this.project(node)) };
  }

  private node(index: number): CoreNode {
    const node = this.nodes.get(index);
    if (node === undefined) throw new Error(`validator ${index} is the faulty one`);
    return node;
  }

  private seenBy(index: number): ModelNode {
    const node = this.model.get(index);
    if (node === undefined) throw new Error(`the model has no node ${index}`);
    return node;
  }

  private perform(node: CoreNode, { action, actor, picks }: TraceStep): void {
    const view = picks.view ?? 0;
    const peer = picks.peer ?? this.faulty;
    switch (action) {
      case 'batch':
        return node.storeBatch();
      case 'proposal':
        return this.deliver(node, this.proposal(this.seenBy(actor).view, picks.block ?? 0));
      case 'prepareQuorum':
      case 'latePrepares':
        return this.votes('PREPARE', need(picks.vote)).forEach((vote) => this.deliver(node, vote));
      case 'commitQuorum':
        return this.votes('COMMIT', need(picks.cert)).forEach((vote) => this.deliver(node, vote));
      case 'sync':
      case 'lateSync':
        return node.receive(this.answer(actor, need(picks.cert)), (actor + 1) % 4);
      case 'timer':
        return node.timeout();
      case 'suspect':
        return node.receive({ type: 'SUSPECT', epoch: 0, view }, peer);
      case 'suspectAgain':
        return node.receive({ type: 'SUSPECT', epoch: 0, view: this.seenBy(peer).view - 1 }, peer);
      case 'viewChange': {
        const newView = picks.message?.newView ?? 0;
        if (peer !== this.faulty) return this.deliver(node, this.statement(peer, newView));
        return this.deliver(node, this.adversary.viewChange(newView, this.certificate(need(picks.message?.cert))));
      }
      case 'newView':
      case 'lateNewView':
        return this.deliver(node, this.sent(need(picks.from), 'NEW-VIEW', (m) => m.view === picks.message?.view));
      case 'faultyNewView':
      case 'lateFaultyNewView':
        return this.deliver(node, this.falseNewView(view, need(picks.signers), need(picks.lie)));
      case 'fetched':
        return this.answerFetch(node, actor);
      case 'restart':
        return node.restart();
      default:
        throw new Error(`no such action: ${action}`);
    }
  }

  private deliver(node: CoreNode, message: Message & { readonly signer: number }): void {
    node.receive(message, message.signer);
  }

  private sent<T extends SignedMessage['type']>(
    from: number,
    type: T,
    fits: (message: Extract<SignedMessage, { type: T }>) => boolean
  ): Extract<SignedMessage, { type: T }> {
    const found = this.node(from).signed.find((message): message is Extract<SignedMessage, { type: T }> => {
      return message.type === type && fits(message as Extract<SignedMessage, { type: T }>);
    });
    if (found === undefined) throw new Error(`validator ${from} never signed that ${type}`);
    return found;
  }

  private block(name: number): Block {
    const block = this.blocks.get(name);
    if (block === undefined) throw new Error(`block ${name} was never proposed`);
    return block;
  }

  private chain(name: number): readonly Block[] {
    return [genesis, ...chainAbove(name, 0).map((link) => this.block(link))];
  }

  private proposal(view: number, name: number): PrePrepare {
    const leader = view % 4;
    if (leader !== this.faulty) {
      const found = this.sent(leader, 'PRE-PREPARE', (m) => m.view === view && this.nameOf(m.block) === name);
      return { ...found, justification: null };
    }
    const fair = originViewOf(name) === view;
    const block = (fair ? this.blocks.get(name) : undefined) ?? makeBlock(this.chain(parentOf(name)), {
      originView: originViewOf(name), proposer: leader, turnEnd: endsTurn(name), delayMs: valueOf(name)
    });
    // A block of another view is refused whoever made it, so nothing will ever refer to it.
    if (fair) this.call(block, name);
    return this.adversary.proposal(view, block);
  }

  private call(block: Block, name: number): void {
    const key = keyOf(block.blockHash);
    const before = this.blocks.get(name);
    if (before !== undefined && keyOf(before.blockHash) !== key) throw new Error(`two real blocks for block ${name} of the model`);
    this.blocks.set(name, block);
    this.names.set(key, name);
  }

  private nameOf(block: { readonly blockHash: Uint8Array }): number {
    return this.names.get(keyOf(block.blockHash)) ?? -2;
  }

  /** Blocks that this leader made are named as the model names them: by parent, view and end of turn. */
  private nameProposals(node: CoreNode): void {
    for (const message of node.signed) {
      if (message.type !== 'PRE-PREPARE') continue;
      const { parentHash, originView, turnEnd } = message.block.header;
      this.call(message.block, childOf(this.names.get(keyOf(parentHash)) ?? -2, originView, turnEnd));
    }
  }

  private votes(type: PhaseVote['type'], { view, block }: ModelVote): readonly PhaseVote[] {
    return this.adversary.votes(type, view, this.block(block));
  }

  private certificate({ view, block, kind }: ModelCert): Certificate | null {
    if (block === 0) return null;
    const certificate = this.adversary.certificate(kind === 0 ? 'P' : 'C', view, this.block(block));
    if (certificate === null) throw new Error('the model certifies what was not voted for');
    return certificate;
  }

  /** S4, S3: the blocks above the node's head with their proof, or the block that ended a turn. */
  private answer(actor: number, cert: ModelCert): Message {
    const certificate = this.certificate(cert);
    if (certificate === null) throw new Error('genesis needs no proof');
    const above = chainAbove(cert.block, heightOf(this.seenBy(actor).committed));
    const chain = (above.length > 0 ? above : [cert.block]).map((name) => this.block(name));
    const blocks = chain.map((block, i) => ({
      block, proof: { certificate, descendants: chain.slice(i + 1).map((later) => later.header) }
    }));
    return { type: 'BLOCKS', blocks, checkpoint: null };
  }

  private statement(peer: number, newView: number): ViewChange {
    return this.sent(peer, 'VIEW-CHANGE', (message) => message.newView === newView);
  }

  private falseNewView(view: number, signers: readonly number[], lie: ModelCert): NewView {
    const told = signers.map((signer) => this.statement(signer, view));
    if (signers.length < QUORUM) told.push(this.adversary.viewChange(view, this.certificate(lie)));
    return this.adversary.newView(view, told);
  }

  private answerFetch(node: CoreNode, actor: number): void {
    if (node.wanted === null) throw new Error('the core did not ask for a block');
    const name = this.names.get(keyOf(node.wanted.hash)) ?? -2;
    const blocks = chainAbove(name, heightOf(this.seenBy(actor).committed)).map((link) => this.block(link));
    node.receive({ type: 'PROPOSALS', blocks }, (actor + 1) % 4);
  }

  private certOf(certificate: Certificate | null): ModelCert {
    if (certificate === null) return { view: 0, block: 0, kind: 1 };
    const { view, hash, kind } = certificate;
    return { view, block: this.names.get(keyOf(hash)) ?? -2, kind: kind === 'P' ? 0 : 1 };
  }

  private certNamed(m: ViewChange): ModelCert {
    return { view: m.certView, block: this.names.get(keyOf(m.certHash)) ?? -2, kind: m.certKind === 'P' ? 0 : 1 };
  }

  private project(node: CoreNode): ModelNode {
    const { state } = node;
    if (summarize(state).halted !== null) throw new Error(`halted: ${String(state.halted)}`);
    const name = (hash: Uint8Array): number => this.names.get(keyOf(hash)) ?? -2;
    const { lastPrepared: last } = state;
    const votes = (type: PhaseVote['type']): ModelVote[] => node.signed.flatMap((m) =>
      m.type === type ? [{ view: m.view, block: name((m as PhaseVote).blockHash) }] : []);
    return {
      self: node.self, view: state.view, changing: state.mode === 'CHANGING', base: name(state.base.hash),
      lastPrepared: last === null ? { view: -1, block: 0 } : { view: last.view, block: name(last.hash) },
      high: this.certOf(state.highCert), committed: this.nameOf(state.committed.block),
      top: state.top === null ? -1 : this.nameOf(state.top.block),
      prepares: votes('PREPARE'), commits: votes('COMMIT'),
      proposals: node.signed.flatMap((m) => (m.type === 'PRE-PREPARE' ? [{ view: m.view, block: this.nameOf(m.block) }] : [])),
      sentViewChanges: node.signed.flatMap((m) =>
        m.type === 'VIEW-CHANGE' ? [{ newView: m.newView, cert: this.certNamed(m) }] : []),
      sentNewViews: node.signed.flatMap((m) => (m.type === 'NEW-VIEW' ? [this.openingOf(m)] : []))
    };
  }

  private openingOf({ view, statements, top }: NewView): ModelNewView {
    return { view, statements: statements.map((m) => [m.signer, this.certNamed(m)] as const), top: this.certOf(top) };
  }
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the trace lacks a choice');
  return value;
}

/** Sets as sorted lists without repetitions: a restarted node signs the same again. */
function normal(node: ModelNode): ModelNode {
  const set = <T>(items: readonly T[]): T[] => {
    const texts = items.map((item) => JSON.stringify(item, Object.keys(flatKeys).sort()));
    return [...new Set(texts)].sort().map((text) => JSON.parse(text) as T);
  };
  const { view, changing, self, base, lastPrepared, high, committed, top } = node;
  return {
    self, view, changing, base, lastPrepared, high, committed, top,
    prepares: set(node.prepares), commits: set(node.commits), proposals: set(node.proposals),
    sentViewChanges: set(node.sentViewChanges),
    sentNewViews: set(node.sentNewViews.map((m) => ({ ...m, statements: [...m.statements].sort(([a], [b]) => a - b) })))
  };
}

const flatKeys = { view: 0, block: 0, kind: 0, newView: 0, cert: 0, statements: 0, top: 0, 0: 0, 1: 0, 2: 0 };
