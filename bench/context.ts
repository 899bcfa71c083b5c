import type { FigureBook } from './figures/figure.js';
import type { BenchServer } from './site.js';

/** How much of everything: the full form, and one that shows in a minute that all parts work. */
export interface Sizes {
  readonly runs: number;
  /** Transactions of one run of the floor. */
  readonly floorTransactions: number;
  /** Seconds of the sustained load; of loads at a share of it; of a look for the highest rate. */
  readonly sustainedSeconds: number;
  readonly shareSeconds: number;
  readonly probeSeconds: number;
  readonly loneRequests: number;
  /** After a leader was killed. */
  readonly killSeconds: number;
  /** Transactions that an empty node catches up with. */
  readonly catchUpTransactions: number;
  /** Items at which costs and latencies are compared. */
  readonly items: readonly number[];
  readonly voteBlocks: number;
  /** Transactions of a closed loop of streams that are under way. */
  readonly inFlight: number;
  /** Whether the highest rate that is sustained is looked for; else that of a closed loop stands for it. */
  readonly searches: boolean;
}

export const FULL: Sizes = {
  ...{ runs: 5, floorTransactions: 20_000, sustainedSeconds: 60, shareSeconds: 20, probeSeconds: 15, loneRequests: 500 },
  ...{ killSeconds: 30, catchUpTransactions: 60_000, items: [10_000, 100_000, 1_000_000], voteBlocks: 50, inFlight: 2048, searches: true }
};

export const QUICK: Sizes = {
  ...{ runs: 1, floorTransactions: 5000, sustainedSeconds: 5, shareSeconds: 4, probeSeconds: 4, loneRequests: 40 },
  ...{ killSeconds: 8, catchUpTransactions: 1000, items: [500, 1500], voteBlocks: 5, inFlight: 256, searches: false }
};

/** What a part of the benchmark is given. */
export interface BenchContext {
  readonly server: BenchServer;
  readonly sizes: Sizes;
  readonly book: FigureBook;
  readonly nodes: number;
  readonly cores: number;
  log(line: string): void;
}

export type Part = (context: BenchContext) => Promise<void>;

/** A value for each run. */
export async function runs(context: BenchContext, name: string, one: (run: number) => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let run = 0; run < context.sizes.runs; run++) {
    values.push(await one(run));
    context.log(`${name}: ${values.at(-1)?.toFixed(1) ?? ''} (${run + 1} of ${context.sizes.runs})`);
  }
  return values;
}
