import { heightOf } from './chain.js';
import type { CoreState, Pace } from './state.js';

/** Weight of the newest sample; a load that is over is forgotten sooner than a slow block is believed. */
const LONGER = 0.25;
const SHORTER = 0.5;

export const createPace = (): Pace => ({ sample: null, roundMs: 0 });

/** A block was proposed, or accepted. */
export function notePaceBegin({ pace, nowMs }: CoreState, height: number): void {
  // What a change of view replaced, or another node's block overtook, is not waited for.
  if (pace.sample === null || height <= pace.sample.height) pace.sample = { height, sinceMs: nowMs };
}

export function notePaceEnd({ pace, nowMs, timing }: CoreState, height: number): void {
  if (pace.sample === null || height < pace.sample.height) return;
  const tookMs = Math.min(nowMs - pace.sample.sinceMs, 4 * timing.longestIntervalMs);
  const weight = tookMs < pace.roundMs ? SHORTER : LONGER;
  pace.roundMs = pace.roundMs === 0 ? tookMs : pace.roundMs + weight * (tookMs - pace.roundMs);
  pace.sample = null;
}

/**
 * P1: while a proposed block is not executed. Where that takes long, for distance or for want of processor, two at a time
 * are enough, and larger: what a block costs beside its transactions is then spent less often.
 */
export function proposalPaceMs({ pace, timing }: CoreState): number {
  const { proposalIntervalMs, longestIntervalMs } = timing;
  return Math.max(proposalIntervalMs, Math.min(longestIntervalMs, Math.floor(pace.roundMs / 2)));
}

/** P1: nothing waits where everything that was proposed is executed. */
export const isUnderWay = (state: CoreState): boolean => state.top !== null && heightOf(state.top) > state.executed;
