import { insertTarget } from '../../bench/baseline/insertTarget.js';
import type { LoadJob } from '../../bench/load/job.js';
import { singleEvent } from '../../bench/load/events.js';
import { floorTransactions } from '../../bench/parts/floor.js';
import { voteCosts, voteTraffic } from '../../bench/parts/votes.js';
import { floorSum, measureFloor } from '../../bench/floor/floor.js';
import { diskBytes } from '../../bench/resources.js';
import { assertClean, load, networkTarget, type Loaded } from '../../bench/throughput.js';
import { bearer, call, eventually } from '../e2e/http.js';
import { startNetwork, type RunningNetwork } from '../e2e/network.js';
import { testServerUrl } from '../fixtures/postgres.js';

/** The whole in small: these look at answers and never at times; `npm run bench` measures. */
const SMALL = { seconds: 0.5, warmUpSeconds: 0, prepared: 4000, inFlight: 16, connections: 4 };
const answersOf = ({ buckets }: Loaded): number => buckets.reduce((sum, each) => sum + each, 0);

describe('loads of a real network, from a process of their own', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 180_000);
  afterAll(() => running.stop(), 60_000);

  async function isRecorded({ series }: Loaded, n: number): Promise<boolean> {
    const [clerk] = running.clerks;
    if (clerk === undefined) throw new Error('nobody to ask');
    const { eventID } = JSON.parse(Buffer.from(singleEvent('finca-alta', series, n)).toString()) as { eventID: string };
    const answer = await call(`${clerk.node.url}/epcis/v2/events/${encodeURIComponent(eventID)}`, { headers: bearer(clerk) });
    return answer.status === 200;
  }

  const BOTH = ['ndjson', 'http'] as const;
  const MODES: readonly Partial<LoadJob>[] = [...BOTH.map((mode) => ({ mode })), ...BOTH.map((mode) => ({ mode, rate: 40 }))];
  it.each(MODES)('%j: every transaction is applied, and what was answered is on the ledger', async (asked) => {
    const loaded = await load(networkTarget(running), { ...SMALL, ...asked } as never);
    assertClean(loaded);
    expect(answersOf(loaded)).toBeGreaterThan(0);
    expect(loaded.latencyMs.count).toBe(loaded.intended);
    expect(loaded.payloadBytes).toBeGreaterThan(550);
    expect(loaded.payloadBytes).toBeLessThan(650);
    if (typeof asked.rate === 'number') expect(loaded.intended).toBe(asked.rate / 2);
    await eventually('the first event to be readable', 20_000, () => isRecorded(loaded, 0));
  }, 90_000);

  it('of many events under one signature, and one capture after another, are applied too', async () => {
    const many = await load(networkTarget(running), { ...SMALL, mode: 'ndjson', eventsPerTransaction: 10, inFlight: 4, prepared: 1000 });
    assertClean(many);
    for (const mode of ['capture', 'lone'] as const) {
      const alone = await load(networkTarget(running), { ...SMALL, mode, prepared: 6 });
      assertClean(alone);
      expect(alone.latencyMs.count).toBeGreaterThan(0);
    }
    expect(await diskBytes(running, 0)).toBeGreaterThan(1_000_000);
  }, 90_000);
});

describe('what the benchmark compares with', () => {
  it('has a floor that checks every signature, and inserts what it has hashed', async () => {
    const transactions = floorTransactions(2000);
    expect(floorSum(await measureFloor(await testServerUrl(), transactions))).toBeGreaterThan(0);
    const [first, ...others] = transactions;
    const forged = { publicKey: first?.publicKey ?? new Uint8Array(), line: Buffer.from(first?.line ?? []) };
    forged.line[10] = (forged.line[10] ?? 0) ^ 1;
    await expect(measureFloor(await testServerUrl(), [forged, ...others])).rejects.toThrow('signature');
  }, 60_000);

  it('has an endpoint without consensus that takes the very same requests and refuses forged ones', async () => {
    const target = await insertTarget({ adminUrl: await testServerUrl(), stop: () => Promise.resolve() });
    try {
      const loaded = await load(target, { ...SMALL, mode: 'http' });
      assertClean(loaded);
      expect(answersOf(loaded)).toBeGreaterThan(0);
      const forged = await call(`http://127.0.0.1:${target.nodes[0]?.port ?? 0}/v1/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/jose' },
        body: 'AAAA.AAAA.AAAA'
      });
      expect([forged.status, forged.json['code']]).toEqual([400, 'TX_MALFORMED']);
    } finally {
      await target.stop();
    }
  }, 90_000);

  it('counts the votes of a block: two from each other validator, and a proposal', () => {
    const { received, signed } = voteTraffic(4, 8);
    expect(received).toBeGreaterThan(5);
    expect(received).toBeLessThan(10);
    expect(signed).toBeCloseTo(received / 3, 5);
    expect(voteCosts(4).bytes).toBeGreaterThan(64);
  }, 60_000);
});
