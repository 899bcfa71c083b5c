import { spreadOf, type Spread } from '../measure.js';

/** What a figure has to reach. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table: a value for each run. */
export interface Figure {
  /** Part and name, e.g. `stream.rate`: the same from run to run of the benchmark. */
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly runs: readonly number[];
  readonly target: Target;
  /** What says when it got worse, where there is no target to tell. */
  readonly better: 'more' | 'less' | 'neither';
}

export interface Judged extends Spread {
  readonly figure: Figure;
  /** Null without a target. A figure that was not measured meets none. */
  readonly isMet: boolean | null;
}

/** A figure without runs, or with one that divided by nothing, is none. */
export const isMeasured = ({ runs }: Figure): boolean => runs.length > 0 && runs.every(Number.isFinite);

export function judge(figure: Figure): Judged {
  const spread = spreadOf(figure.runs);
  const { atLeast, atMost } = figure.target;
  if (atLeast === undefined && atMost === undefined) return { ...spread, figure, isMet: null };
  const isMet = (atLeast === undefined || spread.median >= atLeast) && (atMost === undefined || spread.median <= atMost);
  return { ...spread, figure, isMet: isMet && isMeasured(figure) };
}

/** Figures in the order in which they were measured. */
export class FigureBook {
  readonly figures: Figure[] = [];

  /** A figure with a target is better towards it. */
  add(id: string, what: string, unit: string, runs: readonly number[], target: Target = {}, better?: Figure['better']): Figure {
    const towards = target.atLeast !== undefined ? 'more' : target.atMost !== undefined ? 'less' : 'neither';
    const figure = { id, what, unit, runs, target, better: better ?? towards };
    this.figures.push(figure);
    return figure;
  }

  /** Median of a figure of this run of the benchmark, or null when it was not measured. */
  median(id: string): number | null {
    const found = this.figures.find((figure) => figure.id === id);
    return found === undefined || !isMeasured(found) ? null : spreadOf(found.runs).median;
  }
}

/** A rate that two cores could reach if a node did nothing but the irreducible: transactions a second. */
export const ceilingPerSecond = (cores: number, nodes: number, microsecondsPerNode: number): number =>
  (cores * 1_000_000) / (nodes * microsecondsPerNode);
