import type { Sha256 } from '@lading/kernel';
import type {
  CoreState, Input, Message, Mutant, Output, SignedMessage, StoredBatch, Timing, UnsignedMessage
} from '@lading/consensus';
import type { BatchRef, CheckpointCertificate, EpochConfig } from '@lading/ledger';
import type { AdversaryName } from './adversaries/names.js';
import type { Agenda } from './agenda.js';
import type { Dice } from './dice.js';
import type { Cargo, Letter } from './envelope.js';
import type { StoredBlock } from './restart.js';
import type { NodeDisk } from './nodeDisk.js';
import type { World } from './world.js';

export interface Pace {
  /** fdatasync, execution of a block, commit of the database: shortest and longest, milliseconds. */
  readonly syncMs: readonly [number, number];
  readonly executeMs: readonly [number, number];
  readonly databaseMs: readonly [number, number];
}

export type Signed = SignedMessage;

/** What a node does that the run watches or carries on. */
export interface Surroundings<N extends Actor = Actor> {
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly world: World;
  readonly sha256: Sha256 | undefined;
  readonly timing: Partial<Timing>;
  readonly mutants: ReadonlySet<Mutant>;
  /** All node numbers: validators, and those that only observe. */
  readonly everyone: readonly number[];
  /** A validator key whose node was wiped is used again: a rule of the driver that is left out. */
  readonly reusesWipedKeys: boolean;
  pace(node: N): Pace;
  carry(from: N, to: number, cargo: Cargo): void;
  /** After every output: true when the nemesis wants the node to die here. */
  afterOutput(node: N, output: Output): boolean;
  onSigned(node: N, message: Signed, signedBytes: Uint8Array): void;
  onCommit(node: N, decided: Extract<Output, { kind: 'Commit' }>['blocks']): void;
  onDurable(node: N, stored: StoredBlock): void;
  onStable(node: N, checkpoint: CheckpointCertificate): void;
  onAlarm(node: N, code: string, detail: string): void;
  /** A frame that the gateway refused. */
  onInvalid(node: N, from: number, what: string): void;
  onEvidence(node: N, evidence: Extract<Output, { kind: 'Evidence' }>): void;
  onEpoch(node: N, config: EpochConfig): void;
  /** A batch that no honest author has made. */
  onBatch(batch: StoredBatch): void;
  /** A Byzantine node has misbehaved. */
  onAct(node: N): void;
  onWiped(node: N): void;
  /** A process has started again, or died: its connections stand from now on, or are closed. */
  onAlive(node: N, alive: boolean): void;
  onStep(node: N): void;
  /** Another batch with the payload of one that its epoch left behind. */
  again(node: N): void;
  trace(node: N, what: string): void;
}

/** A node as its own parts and its adversary know it. */
export interface Actor {
  readonly index: number;
  readonly instance: number;
  readonly name: string;
  readonly disk: NodeDisk;
  readonly world: Surroundings;
  /** Wall clock minus true time. */
  skewMs: number;
  readonly adversary: Adversary | null;
  readonly power: Power | null;
  /** Number of the validator key. */
  readonly key: number;
  readonly state: CoreState | null;
  readonly height: number;
  readonly config: EpochConfig;
  /** Own index in the current epoch; null for an observer. */
  readonly self: number | null;
  readonly batchBox: {
    store(batch: StoredBatch): void;
    send(to: number, refs: readonly BatchRef[]): void;
  };
  readonly guard: {
    heard(peer: number, message: Message): void;
    batch(lane: number): void;
  };
  /** Runs unless the process has died meanwhile. */
  later(delayMs: number, run: () => void): void;
  duration(what: string, range: readonly [number, number]): number;
  input(input: Input): void;
  /** A message that has passed the gateway. */
  hear(peer: number, message: Message): void;
  /** A frame of an adversary, to one node. */
  post(to: number, letter: Letter): void;
}

/**
 * A Byzantine validator is the real core with a liar between it and the network: what the core says may be changed,
 * kept back or told differently to each peer, and more may be said in its name.
 */
export interface Adversary {
  readonly name: AdversaryName;
  /** Once, before the node starts. */
  setUp?(node: Actor): void;
  /** What leaves for one peer in place of the core's message. */
  outgoing?(to: number, message: Message, power: Power): readonly Message[];
  /** What leaves for one peer in place of a batch. */
  batch?(to: number, batch: StoredBatch, power: Power): readonly StoredBatch[];
  /** Batches that the core is not told of. */
  ignoresBatch?(batch: StoredBatch, power: Power): boolean;
  /** A valid message has come in. */
  hear?(peer: number, message: Message, power: Power): void;
  /** Now and then. */
  tick?(power: Power): void;
}

/** What an adversary can do: sign with its own key, and send anything to anyone. */
export interface Power {
  readonly node: Actor;
  readonly config: EpochConfig;
  /** Own validator index. */
  readonly self: number;
  /** Numbers of all other validators. */
  readonly peers: readonly number[];
  readonly dice: Dice;
  sign<M extends UnsignedMessage>(message: M): SignedMessage & M;
  /** The same validators' signature in another network: what a careless member with one key for both would give. */
  signElsewhere<M extends UnsignedMessage>(message: M): SignedMessage & M;
  send(to: number, message: Message): void;
  sendBytes(to: number, bytes: Uint8Array): void;
  /** Makes a second batch known to the run. */
  announce(batch: StoredBatch): void;
  /** Misbehaviour has happened: what coverage counts. */
  acted(): void;
}
