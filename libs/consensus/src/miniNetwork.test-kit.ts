import { asHash, concatBytes, equalBytes, toHex, ZERO_HASH } from '@lading/kernel';
import type { Hash, Height } from '@lading/kernel';
import {
  CompactRange, genesisBlock, hashTagged, initialCursors, leafHash, sha256Noble, successorConfig
} from '@lading/ledger';
import type { Block, Certificate, CommitProof, EpochConfig, LaneCursor } from '@lading/ledger';
import { createState } from './create.js';
import { messageVoteBytes, withSignature } from './digest.js';
import type { Input, StoredBatch } from './input.js';
import { allValidators, epochLeaders } from './leader.js';
import type { PastEpoch, ViewRecord } from './leader.js';
import type { Message } from './message.js';
import { decodeMessage, messageEpoch } from './messageCodec.js';
import { encodeMessage } from './messageEncoding.js';
import { GENESIS_ROOT, START_MS, toyConfig, verifyToy } from './network.test-kit.js';
import type { Restored } from './options.js';
import type { Output, Safety } from './output.js';
import type { CoreState } from './state.js';
import { step } from './step.js';
import { summarize } from './summary.js';
import { verifyMessage } from './verifyMessage.js';

/** Whole cores with the real codec and gateway, without delays: for what takes several nodes and epochs. */

interface Stored {
  readonly block: Block;
  readonly proof: CommitProof | null;
  readonly root: Hash;
}

export const keyOfNode = (index: number): Uint8Array => new Uint8Array(32).fill(index + 1);

const signToy = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  const half = sha256Noble(concatBytes(key, message));
  return concatBytes(half, sha256Noble(half));
};

export class MiniNode {
  core: CoreState;
  up = true;
  readonly timers = new Map<string, number>();
  readonly entered: Extract<Output, { kind: 'EpochEntered' }>[] = [];
  readonly alarms: string[] = [];
  /** Kinds of all outputs since the last time somebody asked. */
  log: string[] = [];
  safety: Safety | null = null;
  blocks: Block[] = [];
  readonly database: Stored[];
  /** Blocks wait here instead of being executed. */
  slow = false;
  #decided: { block: Block; proof: CommitProof }[] = [];

  constructor(readonly net: MiniNetwork, readonly key: Uint8Array | null) {
    this.database = [{ block: net.genesis, proof: null, root: GENESIS_ROOT }];
    this.core = this.#create();
  }

  get config(): EpochConfig {
    return this.core.config;
  }

  get height(): number {
    return this.database.length - 1;
  }

  get index(): number {
    return this.key === null ? -1 : this.config.organizations.findIndex((one) => equalBytes(one.validatorKey, this.key ?? ZERO_HASH));
  }

  /** Loses everything but safety, own blocks, database and batches. */
  restart(changes: Partial<Restored> = {}): void {
    this.#decided = [];
    this.timers.clear();
    this.core = this.#create(changes);
    this.input({ kind: 'Tick' });
  }

