import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trace } from '@lading/api';
import { withClient } from '@lading/storage';
import { captureInCustody, captureSigned, growerDocument, type Captured } from '../../bench/capture.js';
import { percentile, spreadFigure, spreadOf, timed } from '../../bench/measure.js';
import { askEvents, askTrace, PER_PAGE, QUESTIONS } from '../../bench/queries.js';
import { freshNetwork, keptServer, loadedNetwork, type BenchNetwork, type BenchServer, type LoadedNetwork } from '../../bench/site.js';
import { isShown } from '../e2e/network.js';
import { figure } from '../e2e/figures.js';
import { testServerUrl } from '../fixtures/postgres.js';
import { showTable } from '../conformance/table.js';
import { root } from '../tidy/repository.js';

/** Full size by `npm run bench:provenance`, small with the other tests, which look at answers and not at times. */
const SIZE = isShown
  ? { events: 1_000_000, ancestors: 10_000, requests: 200, runs: Number(process.env['LADING_BENCH_RUNS'] ?? 5), document: 10_000 }
  : { events: 1_000, ancestors: 100, requests: 4, runs: 1, document: 1_000 };
const DIRECTORY = join(root, '.lading', 'bench');
const PARTS = (process.env['LADING_BENCH_PARTS'] ?? 'queries,trace,capture').split(',');
const part = (name: string): typeof it => (PARTS.includes(name) ? it : it.skip) as typeof it;
const asksProjection = PARTS.includes('queries') || PARTS.includes('trace');
const MINUTES = 60_000;

async function openServer(): Promise<BenchServer> {
  if (isShown) return keptServer(DIRECTORY, process.env['LADING_BENCH_RESET'] !== undefined);
  return { adminUrl: await testServerUrl(), stop: () => Promise.resolve() };
}

async function describeServer(server: BenchServer): Promise<void> {
  const durability = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'wal_sync_method'];
  const names = ['server_version', ...durability, 'shared_buffers'];
  await withClient(server.adminUrl, async (client) => {
    const { rows } = await client.query(`SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name`, [names]);
    showTable('PostgreSQL (embedded)', ['setting', 'value'], rows.map(({ name, value }) => [name, value] as string[]));
  });
}

describe(`a projection of ${SIZE.events} events`, () => {
  let server: BenchServer;
  let directory = '';
  let loaded: LoadedNetwork;

  beforeAll(async () => {
    if (!asksProjection) return;
    server = await openServer();
    directory = isShown ? join(DIRECTORY, `network-${SIZE.events}`) : await mkdtemp(join(tmpdir(), 'lading-bench-'));
    loaded = await loadedNetwork(server, directory, SIZE, (line) => process.stderr.write(`loading: ${line}\n`));
    if (!isShown) return;
    await describeServer(server);
    const { loadSeconds, isKept, databaseBytes, events } = loaded;
    const seconds = `${loadSeconds.toFixed(0)} s${isKept ? ', by an earlier run' : ''}`;
    const note = 'signed transactions of four organizations, through the projector\'s code and its own apply; no consensus';
    const disk = `${(databaseBytes / 2 ** 20).toFixed(0)} MiB`;
    showTable('The projection', ['events', 'loading', 'disk', 'what it is made of'], [[String(events), seconds, disk, note]]);
  }, 60 * MINUTES);
  afterAll(async () => {
    if (!asksProjection) return;
    await loaded.stop();
    await server.stop();
    if (!isShown) await rm(directory, { recursive: true, force: true });
  }, MINUTES);

  const journeys = SIZE.events / 10;
  const reader = () => {
    const [clerk] = loaded.clerks;
    if (clerk === undefined) throw new Error('nobody to ask');
    return clerk;
  };

  async function measure(name: keyof typeof QUESTIONS, what: string): Promise<number> {
    let events = 0;
    const ask = async (n: number): Promise<void> => {
      events += (await askEvents(reader(), QUESTIONS[name](n, journeys))).length;
    };
    await timed(isShown ? 20 : 0, (n) => ask(n + SIZE.requests));
    events = 0;
    const runs: number[] = [];
    const all: number[] = [];
    for (let run = 0; run < SIZE.runs; run++) {
      const took = await timed(SIZE.requests, (n) => ask(n + 1000 * run));
      runs.push(percentile(took, 0.95));
      all.push(...took);
    }
    spreadFigure(`GET /events ${what}, p95 of ${SIZE.requests}`, runs, 'ms', { atMost: 30 });
    const { median, max } = spreadOf(all);
    const per = (events / all.length).toFixed(1);
    showTable(`GET /events ${what}`, ['requests', 'events an answer', 'median ms', 'slowest ms'], [
      [String(all.length), per, median.toFixed(1), max.toFixed(1)]
    ]);
    return events;
  }

  part('queries')('is asked by MATCH_anyEPC, and every answer has the events of the three items', async () => {
    expect(await measure('anyEpc', 'by MATCH_anyEPC')).toBeGreaterThan(SIZE.requests * SIZE.runs * 10);
    const question = new URLSearchParams({ MATCH_anyEPC: QUESTIONS.anyEpc(0, journeys).get('MATCH_anyEPC')?.split('|')[0] ?? '' });
    const steps = (await askEvents(reader(), question)).map(({ bizStep }) => bizStep);
    const journey = ['packing', 'storing', 'shipping', 'receiving', 'departing', 'shipping', 'receiving', 'unpacking'];
    expect(steps).toEqual(journey);
  }, 10 * MINUTES);

  part('queries')('is asked by type, time range and step, and every event of an answer is of them', async () => {
    await measure('stepInTime', 'by eventType, time range and bizStep');
    for (let n = 0; n < 4; n++) {
      const question = QUESTIONS.stepInTime(n, journeys);
      const events = await askEvents(reader(), question);
      expect(events.length).toBeLessThanOrEqual(PER_PAGE);
      for (const event of events) {
        expect(event).toMatchObject({ type: question.get('eventType'), bizStep: question.get('EQ_bizStep') });
        const time = Date.parse(event.eventTime);
        expect(time).toBeGreaterThanOrEqual(Date.parse(question.get('GE_eventTime') ?? ''));
        expect(time).toBeLessThan(Date.parse(question.get('LT_eventTime') ?? ''));
      }
    }
  }, 10 * MINUTES);

  part('trace')('traces a lot back to all its ancestors, with every way between them', async () => {
    const took: number[] = [];
    let trace = {} as Trace;
    for (let run = 0; run < (isShown ? SIZE.runs + 2 : 1); run++) {
      const started = performance.now();
      const answer = await askTrace(reader(), loaded.world.root);
      if (run >= 2 || !isShown) took.push(performance.now() - started);
      trace = JSON.parse(answer) as Trace;
    }
    spreadFigure(`trace back of an item with ${SIZE.ancestors} ancestors`, took, 'ms', { atMost: 500 });
    expect(trace.truncated).toBe(false);
    expect(trace.items).toHaveLength(SIZE.ancestors + 1);
    expect(trace.edges.filter(({ kind }) => kind === 'transformation')).toHaveLength(SIZE.ancestors);
    expect(trace.edges.filter(({ kind, until }) => kind === 'transfer' && until !== null).length).toBeGreaterThan(SIZE.ancestors * 0.8);
  }, 10 * MINUTES);
});

