import { availableParallelism } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEMO_ORGANIZATIONS } from '../apps/node/src/dev/story/names.js';
import { FULL, QUICK, type BenchContext, type Part, type Sizes } from './context.js';
import { FigureBook, judge } from './figures/figure.js';
import { appendHistory, mediansOf, readHistory, regressions, type HistoryEntry } from './figures/history.js';
import { commitText, lacksDurability, loadText, machineText, settingsText } from './figures/machine.js';
import { figureTable } from './figures/table.js';
import { PARTS } from './parts/parts.js';
import { keptServer } from './site.js';

const directory = join(import.meta.dirname, '..', '.lading', 'bench-throughput');
const historyFile = join(directory, '..', 'bench-history.ndjson');

const OPTIONS = {
  only: { type: 'string' },
  json: { type: 'string' },
  runs: { type: 'string' },
  quick: { type: 'boolean', default: false }
} as const;

const log = (line: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
};

/** Parts that were asked for, in the order of the table: later ones compare with earlier ones. */
export function chosenParts(only: string | undefined): readonly (readonly [string, Part])[] {
  const asked = only?.split(',') ?? Object.keys(PARTS);
  const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
  return Object.entries(PARTS).filter(([name]) => asked.includes(name));
}

function sizesOf(isQuick: boolean, runs: string | undefined): Sizes {
  const sizes = isQuick ? QUICK : FULL;
  return runs === undefined ? sizes : { ...sizes, runs: Math.max(1, Number(runs)) };
}

/** Runs the parts, prints the table, keeps the medians. Exit code 1 when a target is missed or a part failed. */
export async function benchMain(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const parts = chosenParts(values.only);
  const before = loadText();
  const server = await keptServer(directory, true);
  const interrupt = (): void => {
    // The nodes end with this process; the server would stay.
    void server.stop().finally(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const book = new FigureBook();
  const failed: string[] = [];
  let settings = '';
  try {
    settings = await settingsText(server.adminUrl);
    if (lacksDurability(settings)) throw new Error(`the database server is not durable: ${settings}`);
    const sizes = sizesOf(values.quick, values.runs);
    const context: BenchContext = { server, sizes, book, nodes: DEMO_ORGANIZATIONS.length, cores: availableParallelism(), log };
    for (const [name, part] of parts) {
      log(`part ${name}`);
      await part(context).catch((error: unknown) => {
        failed.push(name);
        log(`part ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      });
    }
  } finally {
    await server.stop();
  }
  return told(book, { settings, before, failed, isQuick: values.quick, json: values.json });
}

interface Run {
  readonly settings: string;
  readonly before: string;
  readonly failed: readonly string[];
  readonly isQuick: boolean;
  readonly json: string | undefined;
}

function told(book: FigureBook, { settings, before, failed, isQuick, json }: Run): number {
  const judged = book.figures.map(judge);
  const at = new Date().toISOString();
  const entry: HistoryEntry = { at, commit: commitText(), machine: machineText(), isQuick, medians: mediansOf(judged) };
  const worse = regressions(judged, entry, readHistory(historyFile));
  appendHistory(historyFile, entry);
  process.stdout.write(
    `\nmachine: ${entry.machine}; load average ${before} before, ${loadText()} after\n` +
      `commit: ${entry.commit}, ${at}\nPostgreSQL: ${settings}\n\n${figureTable(judged, worse)}\n`
  );
  if (isQuick) {
    process.stdout.write('--quick shows that everything works; its times say little, and its rates are those of closed loops.\n');
  }
  for (const name of failed) process.stdout.write(`part ${name} FAILED\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...entry, settings, failed, figures: judged }, null, 2)}\n`);
  return failed.length === 0 && judged.every(({ isMet }) => isMet !== false) ? 0 : 1;
}
