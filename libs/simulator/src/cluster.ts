import type { Sha256 } from '@lading/kernel';
import type { Mutant, Output, StoredBatch, Timing } from '@lading/consensus';
import type { NetworkParameters } from '@lading/ledger';
import { Agenda } from './agenda.js';
import { Dice } from './dice.js';
import { digestOf } from './envelope.js';
import type { Cargo } from './envelope.js';
import type { LinkModel } from './network.js';
import { Oracle } from './oracle.js';
import { SimulatedNode } from './simulatedNode.js';
import type { Pace, Surroundings } from './simulatedNode.js';
import { fakeHash, makeWorld } from './world.js';

export interface ClusterOptions {
  readonly seed: number;
  readonly n: number;
  readonly parameters: NetworkParameters;
  readonly links: LinkModel;
  readonly timing?: Partial<Timing>;
  readonly pace?: Pace;
  readonly sha256?: Sha256;
  readonly mutants?: ReadonlySet<Mutant>;
  /** This validator runs as two instances with one key: a Byzantine node made of honest parts. */
  readonly twin?: number | null;
  /** Nodes that die right after this output. Asked for every output. */
  readonly victims?: (node: SimulatedNode, output: Output) => readonly SimulatedNode[];
  readonly onCrash?: (node: SimulatedNode, output: Output | null, lost: number) => void;
  readonly trace?: (line: string) => void;
}

export const LAN_PACE: Pace = { syncMs: [0.2, 0.8], executeMs: [0.5, 2], databaseMs: [1, 4] };

/** All nodes of a network in one process, on virtual time. */
export class Cluster {
  readonly agenda = new Agenda();
  readonly dice: Dice;
  readonly oracle: Oracle;
  readonly nodes: readonly SimulatedNode[];
  links: LinkModel;
  readonly options: ClusterOptions;
  /** Views in which an honest node was changing. */
  readonly viewChanges = new Set<number>();
  /** Highest view an honest node has entered. */
  highestView = 0;
  handOvers = 0;
  readonly outputs = new Map<string, number>();
  /** By link and frame. */
  readonly #sent = new Map<number, number>();
  readonly #surroundings: Surroundings;

  constructor(options: ClusterOptions) {
    this.options = options;
    this.links = options.links;
    this.dice = new Dice(options.seed);
    const world = makeWorld(options.n, options.parameters, options.sha256);
    this.oracle = new Oracle(
      { world, sha256: options.sha256 },
      (node) => this.isHonest(node),
      options.mutants === undefined || options.mutants.size === 0
    );
    const { agenda, dice, oracle } = this;
    this.#surroundings = {
      agenda,
      dice,
      world,
      pace: options.pace ?? LAN_PACE,
      sha256: options.sha256,
      timing: options.timing ?? {},
      mutants: options.mutants ?? new Set(),
      carry: (from, to, cargo) => this.#carry(from, to, cargo),
      afterOutput: (node, output) => this.#afterOutput(node, output),
      onSigned: (node, message, bytes) => oracle.onSigned(node, message, bytes),
      onCommit: (node, decided) => {
        oracle.onCommit(node, decided);
        this.trace(node, `commits ${decided.map(({ block }) => block.header.height).join(' ')}`);
      },
      onDurable: (node, stored) => oracle.onDurable(node, stored),
      onStable: (node, checkpoint) => oracle.onStable(node, checkpoint),
      onAlarm: (node, code, detail) => {
        this.trace(node, `ALARM ${code} ${detail}`);
        oracle.onAlarm(node, code, detail);
      },
      onStep: (node) => this.#watch(node),
      trace: (node, what) => this.trace(node, what)
    };
    const twin = options.twin ?? null;
    const nodes = Array.from({ length: options.n }, (_, index) => new SimulatedNode(index, 0, this.#surroundings));
    if (twin !== null) nodes.push(new SimulatedNode(twin, 1, this.#surroundings));
    this.nodes = nodes;
  }

  isHonest(node: SimulatedNode): boolean {
    return node.index !== (this.options.twin ?? null);
  }

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

  /** The organization's next batch. */
  author(index: number, txCount = 1): boolean {
    return this.node(index).author((seq, prevBatchHash) => {
      const ref = { lane: index, seq, batchHash: fakeHash('batch', this.options.seed, index, seq, this.agenda.nowMs) };
      const batch: StoredBatch = { ref, epoch: 0, prevBatchHash, txCount, sizeBytes: 200 * txCount };
      this.oracle.onBatch(batch);
      return batch;
    });
  }

  /** Batches that some honest node has on disk and that no block orders yet. */
  get pending(): number {
    return this.oracle.unordered.filter((batch) => this.honest.some((node) => node.hasBatch(batch.ref))).length;
  }

  trace(node: SimulatedNode | null, what: string): void {
    this.options.trace?.(`${this.agenda.nowMs.toFixed(1).padStart(9)}  ${(node?.name ?? '').padEnd(3)} ${what}`);
  }

  #carry(from: SimulatedNode, to: number, cargo: Cargo): void {
    const digest = digestOf(cargo);
    for (const target of this.nodes) {
      if (target.index !== to || target === from) continue;
      const link = ((from.index * 2 + from.instance) * 64 + target.index) * 2 + target.instance;
      const key = link * 0x100000000 + digest;
      const nth = this.#sent.get(key) ?? 0;
      this.#sent.set(key, nth + 1);
      const delays = this.links({
        from: from.index,
        fromInstance: from.instance,
        to: target.index,
        toInstance: target.instance,
        nowMs: this.agenda.nowMs,
        isBatch: cargo.kind !== 'message',
        digest,
        nth
      });
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

  #watch(node: SimulatedNode): void {
    const { state } = node;
    if (state === null || !this.isHonest(node)) return;
    if (state.mode === 'CHANGING') {
      if (!this.viewChanges.has(state.view)) this.trace(node, `changes to view ${state.view}`);
      this.viewChanges.add(state.view);
      return;
    }
    if (state.view <= this.highestView) return;
    this.highestView = state.view;
    this.trace(node, `enters view ${state.view} on height ${state.base.height}`);
    if (state.baseProof !== null && !('statements' in state.baseProof)) this.handOvers++;
  }
}
