import type { Sha256 } from '@lading/kernel';
import type { Mutant, Output, StoredBatch, Timing } from '@lading/consensus';
import type { EpochConfig, NetworkParameters } from '@lading/ledger';
import type { AdversaryName } from './adversaries/names.js';
import { Agenda } from './agenda.js';
import { Dice } from './dice.js';
import type { Cargo } from './envelope.js';
import { labelOfCargo, slotOfCargo } from './envelope.js';
import { keyOf } from './hashKey.js';
import type { LinkModel } from './network.js';
import { Oracle } from './oracle/oracle.js';
import { Violation } from './oracle/violation.js';
import { SimulatedNode } from './simulatedNode.js';
import type { Adversary, Pace, Surroundings } from './surroundings.js';
import { fakeHash, makeWorld, membersOf } from './world.js';
import type { World } from './world.js';

export interface ClusterOptions {
  readonly seed: number;
  readonly n: number;
  /** Nodes beyond the n validators of genesis: they watch until a config names them. */
  readonly spares?: number;
  readonly parameters: NetworkParameters;
  readonly links: LinkModel;
  readonly timing?: Partial<Timing>;
  readonly pace?: Pace | ((node: SimulatedNode) => Pace);
  readonly sha256?: Sha256;
  readonly mutants?: ReadonlySet<Mutant>;
  readonly reusesWipedKeys?: boolean;
  readonly harmOnly?: boolean;
  /** These validators run as two instances with one key each: Byzantine nodes made of honest parts. */
  readonly twins?: readonly number[];
  /** Byzantine nodes with a script, by number. */
  readonly adversaries?: ReadonlyMap<number, Adversary>;
  /** Nodes of which nothing is expected: their execution diverges, or their clock is lost. */
  readonly impaired?: readonly number[];
  /** Nodes that die right after this output. Asked for every output. */
  readonly victims?: (node: SimulatedNode, output: Output) => readonly SimulatedNode[];
  readonly onCrash?: (node: SimulatedNode, output: Output | null, lost: number) => void;
  readonly trace?: (line: string) => void;
  /** Share of a dead node's peers that notice its end by the connection. */
  readonly noticed?: number;
  /** Every frame that leaves, for a message-sequence chart. */
  readonly frames?: boolean;
}

/** How many of a dead node's peers notice, when nothing else is said, and how many lose another connection then. */
const NOTICED = 0.75;
const PULLED = 0.1;
/** Shortest time in which a connection is made again. */
const RELINK_MS = 30;

export const LAN_PACE: Pace = { syncMs: [0.2, 0.8], executeMs: [0.5, 2], databaseMs: [1, 4] };

/** All nodes of a network in one process, on virtual time. */
export class Cluster {
  readonly agenda = new Agenda();
  readonly dice: Dice;
  readonly oracle: Oracle;
  readonly world: World;
  readonly nodes: readonly SimulatedNode[];
  links: LinkModel;
  readonly options: ClusterOptions;
  /** Views in which an honest node was changing, as epoch/view. */
  readonly viewChanges = new Set<string>();
  /** Highest epoch and view an honest node has entered. */
  highestEpoch = 0;
  highestView = 0;
  handOvers = 0;
  /** Honest nodes that fell more than a window behind and came back. */
  syncs = 0;
  readonly outputs = new Map<string, number>();
  /** Kinds of misbehaviour that honest nodes hold evidence of. */
  readonly evidence = new Set<string>();
  /** Frames that gateways refused. */
  refused = 0;
  /** What adversaries have done, by name. */
  readonly acts = new Map<AdversaryName, number>();
  clockJumps = 0;
  readonly wiped = new Set<number>();
  readonly #syncing = new Set<SimulatedNode>();
  /** By link and frame. */
  readonly #sent = new Map<number, number>();
  readonly #untrusted: ReadonlySet<number>;

  constructor(options: ClusterOptions) {
    this.options = options;
    this.links = options.links;
    this.dice = new Dice(options.seed);
    this.world = makeWorld(options.n, options.parameters, options.sha256);
    this.#untrusted = new Set([...(options.twins ?? []), ...(options.adversaries?.keys() ?? []), ...(options.impaired ?? [])]);
    const { world } = this;
    const isHonest = (node: SimulatedNode): boolean => this.isHonest(node);
    this.oracle = new Oracle({ world, sha256: options.sha256, isHonest, harmOnly: options.harmOnly ?? false });
    const surroundings = this.#surroundings();
    const nodes = surroundings.everyone.map((index) => new SimulatedNode(index, 0, surroundings));
    for (const twin of options.twins ?? []) nodes.push(new SimulatedNode(twin, 1, surroundings));
    for (const [index, adversary] of options.adversaries ?? []) nodes[index]?.corrupt(adversary);
    this.nodes = nodes;
  }

