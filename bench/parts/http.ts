import type { BenchContext } from '../context.js';
import { insertTarget } from '../baseline/insertTarget.js';
import { costs, findSustained, networkTarget, type LoadTarget, type Sustained } from '../throughput.js';
import { latencyFigures } from './stream.js';
import { onNetwork } from './network.js';

/** 256 connections in all, one request at a time on each. */
const ASKED = { mode: 'http', inFlight: 256, connections: 64 } as const;

const sustained = ({ sizes, log }: BenchContext, target: LoadTarget, name: string): Promise<Sustained> =>
  findSustained(target, {
    ...{ asked: ASKED, probeSeconds: sizes.probeSeconds, seconds: sizes.shareSeconds, runs: sizes.runs, searches: sizes.searches },
    log: (line) => log(`${name}: ${line}`)
  });

/** One HTTP request for each event, by the same client: of the network, and of baseline (i). */
export async function httpPart(context: BenchContext): Promise<void> {
  const { book, nodes } = context;
  await onNetwork(context, async (running) => {
    const { runs } = await sustained(context, networkTarget(running), 'http');
    const rates = runs.map(({ perSecond }) => perSecond);
    book.add('http.rate', 'one HTTP request an event, 256 connections: sustained', 'tx/s', rates, { atLeast: 1800 });
    latencyFigures(context, 'http.full', 'one HTTP request an event: at that rate', runs);
    const name = 'one HTTP request an event: processor';
    book.add('http.cpuNode', `${name}, node`, 'µs/tx/node', costs(runs, nodes, 'nodesMs'), {}, 'less');
    book.add('http.cpuPostgres', `${name}, PostgreSQL`, 'µs/tx/node', costs(runs, nodes, 'postgresMs'), {}, 'less');
  });
}

/** Baseline (i): the same endpoint, request and client; one PostgreSQL, one INSERT an event, no consensus. */
export async function insertPart(context: BenchContext): Promise<void> {
  const { book } = context;
  const target = await insertTarget(context.server);
  try {
    const { runs } = await sustained(context, target, 'insert');
    const rates = runs.map(({ perSecond }) => perSecond);
    book.add('insert.rate', 'baseline (i), one PostgreSQL without consensus, one INSERT an event', 'tx/s', rates, {}, 'neither');
    latencyFigures(context, 'insert.full', 'baseline (i): at that rate', runs);
    const own = book.median('http.rate');
    if (own === null) return;
    const ratios = rates.map((each) => own / each);
    book.add('http.ofInsert', 'one HTTP request an event, against baseline (i)', '×', ratios, { atLeast: 0.3 });
  } finally {
    await target.stop();
  }
}