  #create(changes: Partial<Restored> = {}): CoreState {
    const { net } = this;
    const head = this.database[this.height] as Stored;
    const past: PastEpoch[] = [];
    let config = net.config;
    let start = 0;
    let views = new Map<number, ViewRecord>();
    let cursors: LaneCursor[] = initialCursors(config.organizations.length);
    let history = CompactRange.empty();
    for (const { block } of this.database) {
      const { header } = block;
      history = history.append(leafHash(block.blockHash));
      const ended = header.turnEnd || header.epochEnd;
      if (header.height > 0) views.set(header.originView, { view: header.originView, lastHeight: header.height, ended });
      for (const ref of block.refs) cursors[ref.lane] = { lane: ref.lane, nextSeq: ref.seq + 1, lastBatchHash: ref.batchHash };
      if (!header.epochEnd) continue;
      past.push({ config, views: [...views.values()] });
      config = net.configAfter(block, config);
      start = header.height;
      views = new Map();
      cursors = initialCursors(config.organizations.length);
    }
    const own = config.organizations.findIndex((one) => this.key !== null && equalBytes(one.validatorKey, this.key));
    const recent = this.database.map(({ block, root }) => ({ height: block.header.height, blockHash: block.blockHash, stateRoot: root }));
    const batches = [...net.batches.values()].filter(({ batch }) => batch.epoch === config.epoch).map(({ batch }) => batch);
    const leaders = past.length === 0 ? allValidators(config) : epochLeaders(past, config);
    return createState(
      { config, self: own < 0 ? null : own, validatorKey: this.key, genesis: net.genesis },
      {
        safety: this.safety, proposals: this.blocks, head, history, cursors, recent, batches, checkpoint: null,
        epoch: { start: start as Height, views: [...views.values()], leaders }, ...changes
      }
    );
  }

  input(input: Input): void {
    if (!this.up) return;
    for (const output of step(this.core, input, this.net.nowMs)) this.#perform(output);
  }

  #perform(output: Output): void {
    if (output.kind !== 'SetTimer') this.log.push(output.kind === 'Persist' ? `Persist ${output.record.kind}` : output.kind);
    switch (output.kind) {
      case 'Persist':
        if (output.record.kind === 'Safety') this.safety = output.record.safety;
        else this.blocks.push(output.record.block);
        return;
      case 'SignBroadcast': {
        const bytes = messageVoteBytes(output.message, this.net.config.chainId);
        const message = withSignature(output.message, signToy(this.key ?? ZERO_HASH, bytes));
        this.log[this.log.length - 1] = `Sign ${message.type}`;
        this.net.broadcast(this, message);
        this.net.queue.push(() => this.input({ kind: 'Message', peer: this.index, message }));
        return;
      }
      case 'Broadcast':
        return this.net.broadcast(this, output.message);
      case 'Send':
        return this.net.sendTo(this, output.to, output.message);
      case 'FetchPayload':
        return this.#give(this, output.refs);
      case 'SendPayload': {
        const node = this.net.nodeAt(this.config, output.to);
        if (node !== undefined && this.net.isConnected(this)) this.#give(node, output.refs);
        return;
      }
      case 'Commit':
        this.#decided.push(...output.blocks);
        if (!this.slow) this.execute();
        return;
      case 'ServeBlocks': {
        const node = this.net.nodeAt(this.config, output.to);
        if (node !== undefined) this.serve(node, output.from, output.until, output.own);
        return;
      }
      case 'SetTimer':
        if (output.atMs === null) this.timers.delete(output.name);
        else this.timers.set(output.name, output.atMs);
        return;
      case 'EpochEntered':
        this.entered.push(output);
        return;
      case 'Alarm':
        this.alarms.push(output.code);
    }
  }

  /** What somebody has stored reaches a node that is connected and in the batch's epoch. */
  #give(node: MiniNode, refs: Block['refs']): void {
    for (const ref of refs) {
      const held = this.net.batches.get(toHex(ref.batchHash));
      if (held === undefined || !this.net.isConnected(node)) continue;
      this.net.queue.push(() => node.input({ kind: 'BatchStored', batch: held.batch }));
    }
  }

  /** All that is decided; the root is a hash chain. */
  execute(): void {
    for (const { block, proof } of this.#decided.splice(0)) {
      const before = this.database[this.height] as Stored;
      const root = hashTagged('toy/root', [before.root, block.blockHash]);
      this.database.push({ block, proof, root });
      this.net.queue.push(() => this.input({ kind: 'Executed', height: block.header.height, stateRoot: root }));
    }
  }

  serve(to: MiniNode, from: number, until: number, own: Certificate | null = null): void {
    const blocks: { block: Block; proof: CommitProof }[] = [];
    for (const { block, proof } of this.database.slice(from, until + 1)) {
      const itself = own?.height === block.header.height ? { certificate: own, descendants: [] } : proof;
      if (itself !== null) blocks.push({ block, proof: itself });
      if (block.header.epochEnd) break;
    }
    this.net.deliver(this, to, { type: 'BLOCKS', blocks, checkpoint: null });
  }

  /** This validator's next batch, to everyone who is connected. */
  author(nextConfig?: EpochConfig): StoredBatch {
    const { epoch } = this.config;
    const mine = [...this.net.batches.values()].filter(({ batch }) => batch.epoch === epoch && batch.ref.lane === this.index);
    const last = mine.at(-1)?.batch.ref;
    const seq = last === undefined ? 0 : last.seq + 1;
    const ref = { lane: this.index, seq, batchHash: hashTagged('toy/batch', [epoch, this.index, seq]) };
    const plain: StoredBatch = { ref, epoch, prevBatchHash: last?.batchHash ?? ZERO_HASH, txCount: 1, sizeBytes: 100 };
    const batch = nextConfig === undefined ? plain : { ...plain, nextConfig };
    this.net.batches.set(toHex(ref.batchHash), { batch });
    for (const node of this.net.nodes) {
      if (node.config.epoch === epoch && (node === this || (this.net.isConnected(this) && this.net.isConnected(node)))) {
        this.net.queue.push(() => node.input({ kind: 'BatchStored', batch }));
      }
    }
    return batch;
  }
}

export class MiniNetwork {
  readonly config: EpochConfig;
  readonly genesis: Block;
  readonly nodes: MiniNode[] = [];
  readonly batches = new Map<string, { readonly batch: StoredBatch }>();
  readonly queue: (() => void)[] = [];
  /** Nodes that hear and say nothing. */
  readonly away = new Set<MiniNode>();
  nowMs = START_MS;

