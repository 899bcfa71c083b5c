/** What of the history is compared on its own (spec/compare.md 2.1). */
export const HISTORY_PART_NAMES = ['roots', 'blocks', 'batches', 'transactions', 'outcomes'] as const;
export type HistoryPartName = (typeof HISTORY_PART_NAMES)[number];

/** What one question of an auditor who compares nodes covers at most (spec/compare.md). Both sides count by it. */
export const COMPARISON_LIMITS = {
  /** Heights (2.1): what is read for them stays some hundred megabytes, whatever the blocks hold. */
  heights: {
    ...{ roots: 1 << 20, blocks: 1 << 16, batches: 1 << 16 },
    ...{ transactions: 1 << 10, outcomes: 1 << 10 }
  } satisfies Readonly<Record<HistoryPartName, number>>,
  /** Groups of heights (2.1). */
  groups: 64,
  /** Buckets of the state (3.2). */
  buckets: 64,
  /** Changed keys (3.4). */
  changes: 1024
} as const;

/** Heights of each group between two heights; the last may have fewer. */
export const heightsOfGroup = (from: number, to: number): number => Math.ceil((to - from + 1) / COMPARISON_LIMITS.groups);
