import type { ColumnOptions } from 'typeorm';

/** pg answers bigint as text; heights and sequence numbers are safe integers (spec/ledger.md). */
export const safeInteger = {
  type: 'bigint',
  transformer: { from: (text: string) => Number(text), to: (value: number) => value }
} as const satisfies ColumnOptions;
