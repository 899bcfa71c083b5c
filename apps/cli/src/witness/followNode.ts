import { verifyConsistency } from '@lading/verifier';
import { forkOf, openContinuity, type Continuity, type Fork, type ShownPoint } from './certified.js';
import type { Statement } from './statementLog.js';

/** What is asked of a node. Nothing of an answer is believed before it is verified. */
export interface WitnessedNode {
  readonly name: string;
  heights(): Promise<{ readonly height: number; readonly certifiedHeight: number }>;
  /** Text of a proof that the history at `to` extends that at `from`. */
  consistency(from: number, to: number): Promise<string>;
}

/** What the witness knows of its own statements. */
export interface Known {
  readonly last: Statement | null;
  at(height: number): Statement | null;
}

export type Followed =
  /** The history goes on from the last statement to `point`, or is still there. */
  | { readonly kind: 'linked'; readonly claimed: number; readonly point: ShownPoint }
  /** Certified, but not shown to be of one history with the last statement. */
  | { readonly kind: 'apart'; readonly claimed: number; readonly point: ShownPoint; readonly why: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'silent'; readonly why: string }
  /** An answer that is not true, or not what was asked for. */
  | { readonly kind: 'false'; readonly why: string }
  | { readonly kind: 'fork'; readonly fork: Fork };

/** Asks one node for what comes after the last statement, and judges the answer (spec/proofs.md 9.3). */
export async function followNode(node: WitnessedNode, known: Known, genesisBytes: Uint8Array): Promise<Followed> {
  let heights;
  try {
    heights = await node.heights();
  } catch (error) {
    return { kind: 'silent', why: reasonOf(error) };
  }
  const { height: claimed, certifiedHeight: certified } = heights;
  if (certified < 1) return { kind: 'nothing' };
  const { last } = known;
  const from = last === null ? certified : last.checkpoint.height;
  if (certified < from) return alone(node, certified, claimed, `it is behind, at height ${certified}`, known, genesisBytes);
  const asked = await ask(node, from, certified, known, genesisBytes);
  if (asked.kind === 'ok') return { kind: 'linked', claimed, point: asked.continuity.to };
  if (asked.kind !== 'silent' || certified === from) return asked;
  // It does not hold a checkpoint of the last statement's height, or says so: what it does hold is compared elsewhere.
  return alone(node, certified, claimed, asked.why, known, genesisBytes);
}

type Asked =
  | { readonly kind: 'ok'; readonly continuity: Continuity }
  | Extract<Followed, { readonly kind: 'silent' | 'false' | 'fork' }>;

/** One proof, verified, of exactly the heights asked for, and in no contradiction to any statement. */
export async function ask(
  node: WitnessedNode,
  from: number,
  to: number,
  known: Known,
  genesisBytes: Uint8Array
): Promise<Asked> {
  let text: string;
  try {
    text = await node.consistency(from, to);
  } catch (error) {
    return { kind: 'silent', why: reasonOf(error) };
  }
  const continuity = openContinuity(text);
  if (continuity === null) return { kind: 'false', why: 'its answer is no consistency proof' };
  for (const point of [continuity.from, continuity.to]) {
    const said = known.at(point.checkpoint.height);
    const fork = said === null ? null : forkOf(said, point, genesisBytes);
    if (fork !== null) return { kind: 'fork', fork };
  }
  const heights = `${continuity.from.checkpoint.height}..${continuity.to.checkpoint.height}`;
  if (heights !== `${from}..${to}`) return { kind: 'false', why: `asked for ${from}..${to}, it proves ${heights}` };
  const { proven, detail } = verifyConsistency(text, genesisBytes);
  return proven ? { kind: 'ok', continuity } : { kind: 'false', why: `its consistency proof is false (${detail})` };
}

async function alone(
  node: WitnessedNode,
  height: number,
  claimed: number,
  why: string,
  known: Known,
  genesisBytes: Uint8Array
): Promise<Followed> {
  const asked = await ask(node, height, height, known, genesisBytes);
  if (asked.kind !== 'ok') return asked;
  const point = asked.continuity.to;
  // One of the witness's own statements, and no contradiction to it: the same history.
  return known.at(height) === null ? { kind: 'apart', claimed, point, why } : { kind: 'linked', claimed, point };
}

export function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return [code, message].filter((part) => typeof part === 'string').join(': ') || String(error);
}
