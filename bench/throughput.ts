import { cpuClock, type CpuTimes } from './cpu.js';
import type { LoadJob, LoadNode, LoadResult } from './load/job.js';
import { LoadProcess } from './load/loadProcess.js';
import type { BenchNetwork } from './site.js';

export interface Loaded extends LoadResult {
  /** Of all nodes and the database server in the window. */
  readonly cpu: CpuTimes;
}

/** Transactions signed for a load without a rate: more than anything here can order. */
const PREPARED_PER_SECOND = 9000;
let series = Math.floor(Date.now() / 1000) % 1_000_000_000;

export const loadNodes = ({ network }: BenchNetwork): readonly LoadNode[] =>
  network.layout.nodes.map(({ id, directory, httpPort }) => ({ id, directory, host: '127.0.0.1', port: httpPort }));

/** A job with the usual values; what it is not told is one event a transaction and a closed loop. */
export function loadJob(running: BenchNetwork, asked: Partial<LoadJob> & Pick<LoadJob, 'mode' | 'seconds'>): LoadJob {
  const warmUpSeconds = asked.warmUpSeconds ?? 2;
  const events = asked.eventsPerTransaction ?? 1;
  return {
    network: running.network.layout.directory,
    nodes: loadNodes(running),
    ...{ rate: null, inFlight: 2048, connections: 32, warmUpSeconds, eventsPerTransaction: events, series: (series += 1) },
    prepared: Math.ceil(((warmUpSeconds + asked.seconds) * PREPARED_PER_SECOND) / Math.sqrt(events)),
    ...asked
  };
}

/** Loads the network, reading the processor clocks at both ends of the window. */
export async function load(running: BenchNetwork, job: LoadJob): Promise<Loaded> {
  const [process_, clock] = await Promise.all([LoadProcess.prepare(job), cpuClock(running)]);
  let [before, after] = [clock(), clock()];
  try {
    const result = await process_.run({ begin: () => void (before = clock()), end: () => void (after = clock()) });
    return { ...result, cpu: { nodesMs: after.nodesMs - before.nodesMs, postgresMs: after.postgresMs - before.postgresMs } };
  } finally {
    process_.stop();
  }
}
