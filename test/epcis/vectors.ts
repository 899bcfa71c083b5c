import { jsonOf } from '../provenance/files.js';

/** Rows of one file of identifier vectors. */
export const casesOf = <T>(name: string): readonly T[] =>
  (jsonOf(`identifier-vectors/${name}.json`) as { cases: readonly T[] }).cases;

/** Prints how many vectors agreed: a reader of the run sees that none was left out. */
export function counted(what: string, total: number, differing: number): void {
  process.stdout.write(`  ${what}: ${total - differing} of ${total} vectors agree\n`);
}
