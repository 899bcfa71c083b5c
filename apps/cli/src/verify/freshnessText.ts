import { writeFileSync } from 'node:fs';
import type { Paints } from './reportLines.js';
import type { KnownFreshness } from './seenFile.js';

/** One line about the age of a proof, '' when there is nothing to say. `fraudFile`: where a fork was written. */
export function freshnessLine(freshness: KnownFreshness | null, fraudFile: string | null, { red, dim }: Paints): string {
  switch (freshness?.status) {
    case undefined:
      return '';
    case 'first':
      return dim(' freshness: the first checkpoint of this network that this machine has seen');
    case 'newest':
      return ' freshness: the newest checkpoint of this network that this machine has seen';
    case 'stale': {
      const { height, heights, milliseconds, epochs } = freshness;
      const changed = epochs > 0 ? `, ${epochs} changes of the validators` : '';
      const behind = `${heights} blocks and ${duration(milliseconds)} older${changed}`;
      return `${red('STALE')}  this machine has seen height ${height}: the proof is ${behind}. Ask for a newer one`;
    }
    case 'fork': {
      const where = fraudFile === null ? '; the proof of it could not be written' : `; the proof of it: ${fraudFile}`;
      return `${red('FORK')}  validators have certified another checkpoint of height ${freshness.height}${where}`;
    }
    case 'superseded': {
      const { height, epoch, shown } = freshness;
      const signers = shown < epoch ? 'that have been replaced' : 'of a chain of epochs that this machine does not know';
      return `${red('SUPERSEDED')}  signed by validators ${signers}: height ${height} is of epoch ${epoch}, not ${shown}`;
    }
    case 'fault':
      return `${red('!')} freshness was not judged: ${freshness.fault}`;
  }
}

/** Whether a proof is not to be believed, although it holds for whoever knows genesis alone: exit code 3, and it is not kept. */
export const isContradicted = (freshness: KnownFreshness | null): boolean => ['fork', 'superseded'].includes(freshness?.status ?? '');

/** The fraud proof of a fork, in a file beside the proof; null without a fork, or where no file can be made. */
export function writeFraud(freshness: KnownFreshness | null, file: string): string | null {
  if (freshness?.status !== 'fork') return null;
  const path = `${file === '-' ? 'stdin' : file}.fraud-${freshness.height}.proof`;
  try {
    writeFileSync(path, freshness.fraudProof);
    return path;
  } catch {
    return null;
  }
}

export function freshnessJson(freshness: KnownFreshness | null, fraudFile: string | null): object | null {
  return freshness?.status === 'fork' ? { status: 'fork', height: freshness.height, fraudFile } : freshness;
}

const UNITS: readonly (readonly [name: string, milliseconds: number])[] = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1000]
];

/** In the largest unit that it fills twice. */
export function duration(milliseconds: number): string {
  const [name, size] = UNITS.find(([, unit]) => milliseconds >= 2 * unit) ?? (['milliseconds', 1] as const);
  return `${Math.floor(milliseconds / size)} ${name}`;
}
