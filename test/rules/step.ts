import type { Organization } from '../scenarios-provenance/names.js';

/** A thing as the model knows it. */
export interface Thing {
  status: string;
  custodian: string;
  owner: string;
  parent: string;
  children: Set<string>;
  /** Amounts of lots inside. */
  contents: Map<string, number>;
  height: number;
  transfer: { from: string; to: string; owner: string; dispute: string } | null;
  since: number;
  soldBy: string;
  ownerBy: string;
  disposition: string;
  /** Kilograms that are left of it; null: all. */
  remaining: number | null;
  /** Recalls of what is inside, as they were when it was packed. */
  holds: Set<string>;
}

export interface Part {
  readonly lot: string;
  readonly amount: number;
}

/** One step: what somebody does, with things named `serial:alpha:1`, and amounts of lots. */
export interface Step {
  readonly who: Organization;
  readonly day: number;
  readonly verb: string;
  readonly things: readonly string[];
  readonly part: Part | null;
  readonly parent?: string;
  readonly other?: string;
  readonly owner?: string;
  readonly made?: string;
  readonly name?: string;
  readonly result?: string;
  readonly acts?: readonly string[];
  readonly keeping?: number;
}
