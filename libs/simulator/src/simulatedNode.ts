import type { Hash, Height, Sha256 } from '@lading/kernel';
import { equalBytes, LIMITS, toHex, ZERO_HASH } from '@lading/kernel';
import {
  createState,
  encodePersistRecord,
  messageVoteBytes,
  step,
  summarize,
  withSignature
} from '@lading/consensus';
import type {
  CoreState,
  Input,
  Message,
  Mutant,
  Output,
  PersistRecord,
  Safety,
  StoredBatch,
  Summary,
  Timing
} from '@lading/consensus';
import { advanceCursors, CompactRange, initialCursors, leafHash } from '@lading/ledger';
import type { BatchRef, Block, CheckpointCertificate, CommitProof, LaneCursor } from '@lading/ledger';
import type { Agenda } from './agenda.js';
import type { Dice } from './dice.js';
import { SimulatedLog } from './disk.js';
import { restoreFromDisk } from './restart.js';
import type { StoredBlock } from './restart.js';
import { Letter } from './envelope.js';
import type { Cargo } from './envelope.js';
import { signSymbolic } from './symbolicSigner.js';
import { GENESIS_ROOT, toyStateRoot } from './world.js';
import type { World } from './world.js';

/** Safety records that the oracle may look back on. */
const SAFETIES = 64;

export interface Pace {
  /** fdatasync, execution of a block, commit of the database: shortest and longest, milliseconds. */
  readonly syncMs: readonly [number, number];
  readonly executeMs: readonly [number, number];
  readonly databaseMs: readonly [number, number];
}

/** What a node does that the run watches or carries on. */
export interface Surroundings {
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly world: World;
  readonly pace: Pace;
  readonly sha256: Sha256 | undefined;
  readonly timing: Partial<Timing>;
  readonly mutants: ReadonlySet<Mutant>;
  carry(from: SimulatedNode, to: number, cargo: Cargo): void;
  /** After every output: true when the nemesis wants the node to die here. */
  afterOutput(node: SimulatedNode, output: Output): boolean;
  onSigned(node: SimulatedNode, message: Message & { readonly signature: Uint8Array }, signedBytes: Uint8Array): void;
  onCommit(node: SimulatedNode, decided: Extract<Output, { kind: 'Commit' }>['blocks']): void;
  onDurable(node: SimulatedNode, stored: StoredBlock): void;
  onStable(node: SimulatedNode, checkpoint: CheckpointCertificate): void;
  onAlarm(node: SimulatedNode, code: string, detail: string): void;
  onStep(node: SimulatedNode): void;
  trace(node: SimulatedNode, what: string): void;
}

/** One process: the driver's rules around the real `step`, a disk and a database that survive it. */
export class SimulatedNode {
  readonly index: number;
  /** 0, or 1 for the second instance of a Byzantine pair that shares one key. */
  readonly instance: number;
  readonly #world: Surroundings;
  readonly #skewMs: number;

  // What survives a crash.
  readonly log = new SimulatedLog<PersistRecord>();
  /** The newest records, ascending. */
  durableSafeties: readonly Safety[] = [];
  readonly durableProposals = new Set<string>();
  readonly database: StoredBlock[];
  checkpoint: CheckpointCertificate | null = null;
  readonly batches = new Map<string, StoredBatch>();
  #history: CompactRange;
  #cursors: readonly LaneCursor[];

  // What does not.
  alive = false;
  life = 0;
  state: CoreState | null = null;
  #queue: Output[] = [];
  #syncing = false;
  readonly #synced = new WeakSet<Output>();
  #decided: { block: Block; proof: CommitProof }[] = [];
  #executing = false;
  readonly #arriving = new Set<string>();
  #authoring = false;
  #timers = new Map<string, number>();

  constructor(index: number, instance: number, world: Surroundings) {
    this.index = index;
    this.instance = instance;
    this.#world = world;
    const { genesis, config } = world.world;
    this.database = [{ block: genesis, proof: null, stateRoot: GENESIS_ROOT }];
    this.#history = CompactRange.empty(world.sha256).append(leafHash(genesis.blockHash, world.sha256));
    this.#cursors = initialCursors(config.organizations.length);
    this.#skewMs = world.dice.between(-50, 50, 'skew', index, instance);
  }

  get name(): string {
    return `${this.index}${this.instance === 0 ? '' : "'"}`;
  }

  get height(): number {
    return this.database.length - 1;
  }

  summary(): Summary | null {
    return this.state === null ? null : summarize(this.state);
  }

