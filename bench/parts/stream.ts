import type { BenchContext } from '../context.js';
import { assertAnswered, costs, findSustained, load, networkTarget, type Loaded } from '../throughput.js';
import { onNetwork } from './network.js';

const MODE = { mode: 'ndjson' } as const;
const SHARES = [25, 50, 75] as const;

/** Figure a: signed transactions of one event, in streams, as fast as the network sustains, and at shares of that. */
export async function streamPart(context: BenchContext): Promise<void> {
  const { book, sizes, nodes, log } = context;
  await onNetwork(context, async (running) => {
    const target = networkTarget(running);
    const { rate, runs } = await findSustained(target, {
      asked: { ...MODE, inFlight: sizes.inFlight },
      ...{ probeSeconds: sizes.probeSeconds, seconds: sizes.sustainedSeconds, runs: sizes.runs, searches: sizes.searches },
      log: (line) => log(`stream: ${line}`)
    });
    const name = `streams of transactions of one event, ${sizes.sustainedSeconds} s`;
    const rates = runs.map(({ perSecond }) => perSecond);
    book.add('stream.rate', `${name}: sustained`, 'tx/s', rates, { atLeast: 3000 });
    const ceiling = book.median('floor.ceiling');
    if (ceiling !== null) {
      const shares = rates.map((each) => each / ceiling);
      book.add('stream.ofCeiling', `${name}: share of the ceiling`, '×', shares, { atLeast: 0.5 });
    }
    latencyFigures(context, 'stream.full', `${name}: at that rate`, runs);
    book.add('stream.cpuNode', `${name}: processor, node`, 'µs/tx/node', costs(runs, nodes, 'nodesMs'), {}, 'less');
    book.add('stream.cpuPostgres', `${name}: processor, PostgreSQL`, 'µs/tx/node', costs(runs, nodes, 'postgresMs'), {}, 'less');
    book.add('stream.bytes', 'payload of one event', 'B', runs.map(({ payloadBytes }) => payloadBytes), {}, 'neither');
    for (const share of SHARES) {
      const loads: Loaded[] = [];
      for (let run = 0; run < sizes.runs; run++) {
        const loaded = await load(target, { ...MODE, rate: (rate * share) / 100, seconds: sizes.shareSeconds });
        assertAnswered(loaded);
        loads.push(loaded);
        log(`stream at ${share} %: p99 ${loaded.latencyMs.p99.toFixed(1)} ms`);
      }
      latencyFigures(context, `stream.at${share}`, `streams at ${share} % of it`, loads, share === 50 ? { atMost: 250 } : {});
    }
  });
}

/** From the intended time of sending. */
export function latencyFigures(
  { book }: BenchContext,
  id: string,
  what: string,
  runs: readonly Loaded[],
  p99: { readonly atMost?: number } = {},
  p50: { readonly atMost?: number } = {}
): void {
  book.add(`${id}.p50`, `${what}: p50`, 'ms', runs.map(({ latencyMs }) => latencyMs.p50), p50, 'less');
  book.add(`${id}.p99`, `${what}: p99`, 'ms', runs.map(({ latencyMs }) => latencyMs.p99), p99, 'less');
}
