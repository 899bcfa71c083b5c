import { simulate } from './simulate.js';
import type { Outcome, SimulationOptions } from './simulate.js';

/** A failing schedule, small enough to be read, and exact enough to be replayed. */
export interface FailingSchedule {
  readonly seed: number;
  readonly n: number;
  readonly kind: Outcome['kind'];
  readonly invariant: string;
  readonly detail: string;
  readonly targetBlocks: number;
  /** Decisions of the nemesis that are needed for it; all of the seed's when absent. */
  readonly only?: readonly string[];
  readonly mutants?: readonly string[];
  /** Share of peers that notice a death by its connection; the usual one when absent. */
  readonly noticed?: number;
}

/** Runs that a shrink may take. */
const RUNS = 400;

/**
 * Makes a failing seed small: first the network, then the height that the run goes on to, then, by halves and ever
 * smaller parts (ddmin), the list of what the nemesis did. A run counts as the same failure when the same invariant
 * breaks. Null when the seed does not fail.
 */
export function shrink(seed: number, options: SimulationOptions): FailingSchedule | null {
  const first = simulate(seed, { ...options, recording: true });
  if (first.violation === null) return null;
  const { invariant } = first.violation;
  let runs = 0;
  const attempt = (changes: Partial<SimulationOptions>): Outcome | null => {
    if (++runs > RUNS) return null;
    const outcome = simulate(seed, { ...options, recording: true, kind: first.kind, ...changes });
    return outcome.violation?.invariant === invariant ? outcome : null;
  };
  let best = first;
  let size: { n: number; targetBlocks: number } = { n: first.n, targetBlocks: options.targetBlocks ?? 20 };
  for (const n of [4, 5, 6, 7].filter((smaller) => smaller < first.n)) {
    const outcome = attempt({ n });
    if (outcome === null) continue;
    best = outcome;
    size = { ...size, n };
    break;
  }
  for (const targetBlocks of [1, 5, 10]) {
    const outcome = attempt({ ...size, targetBlocks });
    if (outcome === null) continue;
    best = outcome;
    size = { ...size, targetBlocks };
    break;
  }
  const only = minimize(best.decisions, (part) => {
    const outcome = attempt({ ...size, only: part });
    if (outcome !== null) best = outcome;
    return outcome !== null;
  });
  return {
    seed,
    ...size,
    kind: best.kind,
    invariant,
    detail: best.violation?.detail ?? '',
    only,
    ...(options.mutants === undefined ? {} : { mutants: [...options.mutants] })
  };
}

/** ddmin: the smallest part found for which `fails` still holds, with chunks of ever finer grain. */
function minimize(all: readonly string[], fails: (part: readonly string[]) => boolean): readonly string[] {
  let current = all;
  let chunks = 2;
  while (current.length > 0 && chunks <= 2 * current.length) {
    const size = Math.ceil(current.length / chunks);
    let smaller: readonly string[] | null = null;
    for (let at = 0; at < current.length && smaller === null; at += size) {
      const rest = [...current.slice(0, at), ...current.slice(at + size)];
      if (fails(rest)) smaller = rest;
    }
    if (smaller !== null) {
      current = smaller;
      chunks = Math.max(2, chunks - 1);
    } else if (size === 1) break;
    else chunks = Math.min(2 * chunks, current.length);
  }
  return current;
}

/** The failure again, from its file. */
export function replay(schedule: FailingSchedule, options: SimulationOptions = {}): Outcome {
  const { seed, n, kind, targetBlocks, only, noticed } = schedule;
  const links = noticed === undefined ? {} : { noticed };
  return simulate(seed, { ...options, ...links, n, kind, targetBlocks, ...(only === undefined ? {} : { only }) });
}