  /** Starts with nothing but what is on disk. */
  start(): void {
    if (this.alive) return;
    const { world, mutants, timing, sha256 } = this.#world;
    this.alive = true;
    this.life++;
    this.#queue = [];
    this.#syncing = false;
    this.#decided = [];
    this.#executing = false;
    this.#arriving.clear();
    this.#authoring = false;
    this.#timers = new Map();
    const options = { config: world.config, self: this.index, genesis: world.genesis, mutants, timing };
    const disk = { name: this.name, log: this.log, database: this.database, history: this.#history, cursors: this.#cursors };
    const restored = restoreFromDisk({ ...disk, batches: this.batches, checkpoint: this.checkpoint }, world, sha256);
    this.state = createState(sha256 === undefined ? options : { ...options, sha256 }, restored);
    this.#world.trace(this, `starts at ${this.height}`);
    this.input({ kind: 'Tick' });
  }

  /** Dies: unsynced writes, batches in flight to disk and unfinished database work are gone. Returns what was lost. */
  crash(): number {
    if (!this.alive) return 0;
    const lost = this.log.crash(this.#world.dice, this.index, this.instance, this.life);
    for (const record of this.log.records()) this.#noteDurable(record);
    const total = lost + this.#decided.length + this.#arriving.size;
    this.alive = false;
    this.life++;
    this.state = null;
    this.#queue = [];
    this.#world.trace(this, `crashes, losing ${lost} log records and ${this.#decided.length} undone blocks`);
    return total;
  }

  #later(delayMs: number, run: () => void): void {
    const { life } = this;
    this.#world.agenda.after(delayMs, () => {
      if (this.alive && this.life === life) run();
    });
  }

  #duration(what: string, [low, high]: readonly [number, number]): number {
    const { dice, agenda } = this.#world;
    return low + dice.roll(what, this.index, this.instance, Math.round(agenda.nowMs * 1000)) * (high - low);
  }

  input(input: Input): void {
    if (!this.alive || this.state === null) return;
    const { agenda, world } = this.#world;
    const outputs = step(this.state, input, world.startMs + agenda.nowMs + this.#skewMs);
    this.#world.onStep(this);
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
      if (this.#world.afterOutput(this, output)) return;
    }
  }

  /** All records that wait share one sync, later ones too, as in the real driver: early on disk is never wrong. */
  #startSync(): void {
    const waiting = this.#queue.filter((output) => output.kind === 'Persist' && !this.#synced.has(output));
    for (const output of waiting) {
      if (output.kind === 'Persist') this.log.append(output.record, encodePersistRecord(output.record));
    }
    this.#syncing = true;
    this.#later(this.#duration('sync', this.#world.pace.syncMs), () => {
      for (const record of this.log.sync()) this.#noteDurable(record);
      for (const output of waiting) this.#synced.add(output);
      this.#syncing = false;
      this.#pump();
    });
  }

  #noteDurable(record: PersistRecord): void {
    if (record.kind === 'Safety') this.durableSafeties = [...this.durableSafeties.slice(1 - SAFETIES), record.safety];
    else this.durableProposals.add(toHex(record.block.blockHash));
  }

  #perform(output: Exclude<Output, { kind: 'Persist' }>): void {
    const { world, sha256 } = this.#world;
    switch (output.kind) {
      case 'SignBroadcast': {
        const bytes = messageVoteBytes(output.message, world.config.chainId, sha256);
        const message = withSignature(output.message, signSymbolic(this.index, bytes));
        this.#world.onSigned(this, message, bytes);
        this.#broadcast(message);
        this.#later(0, () => this.input({ kind: 'Message', peer: this.index, message }));
        return;
      }
      case 'Broadcast':
        this.#broadcast(output.message);
        return;
      case 'Send':
        this.#world.carry(this, output.to, { kind: 'message', letter: new Letter(output.message) });
        return;
      case 'FetchPayload':
        for (const peer of output.peers.slice(0, 2)) {
          this.#world.carry(this, peer, { kind: 'fetch', refs: output.refs });
        }
        return;
      case 'SendPayload':
        this.#sendBatches(output.to, output.refs);
        return;
      case 'Commit':
        this.#world.onCommit(this, output.blocks);
        this.#decided.push(...output.blocks);
        this.#execute();
        return;
      case 'ServeBlocks':
        this.#serve(output.to, output.from, output.until);
        return;
      case 'Stable':
        this.checkpoint = output.checkpoint;
        this.#world.onStable(this, output.checkpoint);
        return;
      case 'SetTimer':
        this.#setTimer(output.name, output.atMs);
        return;
      case 'Alarm':
        this.#world.onAlarm(this, output.code, output.detail);
        return;
      case 'Evidence':
        this.#world.trace(this, `evidence of ${output.what} by ${output.first.type}`);
    }
  }

  #broadcast(message: Message): void {
    const letter = new Letter(message);
    for (let to = 0; to < this.#world.world.config.organizations.length; to++) {
      if (to !== this.index) this.#world.carry(this, to, { kind: 'message', letter });
    }
  }

  #setTimer(name: string, atMs: number | null): void {
    if (atMs === null) {
      this.#timers.delete(name);
      return;
    }
    this.#timers.set(name, atMs);
    const { agenda, world } = this.#world;
    this.#later(Math.max(0, atMs - world.startMs - this.#skewMs - agenda.nowMs), () => {
      if (this.#timers.get(name) === atMs) this.input({ kind: 'Tick' });
    });
  }

  /** One block at a time; durable, and only then reported, when the database has it. */
  #execute(): void {
    const next = this.#decided[0];
    if (this.#executing || next === undefined) return;
    this.#executing = true;
    const { executeMs, databaseMs } = this.#world.pace;
    this.#later(this.#duration('execute', executeMs) + this.#duration('database', databaseMs), () => {
      this.#decided.shift();
      this.#executing = false;
      const before = (this.database[this.height] as StoredBlock).stateRoot;
      const height = (this.height + 1) as Height;
      const stored = { ...next, stateRoot: toyStateRoot(before, next.block.blockHash, height) };
      this.#writeBlock(stored);
      this.#world.onDurable(this, stored);
      this.input({ kind: 'Executed', height, stateRoot: stored.stateRoot });
      this.#execute();
    });
  }

  #writeBlock(stored: StoredBlock): void {
    this.database.push(stored);
    this.#history = this.#history.append(leafHash(stored.block.blockHash, this.#world.sha256));
    const cursors = advanceCursors(this.#cursors, stored.block.refs);
    if (!cursors.ok) throw new Error(`node ${this.name} executed refs that do not continue the lanes`);
    this.#cursors = cursors.value;
    if (this.height % 16 === 0) this.#compactLog();
  }

  #compactLog(): void {
    const last = this.log.records().findLastIndex((record) => record.kind === 'Safety');
    this.log.compact((record, index) =>
      record.kind === 'Safety' ? index === last : record.block.header.height > this.height
    );
  }

  #serve(to: number, from: number, until: number): void {
    const blocks = this.database.slice(from, Math.min(until + 1, from + LIMITS.syncBlocks)).flatMap((stored) => {
      return stored.proof === null ? [] : [{ block: stored.block, proof: stored.proof }];
    });
    const message = { type: 'BLOCKS', blocks, checkpoint: this.checkpoint } as const;
    this.#world.carry(this, to, { kind: 'message', letter: new Letter(message) });
  }

  #sendBatches(to: number, refs: readonly BatchRef[]): void {
    for (const ref of refs) {
      const batch = this.batches.get(toHex(ref.batchHash));
      if (batch !== undefined) this.#world.carry(this, to, { kind: 'batch', batch });
    }
  }

  receive(from: number, cargo: Cargo): void {
    if (!this.alive) return;
    const { world, sha256 } = this.#world;
    switch (cargo.kind) {
      case 'message': {
        const message = cargo.letter.open(world.config, sha256);
        if (message === null) this.#world.onAlarm(this, 'PEER_INVALID', `${cargo.letter.type} from ${from}`);
        else this.input({ kind: 'Message', peer: from, message });
        return;
      }
      case 'batch':
        this.#storeBatch(cargo.batch);
        return;
      case 'fetch':
        this.#sendBatches(from, cargo.refs);
    }
  }

  /** A batch is reported, and sent on by its author, only once it is on disk. */
  #storeBatch(batch: StoredBatch, then?: () => void): void {
    const key = toHex(batch.ref.batchHash);
    if (this.batches.has(key) || this.#arriving.has(key)) return;
    this.#arriving.add(key);
    this.#later(this.#duration('batch', this.#world.pace.syncMs), () => {
      this.#arriving.delete(key);
      this.batches.set(key, batch);
      this.input({ kind: 'BatchStored', batch });
      then?.();
    });
  }

  /** This organization's next batch: on disk first, then to everyone. False while the last one is being written. */
  author(make: (seq: number, prevBatchHash: Hash) => StoredBatch): boolean {
    if (!this.alive || this.#authoring) return false;
    this.#authoring = true;
    const lane = this.index;
    let seq = 0;
    let last = ZERO_HASH;
    for (const batch of this.batches.values()) {
      if (batch.ref.lane !== lane || batch.ref.seq < seq) continue;
      seq = batch.ref.seq + 1;
      last = batch.ref.batchHash;
    }
    const batch = make(seq, last);
    this.#storeBatch(batch, () => {
      this.#authoring = false;
      for (let to = 0; to < this.#world.world.config.organizations.length; to++) {
        if (to !== lane) this.#world.carry(this, to, { kind: 'batch', batch });
      }
    });
    return true;
  }

  hasBatch(ref: BatchRef): boolean {
    return this.batches.has(toHex(ref.batchHash));
  }

  hasBlock(height: number, hash: Hash): boolean {
    const stored = this.database[height];
    return stored !== undefined && equalBytes(stored.block.blockHash, hash);
  }
}
