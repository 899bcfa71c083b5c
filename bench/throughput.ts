import type { CpuTimes } from './cpu.js';
import { cpuClock } from './cpu.js';
import type { LoadJob, LoadNode, LoadResult } from './load/job.js';
import { LoadProcess, type WindowEvents } from './load/loadProcess.js';
import type { BenchNetwork } from './site.js';

export interface Loaded extends LoadResult {
  /** Of the job: names its items. */
  readonly series: number;
  /** Of all nodes and the database server in the window. */
  readonly cpu: CpuTimes;
}

/** What is loaded: a network, or what stands in for one. */
export interface LoadTarget {
  /** With genesis and the keys that sign. */
  readonly directory: string;
  readonly nodes: readonly LoadNode[];
  clock(): Promise<() => CpuTimes>;
}

/** Transactions that were answered, in the window and outside of it. */
export const answeredOf = ({ buckets }: Loaded): number => buckets.reduce((sum, each) => sum + each, 0);

export type AskedLoad = Partial<LoadJob> & Pick<LoadJob, 'mode' | 'seconds'>;

/** Transactions signed for a load without a rate: more than anything here can order, fewer where each holds many events. */
const PREPARED_PER_SECOND = 9000;
const IN_FLIGHT = 2048;
let series = Math.floor(Date.now() / 1000) % 1_000_000_000;

export const networkTarget = (running: BenchNetwork): LoadTarget => ({
  directory: running.network.layout.directory,
  nodes: running.network.layout.nodes.map(({ id, directory, httpPort }) => ({ id, directory, host: '127.0.0.1', port: httpPort })),
  clock: () => cpuClock(running)
});

/** A job with the usual values; what it is not told is one event a transaction and a closed loop. */
export function loadJob({ directory, nodes }: LoadTarget, asked: AskedLoad): LoadJob {
  const warmUpSeconds = asked.warmUpSeconds ?? 2;
  const events = asked.eventsPerTransaction ?? 1;
  return {
    ...{ network: directory, nodes, rate: null, inFlight: IN_FLIGHT, connections: 64, warmUpSeconds },
    ...{ eventsPerTransaction: events, series: (series += 1) },
    prepared: Math.ceil(((warmUpSeconds + asked.seconds) * PREPARED_PER_SECOND) / events ** 0.75),
    ...asked
  };
}

/** Loads the target, reading the processor clocks at both ends of the window. */
export async function load(target: LoadTarget, asked: AskedLoad, events: WindowEvents = {}): Promise<Loaded> {
  const job = loadJob(target, asked);
  const loading = await LoadProcess.prepare(job);
  try {
    const clock = await target.clock();
    let [before, after] = [clock(), clock()];
    const result = await loading.run({
      begin: () => {
        before = clock();
        events.begin?.();
      },
      end: () => {
        after = clock();
        events.end?.();
      }
    });
    const cpu = { nodesMs: after.nodesMs - before.nodesMs, postgresMs: after.postgresMs - before.postgresMs };
    return { ...result, series: job.series, cpu };
  } finally {
    loading.stop();
  }
}

/** What was sent has to have been applied: a rate of refusals is no rate. */
export function assertClean({ lost, refused }: LoadResult): void {
  const codes = Object.entries(refused);
  if (lost > 0 || codes.length > 0) throw new Error(`${lost} transactions without an answer, refused: ${JSON.stringify(refused)}`);
}

/** A window without an answer says nothing about rates: the machine is too busy, or the network stands. */
export function assertAnswered(result: LoadResult): void {
  assertClean(result);
  if (result.answered === 0) throw new Error('no transaction was answered in the window');
}

/** Answers kept up with what was sent: what waits at the end is at most a second's worth. */
export const isSustained = ({ perSecond, backlog }: LoadResult, rate: number): boolean => perSecond >= 0.97 * rate && backlog <= rate;

export interface Sustained {
  /** What was offered in the runs that count. */
  readonly rate: number;
  readonly runs: readonly Loaded[];
}

export interface Search {
  readonly asked: Omit<AskedLoad, 'seconds' | 'rate'>;
  readonly probeSeconds: number;
  readonly seconds: number;
  readonly runs: number;
  readonly searches: boolean;
  log(line: string): void;
}

/** Less than what was not sustained, by this at least and at most. */
const STEP = 0.95;
const FALL = 0.7;
const LOWEST = 0.3;

/**
 * The highest rate that is sustained. What comes of a closed loop is a first guess, since no queue can grow there; then loads
 * on schedule at that rate, and less while answers do not keep up; then the runs that count. One that turns out not to be
 * sustained is discarded with all before it, and the search goes on below.
 */
export async function findSustained(target: LoadTarget, search: Search): Promise<Sustained> {
  const { asked, probeSeconds, seconds, runs, log } = search;
  const peak = await load(target, { ...asked, seconds: probeSeconds });
  assertAnswered(peak);
  log(`closed loop: ${peak.perSecond.toFixed(0)}/s`);
  let rate = peak.perSecond;
  if (!search.searches) return { rate, runs: [peak] };
  const steps = async (length: number): Promise<Loaded> => {
    for (;;) {
      const loaded = await load(target, { ...asked, seconds: length, rate });
      assertAnswered(loaded);
      const holds = isSustained(loaded, rate);
      const waiting = `${loaded.backlog} waiting${holds ? '' : ', too much'}`;
      log(`${rate.toFixed(0)}/s offered for ${length} s: ${loaded.perSecond.toFixed(0)}/s, ${waiting}`);
      if (holds) return loaded;
      rate = Math.max(FALL * rate, Math.min(STEP * rate, loaded.perSecond));
      if (rate < LOWEST * peak.perSecond) throw new Error('no rate was sustained');
    }
  };
  await steps(probeSeconds);
  const counted: Loaded[] = [];
  for (let at = rate; counted.length < runs; at = rate) {
    const loaded = await steps(seconds);
    if (rate < at) counted.length = 0;
    counted.push(loaded);
  }
  return { rate, runs: counted };
}

/** Microseconds by transaction and node of the nodes, or of the database server. */
export const costs = (loaded: readonly Loaded[], nodes: number, of: keyof CpuTimes): number[] =>
  loaded.map(({ cpu, answered }) => (cpu[of] * 1000) / Math.max(1, answered) / nodes);