  #surroundings(): Surroundings<SimulatedNode> {
    const { agenda, dice, oracle, options, world } = this;
    const pace = options.pace ?? LAN_PACE;
    return {
      agenda,
      dice,
      world,
      sha256: options.sha256,
      timing: options.timing ?? {},
      mutants: options.mutants ?? new Set(),
      everyone: Array.from({ length: options.n + (options.spares ?? 0) }, (_, index) => index),
      reusesWipedKeys: options.reusesWipedKeys ?? false,
      pace: typeof pace === 'function' ? pace : () => pace,
      carry: (from, to, cargo) => this.#carry(from, to, cargo),
      afterOutput: (node, output) => this.#afterOutput(node, output),
      onSigned: (node, message, bytes) => oracle.onSigned(node, message, bytes),
      onCommit: (node, decided) => {
        oracle.onCommit(node, decided);
        this.trace(node, `commits ${decided.map(({ block }) => block.header.height).join(' ')}`);
      },
      onDurable: (node, stored) => oracle.onDurable(node, stored),
      onStable: (node, checkpoint) => oracle.onStable(node, checkpoint),
      onAlarm: (node, code, detail) => this.#onAlarm(node, code, detail),
      onInvalid: (node, from, what) => this.#onInvalid(node, from, what),
      onEvidence: (node, { what, first }) => this.#onEvidence(node, what, 'signer' in first ? first.signer : -1),
      onEpoch: (node, config) => this.#onEpoch(node, config),
      onWiped: (node) => {
        this.wiped.add(node.index);
        this.trace(node, 'has lost its disk');
      },
      onBatch: (batch) => oracle.onBatch(batch, false),
      onAct: (node) => {
        const name = node.adversary?.name;
        if (name !== undefined) this.acts.set(name, (this.acts.get(name) ?? 0) + 1);
      },
      onAlive: (node, alive) => this.#relink(node, alive),
      onStep: (node) => this.#watch(node),
      again: (node) => this.author(node.index),
      trace: (node, what) => this.trace(node, what)
    };
  }

  isHonest(node: SimulatedNode): boolean {
    return !this.#untrusted.has(node.index);
  }

  /** Keep every promise, and are owed everything. */
  get honest(): readonly SimulatedNode[] {
    return this.nodes.filter((node) => this.isHonest(node));
  }

  node(index: number): SimulatedNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`no node ${index}`);
    return node;
  }

  start(): void {
    for (const node of this.nodes) node.start();
  }

  /** Runs until `untilMs` of virtual time, or until `done` says so; false when the time was up. */
  run(untilMs: number, done: () => boolean = () => false): boolean {
    while (!done()) {
      if (this.agenda.nextMs > untilMs) {
        this.agenda.nowMs = untilMs;
        return false;
      }
      this.agenda.step();
    }
    return true;
  }

  crash(node: SimulatedNode, output: Output | null = null): void {
    if (!node.alive) return;
    const lost = node.crash();
    this.options.onCrash?.(node, output, lost);
  }

  /** The organization's next batch; `nextConfig` makes it one that ends the epoch. */
  author(index: number, txCount = 1, nextConfig?: EpochConfig): boolean {
    const node = this.node(index);
    const lane = node.self;
    if (lane === null) return false;
    const { epoch } = node.config;
    return node.author((seq, prevBatchHash) => {
      const batchHash = fakeHash('batch', this.options.seed, epoch, lane, seq, this.agenda.nowMs);
      const common = { ref: { lane, seq, batchHash }, epoch, prevBatchHash, txCount, sizeBytes: 200 * txCount };
      const batch: StoredBatch = nextConfig === undefined ? common : { ...common, nextConfig };
      this.oracle.onBatch(batch, this.isHonest(node));
      return batch;
    });
  }

  /**
   * Batches that some honest node has on disk and that no block orders yet, without those that can never be ordered,
   * because the one before them in their lane was lost with its author's disk.
   */
  get pending(): number {
    const { unordered } = this.oracle;
    if (unordered.length === 0) return 0;
    const { honest } = this;
    const open = new Set(unordered.map(({ ref }) => keyOf(ref.batchHash)));
    const orderable = new Set<string>();
    for (const { ref, prevBatchHash } of [...unordered].sort((a, b) => a.ref.seq - b.ref.seq)) {
      const before = keyOf(prevBatchHash);
      if (open.has(before) && !orderable.has(before)) continue;
      if (honest.some((node) => node.disk.hasBatch(ref))) orderable.add(keyOf(ref.batchHash));
    }
    return orderable.size;
  }

  trace(node: SimulatedNode | null, what: string): void {
    this.options.trace?.(`${this.agenda.nowMs.toFixed(1).padStart(9)}  ${(node?.name ?? '').padEnd(3)} ${what}`);
  }

  #carry(from: SimulatedNode, to: number, cargo: Cargo): void {
    const slot = slotOfCargo(cargo);
    for (const target of this.nodes) {
      if (target.index !== to || target === from) continue;
      const link = ((from.index * 2 + from.instance) * 64 + target.index) * 2 + target.instance;
      const key = link * 0x100000000 + slot;
      const nth = this.#sent.get(key) ?? 0;
      this.#sent.set(key, nth + 1);
      const delays = this.links({
        from: from.index,
        fromInstance: from.instance,
        to: target.index,
        toInstance: target.instance,
        nowMs: this.agenda.nowMs,
        isBatch: cargo.kind !== 'message',
        type: cargo.kind === 'message' ? cargo.letter.type : cargo.kind,
        slot,
        nth
      });
      if (this.options.frames === true) {
        this.trace(from, `${delays.length === 0 ? '--x' : '-->'} ${target.name}  ${labelOfCargo(cargo)}`);
      }
      for (const delay of delays) this.agenda.after(delay, () => target.receive(from.index, cargo));
    }
  }

  #afterOutput(node: SimulatedNode, output: Output): boolean {
    this.outputs.set(output.kind, (this.outputs.get(output.kind) ?? 0) + 1);
    const victims = this.options.victims?.(node, output) ?? [];
    for (const victim of victims) {
      this.trace(victim, `is killed after ${output.kind} of ${node.name}`);
      this.crash(victim, victim === node ? output : null);
    }
    return victims.includes(node);
  }

  /**
   * Most peers notice at once that a process has died. A cut is never noticed; and now and then two that live lose each
   * other for a while, as when a cable is pulled.
   */
  #relink(node: SimulatedNode, alive: boolean): void {
    const { dice } = this;
    const { noticed: share = NOTICED } = this.options;
    const usual = this.options.noticed === undefined;
    for (const peer of this.nodes) {
      if (peer.index === node.index) continue;
      const key = [node.index, node.life, peer.index, peer.instance] as const;
      const noticed = alive || dice.roll('notices', ...key) < share;
      const delayMs = (alive ? RELINK_MS : 1) * (1 + dice.roll('notice', ...key));
      if (noticed) peer.later(delayMs, () => peer.linked(node.index, alive));
      if (alive || !usual || dice.roll('pulled', ...key) >= PULLED) continue;
      const other = this.node(Math.floor(dice.roll('cable', ...key) * this.nodes.length));
      if (other.index === peer.index) continue;
      peer.linked(other.index, false);
      peer.later(dice.between(20, 600, 'plugged', ...key), () => peer.linked(other.index, true));
    }
  }

  #onAlarm(node: SimulatedNode, code: string, detail: string): void {
    this.trace(node, `ALARM ${code} ${detail}`);
    // A lane is frozen for good reason when its author is Byzantine; a proposal may name any root then.
    const provoked = code === 'LANE_FROZEN' || (code === 'STATE_ROOT_MISMATCH' && detail.startsWith('proposal'));
    if (provoked && this.#untrusted.size > 0) return;
    this.oracle.onAlarm(node, code, detail);
  }

  #onInvalid(node: SimulatedNode, from: number, what: string): void {
    this.refused++;
    if (this.#untrusted.has(from)) return;
    this.oracle.onAlarm(node, 'PEER_INVALID', `${what} from ${from}`);
  }

  #onEvidence(node: SimulatedNode, what: string, signer: number): void {
    this.trace(node, `has evidence of ${what} against ${signer}`);
    this.evidence.add(what);
    const accused = membersOf(node.config)[signer];
    // A wiped key may look two-faced; an honest one never.
    if (!this.isHonest(node) || accused === undefined || this.#untrusted.has(accused) || this.wiped.has(accused)) return;
    if (this.options.harmOnly === true) return;
    throw new Violation('double-signing', `node ${node.name} has evidence of ${what} against the honest node ${accused}`);
  }

  #onEpoch(node: SimulatedNode, config: EpochConfig): void {
    this.trace(node, `enters epoch ${config.epoch}`);
    if (config.epoch <= this.highestEpoch) return;
    this.highestEpoch = config.epoch;
    this.highestView = 0;
  }

  #watch(node: SimulatedNode): void {
    const { state } = node;
    if (state === null || !this.isHonest(node)) return;
    this.oracle.onStep(node);
    this.#watchSync(node);
    if (state.epoch < this.highestEpoch) return;
    if (state.mode === 'CHANGING') {
      const key = `${state.epoch}/${state.view}`;
      if (!this.viewChanges.has(key)) this.trace(node, `changes to view ${state.view}`);
      this.viewChanges.add(key);
      return;
    }
    if (state.view <= this.highestView) return;
    this.highestView = state.view;
    this.trace(node, `enters view ${state.view} on height ${state.base.height}`);
    if (state.baseProof !== null && !('statements' in state.baseProof)) this.handOvers++;
  }

  #watchSync(node: SimulatedNode): void {
    const { state } = node;
    if (state?.sync !== null) this.#syncing.add(node);
    else if (this.#syncing.delete(node)) this.syncs++;
  }
}
