import type { Message, SignedMessage, StoredBatch, UnsignedMessage } from '@lading/consensus';
import type { EpochConfig } from '@lading/ledger';
import type { Dice } from '../dice.js';
import type { SimulatedNode } from '../simulatedNode.js';

/**
 * A Byzantine validator is the real core with a liar between it and the network: what the core says may be changed,
 * kept back or told differently to each peer, and more may be said in its name.
 */
export interface Adversary {
  readonly name: AdversaryName;
  /** Once, before the node starts. */
  setUp?(node: SimulatedNode): void;
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
  readonly node: SimulatedNode;
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

export const ADVERSARIES = [
  'equivocating leader',
  'header forger',
  'silent leader',
  'clock freezer',
  'clock forger',
  'two-faced new view',
  'subset chooser',
  'stale view change',
  'lying view change',
  'suspect everything',
  'vote withholder',
  'two-faced voter',
  'duplicate signers',
  'mutator',
  'replayer',
  'bad sync server',
  'selective author',
  'lane forker',
  'lane omitter',
  'garbage flood',
  'usurper'
] as const;

export type AdversaryName = (typeof ADVERSARIES)[number];
