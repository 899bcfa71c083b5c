import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { percentile } from '../measure.js';
import { isMeasured, type Judged } from './figure.js';

/** A run of the benchmark, one line of the history file. */
export interface HistoryEntry {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly isQuick: boolean;
  readonly medians: Readonly<Record<string, number>>;
}

/** A figure that is worse than the median of its past by more than WORSE. */
export interface Regression {
  readonly id: string;
  readonly now: number;
  readonly before: number;
  /** 0.25: a quarter worse. */
  readonly by: number;
}

export const WORSE = 0.2;

/** Lines that cannot be read are left out: an interrupted run may have cut the last. */
export function readHistory(file: string): HistoryEntry[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as HistoryEntry];
      } catch {
        return [];
      }
    });
}

export function appendHistory(file: string, entry: HistoryEntry): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

export const mediansOf = (judged: readonly Judged[]): Record<string, number> =>
  Object.fromEntries(judged.filter(({ figure }) => isMeasured(figure)).map(({ figure, median }) => [figure.id, median]));

/** Compares with earlier runs of the same form on the same machine. */
export function regressions(judged: readonly Judged[], entry: HistoryEntry, history: readonly HistoryEntry[]): Regression[] {
  const alike = history.filter(({ machine, isQuick }) => machine === entry.machine && isQuick === entry.isQuick);
  return judged.flatMap(({ figure, median }) => {
    const past = alike.flatMap(({ medians }) => (medians[figure.id] === undefined ? [] : [medians[figure.id] as number]));
    if (past.length === 0 || !isMeasured(figure) || figure.better === 'neither') return [];
    const before = percentile(past, 0.5);
    const by = figure.better === 'more' ? (before - median) / before : (median - before) / before;
    return by > WORSE ? [{ id: figure.id, now: median, before, by }] : [];
  });
}
