import type { Sha256 } from '@lading/kernel';
import type { Mutant, Output, SignedMessage, StoredBatch, Timing } from '@lading/consensus';
import type { CheckpointCertificate, EpochConfig } from '@lading/ledger';
import type { Agenda } from './agenda.js';
import type { Dice } from './dice.js';
import type { Cargo } from './envelope.js';
import type { StoredBlock } from './restart.js';
import type { SimulatedNode } from './simulatedNode.js';
import type { World } from './world.js';

export interface Pace {
  /** fdatasync, execution of a block, commit of the database: shortest and longest, milliseconds. */
  readonly syncMs: readonly [number, number];
  readonly executeMs: readonly [number, number];
  readonly databaseMs: readonly [number, number];
}

export type Signed = SignedMessage;

/** What a node does that the run watches or carries on. */
export interface Surroundings {
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
  pace(node: SimulatedNode): Pace;
  carry(from: SimulatedNode, to: number, cargo: Cargo): void;
  /** After every output: true when the nemesis wants the node to die here. */
  afterOutput(node: SimulatedNode, output: Output): boolean;
  onSigned(node: SimulatedNode, message: Signed, signedBytes: Uint8Array): void;
  onCommit(node: SimulatedNode, decided: Extract<Output, { kind: 'Commit' }>['blocks']): void;
  onDurable(node: SimulatedNode, stored: StoredBlock): void;
  onStable(node: SimulatedNode, checkpoint: CheckpointCertificate): void;
  onAlarm(node: SimulatedNode, code: string, detail: string): void;
  /** A frame that the gateway refused. */
  onInvalid(node: SimulatedNode, from: number, what: string): void;
  onEvidence(node: SimulatedNode, evidence: Extract<Output, { kind: 'Evidence' }>): void;
  onEpoch(node: SimulatedNode, config: EpochConfig): void;
  /** A batch that no honest author has made. */
  onBatch(batch: StoredBatch): void;
  /** A Byzantine node has misbehaved. */
  onAct(node: SimulatedNode): void;
  onWiped(node: SimulatedNode): void;
  onStep(node: SimulatedNode): void;
  /** Another batch with the payload of one that its epoch left behind. */
  again(node: SimulatedNode): void;
  trace(node: SimulatedNode, what: string): void;
}
