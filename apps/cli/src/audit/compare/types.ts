import type { ComparedAnswers } from '@lading/sdk';

/** What is asked of a node to compare it. */
export interface ComparedNode extends ComparedAnswers {
  readonly name: string;
  status(): Promise<NodeState>;
  /** Hash of the config in force for the block after this height; null where the node does not say. */
  configHash(height: number): Promise<string | null>;
  /** Proposer and signers of a block, for people; null where the node's rows of it are such that it cannot show it. */
  whose(height: number): Promise<string | null>;
}

export interface NodeState {
  readonly organization: string;
  readonly chainId: string;
  readonly mode: string;
  readonly height: number;
  readonly certifiedHeight: number;
  /** Null unless the node began from a snapshot. */
  readonly historyFrom: number | null;
  /** What it says is wrong with it. */
  readonly reason: string | null;
}

/** A node did not answer, or refused to. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';

  constructor(
    readonly node: string,
    readonly code: string,
    readonly detail: string,
    readonly notAllowed: boolean
  ) {
    super(`${node}: ${code}: ${detail}`);
  }
}

export type DifferencePart = 'block' | 'blockRow' | 'batches' | 'transactions' | 'outcomes' | 'outcomeRoot' | 'stateRoot';

/** In one thing two nodes differ; `said`: by the reference first. */
export interface Difference {
  readonly part: DifferencePart;
  /** Place in the block, and transaction, where it has one. */
  readonly index: number | null;
  readonly txId: string | null;
  readonly said: readonly [string, string];
}

export type DivergenceKind = 'fork' | 'execution' | 'rows';

/** The first height at which two nodes differ, and all that differs there. */
export interface Divergence {
  readonly height: number;
  readonly kind: DivergenceKind;
  readonly differences: readonly Difference[];
}

export interface KeyDifference {
  /** Null where no node could show the key itself. */
  readonly key: string | null;
  readonly keyHash: string;
  /** Hash and bytes (base64url) of what each holds; null: the key is absent. */
  readonly said: readonly [KeyValue | null, KeyValue | null];
}

export interface KeyValue {
  readonly valueHash: string;
  readonly value: string | null;
}

/** How the states were compared (spec/compare.md §3). */
export interface StateComparison {
  /** After the block of this height; null when both never knew the state of one height. */
  readonly height: number | null;
  /** Windows of both at the end, for those that have no height in common. */
  readonly windows: readonly [readonly [number, number], readonly [number, number]];
  /** In the order of key hashes; where `height` is null candidates (3.4). */
  readonly keys: readonly KeyDifference[];
  /** More differ than are listed. */
  readonly more: boolean;
}

/** Something that a node holds and that contradicts what else it holds. */
export interface Damage {
  readonly node: string;
  readonly table: string;
  readonly key: string;
  readonly what: string;
}

/** What came of comparing a node with the reference. */
export interface Comparison {
  readonly nodes: readonly [string, string];
  /** Heights compared; null when they have none in common. */
  readonly heights: readonly [number, number] | null;
  readonly divergence: Divergence | null;
  readonly state: StateComparison | null;
  /** Why it ended early. */
  readonly fault: { readonly node: string; readonly code: string; readonly detail: string } | null;
}
