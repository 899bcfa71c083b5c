import type { Hash, Height } from '@lading/kernel';
import { unreachable, ZERO_HASH } from '@lading/kernel';
import { createState, messageVoteBytes, step, summarize, withSignature } from '@lading/consensus';
import type { CoreState, Input, Message, Output, StoredBatch, Summary } from '@lading/consensus';
import type { Block, CommitProof, EpochConfig } from '@lading/ledger';
import { makePower } from './adversaries/power.js';
import type { Cargo, Letter } from './envelope.js';
import { BatchBox } from './nodeBatches.js';
import { NodeDisk } from './nodeDisk.js';
import { Mailroom } from './nodeMail.js';
import { restoreFromDisk } from './restart.js';
import type { StoredBlock } from './restart.js';
import { SignGuard } from './signGuard.js';
import type { Actor, Adversary, Power, Surroundings } from './surroundings.js';
import { signSymbolic, symbolicKey } from './symbolicSigner.js';
import { membersOf, toyStateRoot } from './world.js';

/** One process: the driver's rules around the real `step`, and the disk that outlives it. */
export class SimulatedNode implements Actor {
  /** Number of the node: it stays when organizations come and go; in epoch 0 it is the validator index. */
  readonly index: number;
  /** 0, or 1 for the second instance of a Byzantine pair that shares one key. */
  readonly instance: number;
  readonly disk: NodeDisk;
  readonly world: Surroundings<SimulatedNode>;
  readonly batchBox: BatchBox;
  /** Wall clock minus true time; a nemesis may change it. */
  skewMs: number;
  /** Byzantine nodes: what stands between the core and the network. */
  adversary: Adversary | null = null;
  power: Power | null = null;
  /** Number of the validator key. */
  key: number;
  readonly guard: SignGuard;
  /** From this height on, execution computes another root than everyone else's. */
  divergesFrom = Infinity;

  // What does not outlive the process.
  alive = false;
  life = 0;
  state: CoreState | null = null;
  #queue: Output[] = [];
  #syncing = false;
  readonly #synced = new WeakSet<Output>();
  #decided: { block: Block; proof: CommitProof }[] = [];
  #executing = false;
  #timers = new Map<string, number>();
  readonly #mail: Mailroom;

  constructor(index: number, instance: number, world: Surroundings<SimulatedNode>) {
    this.index = index;
    this.instance = instance;
    this.world = world;
    this.key = index;
    this.disk = new NodeDisk(this.name, world.world, world.sha256);
    this.batchBox = new BatchBox(this);
    this.#mail = new Mailroom(this);
    this.guard = new SignGuard(this);
    this.skewMs = world.dice.between(-50, 50, 'skew', index, instance);
  }

  corrupt(adversary: Adversary): void {
    this.adversary = adversary;
    this.power = makePower(this);
    adversary.setUp?.(this);
  }

  get name(): string {
    return `${this.index}${this.instance === 0 ? '' : "'"}`;
  }

  get height(): number {
    return this.disk.height;
  }

  get database(): readonly StoredBlock[] {
    return this.disk.database;
  }

  get checkpoint(): NodeDisk['checkpoint'] {
    return this.disk.checkpoint;
  }

  /** In force for the block after the head. */
  get config(): EpochConfig {
    return this.disk.config;
  }

  /** Own index in the current epoch; null for an observer. */
  get self(): number | null {
    const index = membersOf(this.config).indexOf(this.index);
    if (index < 0) return null;
    const validatorKey = this.config.organizations[index]?.validatorKey;
    return validatorKey !== undefined && ((validatorKey[0] ?? 0) << 8 | (validatorKey[1] ?? 0)) === this.key ? index : null;
  }

  get wallMs(): number {
    return this.world.world.startMs + this.world.agenda.nowMs + this.skewMs;
  }

  summary(): Summary | null {
    return this.state === null ? null : summarize(this.state);
  }

