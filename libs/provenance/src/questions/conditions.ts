import type { Reading } from '../rules/R22.js';
import type { ProductLimit } from '../state/productRecord.js';

/** A reading with where it comes from: the item itself, a container around it, or the place where it was. */
export interface SourcedReading extends Reading {
  readonly ref: string;
  readonly source: 'item' | 'container' | 'place';
  /** Who held the item then. */
  readonly holder: string;
}

export interface ConditionExcursion extends SourcedReading {
  readonly limit: ProductLimit;
}

/** Time without any reading of a measurement that the product has limits for. */
export interface ConditionGap {
  readonly type: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Conditions {
  readonly excursions: readonly ConditionExcursion[];
  readonly gaps: readonly ConditionGap[];
}

/** Cold-chain breaches between two times, and the times of which nobody can say anything: silence is not safety. */
export function conditionsOf(
  readings: readonly SourcedReading[],
  limits: readonly ProductLimit[],
  span: { readonly fromMs: number; readonly toMs: number },
  longestSilenceMs: number
): Conditions {
  const excursions = readings.flatMap((reading) => {
    const limit = limits.find(({ type, uom, min, max }) => {
      return reading.type === type && reading.uom === uom && (reading.min < min || reading.max > max);
    });
    return limit === undefined ? [] : [{ ...reading, limit }];
  });
  const types = [...new Set(limits.map(({ type }) => type))];
  const gaps = types.flatMap((type) => {
    const own = readings.filter((reading) => reading.type === type);
    return silences(own, span, longestSilenceMs).map((silence) => ({ type, ...silence }));
  });
  return { excursions: excursions.sort((a, b) => a.startMs - b.startMs), gaps };
}

function silences(
  readings: readonly Reading[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  longestMs: number
): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const found: { fromMs: number; toMs: number }[] = [];
  let heardMs = fromMs;
  const until = (nextMs: number): void => {
    if (nextMs - heardMs > longestMs) found.push({ fromMs: heardMs, toMs: nextMs });
  };
  for (const { startMs, endMs } of [...readings].sort((a, b) => a.startMs - b.startMs)) {
    if (endMs < fromMs || startMs > toMs) continue;
    until(Math.min(startMs, toMs));
    heardMs = Math.max(heardMs, Math.min(endMs, toMs));
  }
  until(toMs);
  return found;
}
