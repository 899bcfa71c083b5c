import { showTable } from '../conformance/table.js';
import { figure } from '../e2e/figures.js';
import { jsonOf } from '../provenance/files.js';
import type { Dispute } from './vectorExceptions.js';

/** Rows of one file of identifier vectors. */
export const casesOf = <T>(name: string): readonly T[] =>
  (jsonOf(`identifier-vectors/${name}.json`) as { cases: readonly T[] }).cases;

/** Prints how many vectors agreed: a reader of the run sees that none was left out. */
export function counted(what: string, total: number, differing: number, listed = 0): void {
  figure(what, total - differing, 'vectors', { atLeast: total - listed });
  process.stdout.write(`  ${what}: ${total - differing} of ${total} vectors agree\n`);
}

interface PublishedRow {
  readonly input: string;
  readonly line: number;
}

/** Prints each vector that we do not follow, beside what it contradicts. */
export function disputed(
  file: string,
  rows: readonly PublishedRow[],
  disputes: ReadonlyMap<string, Dispute>,
  upstream: (row: PublishedRow) => string
): void {
  const seen = new Set<string>();
  const lines = rows.flatMap((row) => {
    const dispute = disputes.get(row.input);
    if (dispute === undefined || seen.has(row.input)) return [];
    seen.add(row.input);
    const { why, clauses, vectors } = dispute;
    const against = [...clauses, ...vectors.map(({ file: other, line, input, says }) => `${other}:${line} ${input} → ${says}`)];
    return [[row.input, `${file}:${row.line}: ${upstream(row)}`, why, against.join('; ')]];
  });
  for (const cells of lines) process.stdout.write(`    ${cells.join(' | ')}\n`);
  showTable(`${file}: vectors that contradict a norm`, ['vector', 'published', 'why not', 'against'], lines);
}