  constructor(n: number, parameters: Partial<EpochConfig['parameters']> = {}) {
    this.config = toyConfig(n, parameters);
    const { chainId } = this.config;
    this.genesis = genesisBlock({
      chainId, name: 'toy', nonce: asHash(chainId), protocolVersion: 1, timeMs: START_MS - 1_000, config: this.config,
      constitution: '', bytes: new Uint8Array(0)
    });
    for (let index = 0; index < n; index++) this.add(keyOfNode(index));
    this.settle();
  }

  add(key: Uint8Array | null): MiniNode {
    const node = new MiniNode(this, key);
    this.nodes.push(node);
    this.queue.push(() => node.input({ kind: 'Tick' }));
    return node;
  }

  node(index: number): MiniNode {
    return this.nodes[index] as MiniNode;
  }

  /** What a block's batches put in force; the successor where they change nothing. */
  configAfter(block: Block, config: EpochConfig): EpochConfig {
    for (const ref of block.refs) {
      const next = this.batches.get(toHex(ref.batchHash))?.batch.nextConfig;
      if (next !== undefined) return next;
    }
    return successorConfig(config);
  }

  nodeAt(config: EpochConfig, index: number): MiniNode | undefined {
    const key = config.organizations[index]?.validatorKey;
    return this.nodes.find((node) => node.key !== null && key !== undefined && equalBytes(node.key, key));
  }

  isConnected(node: MiniNode): boolean {
    return node.up && !this.away.has(node);
  }

  /** To the validators of the sender's epoch. */
  broadcast(from: MiniNode, message: Message): void {
    from.config.organizations.forEach((_, index) => {
      if (index !== from.index) this.sendTo(from, index, message);
    });
  }

  sendTo(from: MiniNode, index: number, message: Message): void {
    const to = this.nodeAt(from.config, index);
    if (to !== undefined && to !== from) this.deliver(from, to, message);
  }

  deliver(from: MiniNode, to: MiniNode, message: Message): void {
    if (!this.isConnected(from) || !this.isConnected(to)) return;
    const bytes = encodeMessage(message);
    this.queue.push(() => this.#receive(from, to, bytes));
  }

  /** The driver's gateway: who is no validator of the receiver's epoch may fetch blocks, and nothing else. */
  #receive(from: MiniNode, to: MiniNode, bytes: Uint8Array): void {
    const { config } = to;
    const peer = config.organizations.findIndex((one) => from.key !== null && equalBytes(one.validatorKey, from.key));
    const epoch = messageEpoch(bytes);
    if (epoch === null) throw new Error('no message');
    if (epoch.epoch !== null && epoch.epoch !== config.epoch && epoch.type !== 'STATUS') return;
    const decoded = decodeMessage(bytes, config);
    if (!decoded.ok) throw new Error(`${epoch.type}: ${decoded.detail}`);
    const message = decoded.value;
    if (peer < 0 && message.type === 'FETCH-BLOCKS') return to.serve(from, message.from, Math.min(message.to, to.height));
    if (peer < 0 && message.type !== 'BLOCKS') return;
    const foreign = message.type === 'BLOCKS' && message.blocks[0]?.block.header.epoch !== config.epoch;
    if (foreign) return;
    if (!verifyMessage(message, config, verifyToy)) throw new Error(`${message.type} does not verify`);
    to.input({ kind: 'Message', peer: Math.max(peer, 0), message });
  }

  settle(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) next();
  }

  /** Lets time pass, timer by timer. */
  run(ms: number): void {
    const until = this.nowMs + ms;
    this.settle();
    for (;;) {
      let due: { node: MiniNode; name: string; at: number } | null = null;
      for (const node of this.nodes) {
        if (!node.up) continue;
        for (const [name, at] of node.timers) if (due === null || at < due.at) due = { node, name, at };
      }
      if (due === null || due.at > until) break;
      this.nowMs = Math.max(this.nowMs, due.at);
      due.node.timers.delete(due.name);
      due.node.input({ kind: 'Tick' });
      this.settle();
    }
    this.nowMs = until;
  }

  /** A batch of each of these, one after another, until they are executed everywhere that is connected. */
  work(blocks: number, authors: readonly number[] = [0]): void {
    for (let i = 0; i < blocks; i++) {
      const author = this.node(authors[i % authors.length] ?? 0);
      if (author.index >= 0) author.author();
      this.run(30);
    }
  }

  heights(): number[] {
    return this.nodes.map((node) => node.height);
  }
}

export const viewOf = (node: MiniNode): number => summarize(node.core).view;
