import { setTimeout as delay } from 'node:timers/promises';
import { toCompactJws } from '@lading/ledger';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { checkRecorded, sameState } from './agreement.js';
import { figure } from './figures.js';
import { eventually, postTransaction, statusOf } from './http.js';
import { Load } from './load.js';
import { isShown, type RunningNetwork, startNetwork } from './network.js';

const OUTAGE_MS = isShown ? 180_000 : 5000;
const SETTLE_MS = 1000;

/** What one transaction of the pressure weighs; a node keeps 4 MiB of its organization. */
const HEAVY_BYTES = 600_000;

/** While no block is made, clients are told to wait by 429 and Retry-After as soon as the organization's quota is used. */
async function pressed(admin: DemoMember): Promise<void> {
  for (let sent = 0; sent < 10; sent++) {
    const jws = toCompactJws(admin.sign('epcis.capture', new Uint8Array(HEAVY_BYTES).fill(0x20)));
    const answer = await postTransaction(admin.node.url, jws, 1);
    if (answer.status !== 429) continue;
    expect([answer.json['code'], answer.headers.get('retry-after')]).toEqual(['MEMPOOL_FULL', '1']);
    return;
  }
  throw new Error('ten heavy transactions were taken without a block');
}

describe('four real processes of which f+1 are away for minutes', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);

  it(`two killed for ${OUTAGE_MS / 1000} s under load: no block, and the first one soon after they are back`, async () => {
    const urls = running.network.layout.nodes.map(({ url }) => url);
    const load = new Load(running.clerks);
    await eventually('load', 20_000, () => Promise.resolve(load.acknowledged.length >= 20));
    const [first, second] = [running.network.nodes[1], running.network.nodes[2]];
    if (first === undefined || second === undefined) throw new Error('four nodes expected');
    await Promise.all([first.stop(true), second.stop(true)]);
    await delay(SETTLE_MS);
    const { height } = await statusOf(urls[0] as string);
    await pressed(running.admins[0] as DemoMember);
    await delay(OUTAGE_MS);
    expect((await statusOf(urls[0] as string)).height).toBe(height);
    first.start();
    second.start();
    await Promise.all([first.untilLive(60_000), second.untilLive(60_000)]);
    const took = await eventually('a block', 60_000, async () => (await statusOf(urls[0] as string)).height > height);
    await load.stop();
    await sameState(urls, 60_000);
    const wrong = await checkRecorded(load, running.clerks[0] as never, urls);
    figure(`blocks in ${OUTAGE_MS / 1000} s without a quorum`, 0, 'blocks', { exactly: 0 });
    figure('first block after the return', took, 'ms', { atMost: 20_000 });
    figure('acknowledged events lost or doubled', wrong, 'events', { exactly: 0 });
  }, 180_000 + OUTAGE_MS);
});
