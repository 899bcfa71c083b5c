import type { Dice } from './dice.js';
import type { Nemesis } from './nemesis.js';

/** What the nemesis does to one frame on one link: the delays of the copies that arrive, none when it is lost. */
export type LinkModel = (frame: Frame) => readonly number[];

export interface Frame {
  readonly from: number;
  readonly fromInstance: number;
  readonly to: number;
  readonly toInstance: number;
  readonly nowMs: number;
  readonly isBatch: boolean;
  /** For schedules that lose messages of one kind. */
  readonly type: string;
  /** What the frame is about (envelope.ts), and how often such a frame went this way before. */
  readonly slot: number;
  readonly nth: number;
}

/** Every frame arrives after the same time. */
export const steadyLinks =
  (delayMs: number): LinkModel =>
  () => [delayMs];

export interface Weather {
  readonly drop: number;
  readonly duplicate: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Share of frames that take up to ten times longer: they arrive out of order. */
  readonly slow: number;
}

/** Random loss, delay, reordering and duplication, keyed by the frame itself. */
export function stormyLinks(dice: Dice, nemesis: Nemesis, weather: Weather): LinkModel {
  const { drop, duplicate, minDelayMs, maxDelayMs, slow } = weather;
  return ({ from, fromInstance, to, toInstance, slot, nth }) => {
    const key = ((from * 2 + fromInstance) * 64 + to) * 2 + toInstance;
    if (nemesis.chance(drop, 'drop', key, slot, nth)) return [];
    const delay = (copy: number): number => {
      const spread = nemesis.chance(slow, 'slow', key, slot, nth, copy) ? 10 * maxDelayMs : maxDelayMs;
      return minDelayMs + dice.roll('delay', key, slot, nth, copy) * (spread - minDelayMs);
    };
    return nemesis.chance(duplicate, 'twice', key, slot, nth) ? [delay(0), delay(1)] : [delay(0)];
  };
}
