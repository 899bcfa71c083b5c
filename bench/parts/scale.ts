import { bearer, call, eventually, statusOf } from '../../test/e2e/http.js';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import type { DemoOrganizationId } from '../../apps/node/src/dev/story/names.js';
import type { BenchContext } from '../context.js';
import { percentile } from '../measure.js';
import { singleEvent } from '../load/events.js';
import { diskBytes, memoryMiB, peerBytes } from '../resources.js';
import type { BenchNetwork } from '../site.js';
import { answeredOf, assertAnswered, load, networkTarget, type Loaded } from '../throughput.js';
import { onNetwork } from './network.js';

const REQUESTS = 100;
const READ_LIMIT_MS = 10 * 60_000;

/** Costs at one size of the ledger. */
interface At {
  readonly items: number;
  /** Processor time of node and database by transaction and node, µs. */
  readonly cost: number;
}

/** Figures f, h, i, and cost by size: one network that grows by signed transactions until it holds so many items. */
export async function scalePart(context: BenchContext): Promise<void> {
  const { sizes, log } = context;
  await onNetwork(context, async (running) => {
    const costs: At[] = [];
    let items = 0;
    for (const size of sizes.items) {
      items = await grow(context, running, items, size);
      const sent = await wireAndCost(context, running, size);
      items += sent.items;
      costs.push({ items, cost: sent.cost });
      await everythingReadable(running, items);
      log(`scale: ${items} items, ${sent.cost.toFixed(0)} µs a transaction and node`);
      await latencies(context, running, size, sent.loaded);
      await resources(context, running, size, items, sent.loaded.payloadBytes);
    }
    const [first, last] = [costs[0], costs.at(-1)];
    if (first === undefined || last === undefined) return;
    const what = `cost of a transaction at ${sizes.items.at(-1)} items against ${sizes.items[0]}`;
    context.book.add('scale.cost', what, '×', [last.cost / first.cost], { atMost: 1.3 });
  });
}


/** Loads until nearly so many items are there; the window that is measured adds the rest. */
async function grow({ sizes, log }: BenchContext, running: BenchNetwork, from: number, until: number): Promise<number> {
  let items = from;
  let perSecond = 0;
  for (;;) {
    const left = until - items - perSecond * sizes.shareSeconds;
    if (perSecond > 0 ? left < perSecond * 2 : left < 2000) return items;
    const seconds = perSecond === 0 ? Math.min(5, sizes.shareSeconds) : Math.min(60, Math.max(1, left / perSecond - 2));
    const loaded = await load(networkTarget(running), { mode: 'ndjson', inFlight: sizes.inFlight, seconds });
    assertAnswered(loaded);
    items += answeredOf(loaded);
    ({ perSecond } = loaded);
    log(`scale: ${items} items, ${perSecond.toFixed(0)}/s`);
  }
}

async function wireAndCost(
  { book, sizes, nodes }: BenchContext,
  running: BenchNetwork,
  size: number
): Promise<{ readonly items: number; readonly cost: number; readonly loaded: Loaded }> {
  const sent: (number | null)[] = [];
  const note = (): void => void sent.push(peerBytes(running));
  const events = { begin: note, end: note };
  const asked = { mode: 'ndjson', inFlight: sizes.inFlight, seconds: sizes.shareSeconds } as const;
  const loaded = await load(networkTarget(running), asked, events);
  assertAnswered(loaded);
  const of = (ms: number): number => (ms * 1000) / loaded.answered / nodes;
  const at = `at ${size} items`;
  const [node, postgres] = [of(loaded.cpu.nodesMs), of(loaded.cpu.postgresMs)];
  book.add(`scale.node${size}`, `processor, node, ${at}`, 'µs/tx/node', [node], {}, 'less');
  book.add(`scale.postgres${size}`, `processor, PostgreSQL, ${at}`, 'µs/tx/node', [postgres], {}, 'less');
  const [before = null, after = null] = sent;
  const wire = before === null || after === null ? [] : [(after - before) / loaded.answered / nodes];
  book.add(`scale.wire${size}`, `bytes between nodes by event and node, ${at}`, 'B', wire, {}, 'less');
  return { items: answeredOf(loaded), cost: node + postgres, loaded };
}

/** Query tables follow the ledger; questions are asked when they stand still. */
async function everythingReadable(running: BenchNetwork, items: number): Promise<void> {
  await eventually('queries to show everything', READ_LIMIT_MS, async () => {
    const all = await Promise.all(running.network.layout.nodes.map(({ url }) => statusOf(url)));
    return all.every((status) => (status as unknown as { events: number }).events >= items);
  });
}

/** Paths of questions and proofs about an item of the last load. */
const QUESTIONS: Readonly<Record<string, (epc: string, eventId: string) => string>> = {
  'events by MATCH_anyEPC': (epc) => `/epcis/v2/events?MATCH_anyEPC=${encodeURIComponent(epc)}`,
  'event by id': (_, eventId) => `/epcis/v2/events/${encodeURIComponent(eventId)}`,
  'item and its story': (epc) => `/v1/items/${encodeURIComponent(epc)}`,
  'receipt of an event': (_, eventId) => `/v1/proofs/receipt/${encodeURIComponent(eventId)}`,
  'proof of an item': (epc) => `/v1/items/${encodeURIComponent(epc)}/proof`
};

async function latencies({ book, sizes }: BenchContext, running: BenchNetwork, size: number, loaded: Loaded): Promise<void> {
  const clerk = running.clerks[0] as DemoMember;
  const last = Math.floor(answeredOf(loaded) / running.clerks.length) - 1;
  for (const [what, path] of Object.entries(QUESTIONS)) {
    const p95s: number[] = [];
    for (let run = 0; run < sizes.runs; run++) {
      const took: number[] = [];
      for (let i = 0; i < REQUESTS; i++) {
        const n = (run * REQUESTS + i * 7) % Math.max(1, last);
        took.push(await timedAsk(clerk, loaded.series, n, path));
      }
      p95s.push(percentile(took, 0.95));
    }
    const name = what.replaceAll(' ', '-');
    book.add(`scale.${name}${size}`, `${what}, ${size} items: p95 of ${REQUESTS}`, 'ms', p95s, {}, 'less');
  }
}

async function timedAsk(clerk: DemoMember, series: number, n: number, path: (epc: string, eventId: string) => string): Promise<number> {
  const event = JSON.parse(Buffer.from(singleEvent(clerk.node.id as DemoOrganizationId, series, n)).toString()) as {
    readonly eventID: string;
    readonly epcList: readonly string[];
  };
  const url = `${clerk.node.url}${path(event.epcList[0] ?? '', event.eventID)}`;
  const started = performance.now();
  const { status, text } = await call(url, { headers: bearer(clerk) });
  const took = performance.now() - started;
  if (status !== 200) throw new Error(`${url}: ${status} ${text.slice(0, 300)}`);
  return took;
}

async function resources({ book }: BenchContext, running: BenchNetwork, size: number, items: number, payloadBytes: number): Promise<void> {
  const isWhole = size >= 1_000_000;
  const most = isWhole ? { atMost: 300 } : {};
  book.add(`scale.memory${size}`, `resident memory of a node, ${size} items`, 'MiB', memoryMiB(running), most, 'less');
  const bytes = (await diskBytes(running, 1)) / items;
  book.add(`scale.disk${size}`, `bytes on disk by event and node, ${size} items`, 'B', [bytes], {}, 'less');
  const target = isWhole ? { atMost: 3 } : {};
  book.add(`scale.diskRatio${size}`, `the same against the payload, ${size} items`, '×', [bytes / payloadBytes], target, 'less');
}
