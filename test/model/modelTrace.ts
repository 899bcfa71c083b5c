import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Traces of the formal model (model/*.qnt), as scripts/model.mjs writes them. */

export interface ModelVote {
  readonly view: number;
  readonly block: number;
}

/** kind 0 is a prepared, 1 a commit certificate. */
export interface ModelCert extends ModelVote {
  readonly kind: number;
}

export interface ModelViewChange {
  readonly newView: number;
  readonly cert: ModelCert;
}

export interface ModelNewView {
  readonly view: number;
  readonly statements: readonly (readonly [number, ModelCert])[];
  readonly top: ModelCert;
}

/** What the model knows about one node after an action, as far as it is compared. */
export interface ModelNode {
  readonly self: number;
  readonly view: number;
  readonly changing: boolean;
  readonly base: number;
  readonly lastPrepared: ModelVote;
  readonly high: ModelCert;
  readonly committed: number;
  readonly top: number;
  readonly prepares: readonly ModelVote[];
  readonly commits: readonly ModelVote[];
  readonly proposals: readonly ModelVote[];
  readonly sentViewChanges: readonly ModelViewChange[];
  readonly sentNewViews: readonly ModelNewView[];
}

/** The choices of an action by name; which there are depends on the action. */
export interface Picks {
  readonly peer?: number;
  readonly from?: number;
  readonly view?: number;
  readonly block?: number;
  readonly vote?: ModelVote;
  readonly cert?: ModelCert;
  readonly lie?: ModelCert;
  readonly signers?: readonly number[];
  readonly message?: { readonly newView?: number; readonly view?: number; readonly cert?: ModelCert };
}

export interface TraceStep {
  readonly action: string;
  readonly actor: number;
  readonly picks: Picks;
  /** All honest nodes at the start, then the one that moved. */
  readonly nodes: readonly ModelNode[];
}

export interface Trace {
  readonly faulty: number;
  readonly states: readonly TraceStep[];
}

export function traceFiles(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => join(folder, name));
}

export const readTrace = (path: string): Trace => JSON.parse(readFileSync(path, 'utf8')) as Trace;

/** A block of the model is a number that spells its chain (model/chain.qnt). */
export const DIGIT = 64;
export const parentOf = (block: number): number => Math.floor(block / DIGIT);
export const originViewOf = (block: number): number => Math.floor(((block % DIGIT) - 32) / 4);
export const valueOf = (block: number): number => Math.floor(block / 2) % 2;
export const endsTurn = (block: number): boolean => block > 0 && block % 2 === 1;
export const heightOf = (block: number): number => (block === 0 ? 0 : 1 + heightOf(parentOf(block)));
export const childOf = (parent: number, view: number, end: boolean): number => parent * DIGIT + 32 + view * 4 + (end ? 1 : 0);
/** The chain of a block above a height, ascending. */
export const chainAbove = (block: number, height: number): readonly number[] =>
  heightOf(block) <= height ? [] : [...chainAbove(parentOf(block), height), block];