  /** Starts with nothing but what is on disk. */
  start(): void {
    if (this.alive) return;
    const { world, mutants, timing, sha256 } = this.world;
    this.alive = true;
    this.life++;
    this.#queue = [];
    this.#syncing = false;
    this.#decided = [];
    this.#executing = false;
    this.batchBox.restart();
    this.#mail.restart();
    this.#timers = new Map();
    const validatorKey = symbolicKey(this.key);
    const options = { config: this.config, self: this.self, validatorKey, genesis: world.genesis, mutants, timing };
    const restored = restoreFromDisk(this.disk, sha256);
    this.state = createState(sha256 === undefined ? options : { ...options, sha256 }, restored);
    this.world.trace(this, `starts at ${this.height}`);
    this.input({ kind: 'Tick' });
    if (this.life > 1) this.world.onAlive(this, true);
    if (this.adversary !== null) this.#conspire();
  }

  /** Dies: unsynced writes, batches in flight to disk and unfinished database work are gone. Returns what was lost. */
  crash(): number {
    if (!this.alive) return 0;
    const lost = this.disk.crash(this.world.dice, this.index, this.instance, this.life);
    const total = lost + this.#decided.length + this.batchBox.arriving;
    this.alive = false;
    this.life++;
    this.state = null;
    this.#queue = [];
    this.world.trace(this, `crashes, losing ${lost} log records and ${this.#decided.length} undone blocks`);
    this.world.onAlive(this, false);
    return total;
  }

  /** A dead node's disk is replaced: from its next start on it does not know what it has signed. */
  wipe(): void {
    this.disk.wipe();
    this.guard.forget();
    this.world.onWiped(this);
  }

  /** Runs unless the process has died meanwhile. */
  later(delayMs: number, run: () => void): void {
    const { life } = this;
    this.world.agenda.after(delayMs, () => {
      if (this.alive && this.life === life) run();
    });
  }

  duration(what: string, [low, high]: readonly [number, number]): number {
    const { dice, agenda } = this.world;
    return low + dice.roll(what, this.index, this.instance, Math.round(agenda.nowMs * 1000)) * (high - low);
  }

  input(input: Input): void {
    if (!this.alive || this.state === null) return;
    const outputs = step(this.state, input, this.wallMs);
    this.world.onStep(this);
    for (const output of outputs) this.#queue.push(output);
    this.#pump();
  }

