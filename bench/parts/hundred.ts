import type { BenchContext } from '../context.js';
import { costs, findSustained, networkTarget } from '../throughput.js';
import { onNetwork } from './network.js';
import { latencyFigures } from './stream.js';

const EVENTS = 100;
/** Transactions on their way in the closed loop: 6,400 events. */
const IN_FLIGHT = 64;

/** Figure b: a hundred events under one signature. */
export async function hundredPart(context: BenchContext): Promise<void> {
  const { book, sizes, nodes, log } = context;
  await onNetwork(context, async (running) => {
    const { runs } = await findSustained(networkTarget(running), {
      asked: { mode: 'ndjson', eventsPerTransaction: EVENTS, inFlight: IN_FLIGHT },
      ...{ probeSeconds: sizes.probeSeconds, seconds: sizes.shareSeconds, runs: sizes.runs, searches: sizes.searches },
      log: (line) => log(`hundred: ${line}`)
    });
    const name = `streams of transactions of ${EVENTS} events`;
    book.add('hundred.rate', `${name}: sustained`, 'events/s', runs.map(({ perSecond }) => perSecond * EVENTS), { atLeast: 10_000 });
    latencyFigures(context, 'hundred.full', `${name}: at that rate`, runs);
    const byEvent = (of: 'nodesMs' | 'postgresMs'): number[] => costs(runs, nodes, of).map((cost) => cost / EVENTS);
    book.add('hundred.cpuNode', `${name}: processor, node`, 'µs/event/node', byEvent('nodesMs'), {}, 'less');
    book.add('hundred.cpuPostgres', `${name}: processor, PostgreSQL`, 'µs/event/node', byEvent('postgresMs'), {}, 'less');
  });
}
