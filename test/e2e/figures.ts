import { appendFileSync } from 'node:fs';

/**
 * Reports a measured figure to `npm run show:<name>`. Tests never fail on speed: the show command does, and prints
 * the figure beside its target.
 */
export function figure(
  what: string,
  measured: number,
  unit: string,
  target: { atMost?: number; atLeast?: number; exactly?: number }
): void {
  const file = process.env['LADING_FIGURES'];
  if (file === undefined) return;
  const met =
    (target.atMost === undefined || measured <= target.atMost) &&
    (target.atLeast === undefined || measured >= target.atLeast) &&
    (target.exactly === undefined || measured === target.exactly);
  const words = [
    target.atMost === undefined ? '' : `≤ ${target.atMost} ${unit}`,
    target.atLeast === undefined ? '' : `≥ ${target.atLeast} ${unit}`,
    target.exactly === undefined ? '' : `${target.exactly} ${unit}`
  ].filter((word) => word !== '');
  const rounded = Math.round(measured * 10) / 10;
  appendFileSync(file, `${JSON.stringify({ what, measured: rounded, unit, target: words.join(', '), met })}\n`);
}
