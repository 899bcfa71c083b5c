import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuClock, processMs } from '../../bench/cpu.js';
import { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import type { NodeProcess } from '../../apps/node/src/dev/nodeProcess.js';
import { CLERK } from '../../apps/node/src/dev/storyLoader.js';
import { diskUse } from '../../bench/disk.js';
import { heldTransactions, loadLedger, type RoundCost } from '../../bench/ledgerLoad.js';
import { projected, residentMegabytes, startSeconds } from '../../bench/ledgerNode.js';
import { askStory, bytesBesideEvents, verifyStory } from '../../bench/ledgerProof.js';
import { openSite, type LedgerSite } from '../../bench/ledgerSite.js';
import { ANCESTORS, lineageEnd, SUBJECT } from '../../bench/ledgerWorld.js';
import { percentile, spreadFigure } from '../../bench/measure.js';
import { figure } from '../e2e/figures.js';
import { isShown } from '../e2e/network.js';
import { showTable } from '../conformance/table.js';
import { testServerUrl } from '../fixtures/postgres.js';
import { root } from '../tidy/repository.js';

/** A million by `npm run bench:ledger`, some hundreds with the other tests, which look at answers and not at times. */
const TRANSACTIONS = isShown ? Number(process.env['LADING_LEDGER_TRANSACTIONS'] ?? 1_000_000) : 600;
/** The story of the item that is proven takes the first twelfth of a million. */
const STRIDE = isShown ? 1668 : 2;
/** The ledger that the cost of a transaction is compared with, and by how much both grow for it. */
const SMALL = isShown ? 10_000 : 300;
const GROWTH = isShown ? 50_000 : 600;
const RUNS = isShown ? 5 : 1;
const REQUESTS = isShown ? 40 : 2;
const DIRECTORY = process.env['LADING_BENCH_LEDGER'] ?? join(root, '.lading', 'bench-ledger');
const PARTS = (process.env['LADING_LEDGER_PARTS'] ?? 'cost,start,story,disk').split(',');
const part = (name: string): typeof it => (PARTS.includes(name) ? it : it.skip) as typeof it;
const HOURS = 3_600_000;
/** What a node keeps of batches before it rewrites the file (limits of the engine). */
const BATCH_LOG_BYTES = 16 << 20;
const log = (line: string): void => void (isShown && process.stderr.write(`${line}\n`));

describe(`a ledger of ${TRANSACTIONS} transactions`, () => {
  let site: LedgerSite;
  let node: NodeProcess;
  let clerk: DemoMember;
  let directory = DIRECTORY;

  beforeAll(async () => {
    if (!isShown) directory = await mkdtemp(join(tmpdir(), 'lading-ledger-'));
    const server = isShown ? null : { adminUrl: await testServerUrl(), stop: () => Promise.resolve() };
    site = await openSite(directory, server, isShown ? undefined : `l${process.pid}`);
    await loadLedger(site.network, { transactions: TRANSACTIONS, stride: STRIDE }, site.costsFile, (line) => log(`loading: ${line}`));
    const [first] = site.network.nodes;
    if (first === undefined) throw new Error('a network without nodes');
    node = first;
    clerk = await DemoMember.open(node.node, site.network.genesis, CLERK);
  }, 6 * HOURS);
  afterAll(async () => {
    await site.network.stop();
    await site.server.stop();
    if (!isShown) await rm(directory, { recursive: true, force: true });
  }, HOURS);

  /** Costs of the blocks by which a ledger grows now: half of them, when caches are warm. */
  async function growth(grown: LedgerSite, stride: number): Promise<readonly RoundCost[]> {
    const id = grown.network.layout.nodes[0]?.id ?? '';
    const held = await heldTransactions(grown.network.databaseAdminUrl(id));
    await loadLedger(grown.network, { transactions: held + GROWTH, stride }, grown.costsFile, () => undefined);
    const costs = readFileSync(grown.costsFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RoundCost);
    const own = costs.filter(({ before }) => before >= held);
    return own.slice(Math.floor(own.length / 2));
  }

  part('cost')('costs as much a transaction as a small one does at the same time', async () => {
    const small = await openSite(join(directory, 'small'), site.server, isShown ? 'small' : `s${process.pid}`);
    await loadLedger(small.network, { transactions: SMALL, stride: STRIDE }, small.costsFile, () => undefined);
    const median = (costs: readonly RoundCost[], of: (round: RoundCost) => number): number => percentile(costs.map(of), 0.5);
    const [little, much] = [await growth(small, STRIDE), await growth(site, STRIDE)];
    const ofNode = (round: RoundCost): number => round.microsNode;
    const ofPostgres = (round: RoundCost): number => round.microsPostgres;
    figure(`executing and storing a transaction at ${SMALL}: node`, median(little, ofNode), 'µs', {});
    figure('the same: PostgreSQL', median(little, ofPostgres), 'µs', {});
    figure(`executing and storing a transaction at ${TRANSACTIONS}: node`, median(much, ofNode), 'µs', {});
    figure('the same: PostgreSQL', median(much, ofPostgres), 'µs', {});
    const all = (round: RoundCost): number => round.microsNode + round.microsPostgres;
    figure('cost of the large ledger against the small one', median(much, all) / median(little, all), '×', { atMost: 1.3 });
    expect(little.length * much.length).toBeGreaterThan(0);
  }, 6 * HOURS);

  part('start')('is opened by a node, which reads and checks what it builds on', async () => {
    // The first start fills the query tables; the others are measured.
    await startSeconds(node, HOURS);
    await projected(node, 3 * HOURS, log);
    await node.stop();
    const seconds: number[] = [];
    const used: number[] = [];
    const resting: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      seconds.push(await startSeconds(node, HOURS));
      used.push(processMs(node.pid) / 1000);
      await delay(isShown ? 5000 : 0);
      const memory = residentMegabytes(node.pid);
      if (memory !== null) resting.push(memory.now);
      await node.stop();
    }
    spreadFigure(`start of a node with ${TRANSACTIONS} transactions`, seconds, 's', { atMost: 10 });
    spreadFigure('of that processor time of the node', used, 's', {});
    spreadFigure('memory of that node, five seconds later', resting, 'MiB', { atMost: 300 });
  }, 6 * HOURS);

  part('story')(`proves an item with ${ANCESTORS} ancestors, and the proof is verified`, async () => {
    expect(lineageEnd(STRIDE)).toBeLessThan(TRANSACTIONS);
    await startSeconds(node, HOURS);
    await projected(node, 3 * HOURS, log);
    const { bytes } = site.network.genesis;
    const server: number[] = [];
    const verifier: number[] = [];
    let text = '';
    const clock = await cpuClock({ network: site.network, clerks: [], stop: () => Promise.resolve() });
    const before = clock();
    for (let n = 0; n < REQUESTS; n++) {
      const proof = await askStory(clerk, SUBJECT);
      const { items, ms } = verifyStory(proof.text, bytes);
      expect(items).toBe(ANCESTORS + 1);
      server.push(proof.serverMs);
      verifier.push(ms);
      text = proof.text;
    }
    const used = clock();
    spreadFigure(`proof of an item with ${ANCESTORS} ancestors, by the server`, server, 'ms', { atMost: 300 });
    figure('of that processor time of the node', (used.nodesMs - before.nodesMs) / REQUESTS, 'ms', {});
    figure('and of PostgreSQL', (used.postgresMs - before.postgresMs) / REQUESTS, 'ms', {});
    figure('the slowest of the first three, when nothing is in memory', Math.max(...server.slice(0, 3)), 'ms', {});
    figure('the proof beside its events', bytesBesideEvents(text) / 1000, 'kB', { atMost: 200 });
    figure('the whole file', text.length / 1000, 'kB', {});
    spreadFigure('its verification in Node', verifier, 'ms', { atMost: 1000 });
    const memory = residentMegabytes(node.pid);
    figure('memory of the node after these questions, at most', memory?.most ?? NaN, 'MiB', { atMost: 300 });
    await node.stop();
  }, 6 * HOURS);

  part('disk')('takes so many bytes on disk, of which all but the query tables cannot be made anew', async () => {
    await startSeconds(node, HOURS);
    await projected(node, 3 * HOURS, log);
    await node.stop();
    const [first] = site.network.layout.nodes;
    const { transactions, payloadBytes, databaseBytes, relations } = await diskUse(site.network.databaseAdminUrl(first?.id ?? ''));
    expect(transactions).toBeGreaterThanOrEqual(TRANSACTIONS);
    const each = (bytes: number): number => bytes / transactions;
    const rows = relations.filter(({ bytes }) => each(bytes) >= 1).map(({ name, bytes }) => [name, each(bytes).toFixed(0)]);
    showTable(`Bytes a transaction of one event, of ${transactions}`, ['table or index', 'bytes'], rows);
    const of = (schema: string): number => relations.reduce((sum, { name, bytes }) => sum + (name.startsWith(schema) ? bytes : 0), 0);
    figure('signed transaction', each(payloadBytes), 'bytes', {});
    figure('tables and indexes of the ledger', of('ledger.') / payloadBytes, '× payload', {});
    figure('tables and indexes for queries and proofs', of('provenance.') / payloadBytes, '× payload', {});
    figure('database and batch log', (databaseBytes + BATCH_LOG_BYTES) / payloadBytes, '× payload', { atMost: 3 });
  }, 6 * HOURS);
});