  /** The driver's rule: nothing after a Persist until it is on disk. */
  #pump(): void {
    while (this.alive && !this.#syncing) {
      const output = this.#queue[0];
      if (output === undefined) return;
      if (output.kind === 'Persist' && !this.#synced.has(output)) {
        this.#startSync();
      } else {
        this.#queue.shift();
        if (output.kind === 'Persist') continue;
        this.#perform(output);
      }
      if (this.world.afterOutput(this, output)) return;
    }
  }

  /** All records that wait share one sync, later ones too, as in the real driver: early on disk is never wrong. */
  #startSync(): void {
    const waiting = this.#queue.filter((output) => output.kind === 'Persist' && !this.#synced.has(output));
    for (const output of waiting) if (output.kind === 'Persist') this.disk.write(output.record);
    this.#syncing = true;
    this.later(this.duration('sync', this.world.pace(this).syncMs), () => {
      this.disk.sync();
      for (const output of waiting) this.#synced.add(output);
      this.#syncing = false;
      this.#pump();
    });
  }

  #perform(output: Exclude<Output, { kind: 'Persist' }>): void {
    const mail = this.#mail;
    switch (output.kind) {
      case 'SignBroadcast':
        return this.#sign(output.message);
      case 'Broadcast':
        return mail.broadcast(output.message);
      case 'Send':
        return mail.send(output.to, output.message);
      case 'FetchPayload':
        for (const peer of output.peers.slice(0, 2)) mail.post(peer, { kind: 'fetch', refs: output.refs });
        return;
      case 'SendPayload':
        return this.batchBox.send(mail.idOf(output.to), output.refs);
      case 'Commit':
        this.world.onCommit(this, output.blocks);
        this.#decided.push(...output.blocks);
        return this.#execute();
      case 'ServeBlocks':
        return mail.serve(mail.idOf(output.to), output.from, output.until, output.own);
      case 'Stable':
        this.disk.checkpoint = output.checkpoint;
        return this.world.onStable(this, output.checkpoint);
      case 'SetTimer':
        return this.#setTimer(output.name, output.atMs);
      case 'Alarm':
        return this.world.onAlarm(this, output.code, output.detail);
      case 'Evidence':
        return this.world.onEvidence(this, output);
      case 'EpochEntered':
        this.world.onEpoch(this, output.config);
        this.batchBox.reannounce();
        return mail.replay();
      default:
        unreachable(output, 'output');
    }
  }

  #sign(unsigned: Extract<Output, { kind: 'SignBroadcast' }>['message']): void {
    if (!this.guard.maySign) return;
    const bytes = messageVoteBytes(unsigned, this.config.chainId, this.world.sha256);
    const message = withSignature(unsigned, signSymbolic(this.key, bytes));
    this.world.onSigned(this, message, bytes);
    this.#mail.broadcast(message);
    this.later(0, () => this.input({ kind: 'Message', peer: this.self ?? -1, message }));
  }

  #setTimer(name: string, atMs: number | null): void {
    if (atMs === null) {
      this.#timers.delete(name);
      return;
    }
    this.#timers.set(name, atMs);
    this.later(Math.max(0, atMs - this.wallMs), () => {
      if (this.#timers.get(name) === atMs) this.input({ kind: 'Tick' });
    });
  }

  /** One block at a time; durable, and only then reported, when the database has it. */
  #execute(): void {
    const next = this.#decided[0];
    if (this.#executing || next === undefined) return;
    this.#executing = true;
    const { executeMs, databaseMs } = this.world.pace(this);
    this.later(this.duration('execute', executeMs) + this.duration('database', databaseMs), () => {
      this.#decided.shift();
      this.#executing = false;
      const height = (this.height + 1) as Height;
      const honest = toyStateRoot(this.disk.root, next.block.blockHash, height);
      const stateRoot = height >= this.divergesFrom ? toyStateRoot(honest, next.block.blockHash, height) : honest;
      this.disk.writeBlock({ ...next, stateRoot });
      this.world.onDurable(this, { ...next, stateRoot });
      this.guard.executed();
      this.input({ kind: 'Executed', height, stateRoot });
      this.#execute();
    });
  }

  /** The connection with this node was closed, or stands again (T6). */
  linked(to: number, up: boolean): void {
    const peer = membersOf(this.config).indexOf(to);
    if (peer >= 0) this.input({ kind: 'Link', peer, up });
  }

  receive(from: number, cargo: Cargo): void {
    if (this.alive) this.#mail.receive(from, cargo);
  }

  /** A frame of an adversary, to one node. */
  post(to: number, letter: Letter): void {
    if (this.alive) this.world.carry(this, to, { kind: 'message', letter });
  }

  /** A Byzantine node acts between events too. */
  #conspire(): void {
    const { adversary, power } = this;
    if (adversary?.tick === undefined || power === null) return;
    adversary.tick(power);
    this.later(40, () => this.#conspire());
  }

  /** This organization's next batch: on disk first, then to everyone. False while it may not or need not. */
  author(make: (seq: number, prevBatchHash: Hash) => StoredBatch): boolean {
    const { self } = this;
    if (!this.alive || self === null || this.batchBox.authoring || !this.guard.maySign) return false;
    const newest = this.disk.newest(self);
    this.batchBox.publish(make((newest?.ref.seq ?? -1) + 1, newest?.ref.batchHash ?? ZERO_HASH));
    return true;
  }

  /** A message that has passed the gateway. */
  hear(peer: number, message: Message): void {
    if (this.power !== null) this.adversary?.hear?.(peer, message, this.power);
    this.input({ kind: 'Message', peer, message });
  }
}