describe(`a document of ${SIZE.document} events`, () => {
  let server: BenchServer;
  let running: BenchNetwork;

  beforeAll(async () => {
    if (!PARTS.includes('capture')) return;
    server = await openServer();
    running = await freshNetwork(server, 'custody');
  }, 10 * MINUTES);
  afterAll(async () => {
    if (!PARTS.includes('capture')) return;
    await running.stop();
    await server.stop();
  }, MINUTES);

  async function measure(what: string, first: number, capture: (document: Uint8Array) => Promise<Captured>): Promise<void> {
    const runs: Captured[] = [];
    const warmUps = isShown ? 1 : 0;
    for (let run = 0; run < SIZE.runs + warmUps; run++) {
      const captured = await capture(growerDocument(first + run, SIZE.document));
      expect(captured.job.errors).toEqual([]);
      expect(captured.job).toMatchObject({ running: false, success: true });
      if (run >= warmUps) runs.push(captured);
    }
    const rates = runs.map(({ seconds }) => SIZE.document / seconds);
    spreadFigure(`capture of ${SIZE.document} events, ${what}, in blocks`, rates, 'events/s', { atLeast: 5000 });
    figure(`capture, ${what}: slowest run`, Math.min(...rates), 'events/s', {});
    const lags = runs.map(({ lagMs }) => lagMs);
    spreadFigure(`capture, ${what}: from the outcomes to events that queries show`, lags, 'ms', {});
    // Of four nodes on one machine: what one event costs one node, wherever the others run.
    const perEvent = (ms: number): number => (ms * 1000) / SIZE.document / running.network.nodes.length;
    const cost = (name: string, of: (captured: Captured) => number): void =>
      spreadFigure(`capture, ${what}: processor time of ${name}`, runs.map((captured) => perEvent(of(captured))), 'µs/event/node', {});
    cost('a node until the outcomes', ({ cpu }) => cpu.nodesMs);
    cost('PostgreSQL until the outcomes', ({ cpu }) => cpu.postgresMs);
    cost('a node until readable', ({ cpuReadable }) => cpuReadable.nodesMs);
    cost('PostgreSQL until readable', ({ cpuReadable }) => cpuReadable.postgresMs);
  }

  part('capture')('is captured by the member\'s own key', async () => {
    await measure('signed by the member', 0, (document) => captureSigned(running, document));
  }, 10 * MINUTES);

  part('capture')('is captured in custody mode', async () => {
    await measure('custody mode', 10, (document) => captureInCustody(running, document));
  }, 10 * MINUTES);
});
