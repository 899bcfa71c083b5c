import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepareDatabases } from '../../apps/node/src/dev/databases.js';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import type { NodeProcess } from '../../apps/node/src/dev/nodeProcess.js';
import { withClient } from '@lading/storage';
import { testServerUrl } from '../fixtures/postgres.js';
import { root } from '../tidy/repository.js';
import { checkRecorded, sameState } from './agreement.js';
import { figure } from './figures.js';
import { bearer, call, eventually, postEvent, statusOf } from './http.js';
import { inspection, Load } from './load.js';
import { changeConfig, type RunningNetwork, startNetwork } from './network.js';

const BLOCKS = 400;

describe('a real process that began from a snapshot', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);

  function audit({ node }: NodeProcess): Promise<{ code: number | null; text: string }> {
    const { genesisFile } = running.network.layout;
    const own = ['--url-file', join(node.directory, 'database.url'), '--genesis', genesisFile];
    const child = spawn(process.execPath, [join(root, 'apps/node/dist/audit.js'), ...own]);
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    child.stderr.on('data', (chunk) => (text += String(chunk)));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
  }

  it('fetches what is below it under load, over a kill, and then answers for all of it and passes an audit alone', async () => {
    const { network, clerks } = running;
    const lost = network.nodes[3] as NodeProcess;
    const [first] = clerks as [DemoMember];
    const own = clerks[3] as DemoMember;
    const old = `urn:uuid:${crypto.randomUUID()}`;
    expect((await postEvent(own, inspection(old))).status).toBe(201);
    const load = new Load(clerks.slice(0, 3));
    await eventually(`${BLOCKS} blocks`, 120_000, async () => (await statusOf(first.node.url)).height >= BLOCKS);

    await lost.stop();
    const adminUrl = await testServerUrl();
    const name = `${running.databasePrefix}_${lost.node.id.replaceAll('-', '_')}`;
    await withClient(adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    await prepareDatabases(adminUrl, [lost.node], running.databasePrefix);
    await changeConfig(lost.node.configFile, { snapshot: { join: true, minimumLag: 50 } });
    lost.start();
    await lost.untilLive(60_000);
    await eventually('the first blocks below', 30_000, async () => ((await statusOf(lost.node.url)).history?.height ?? 1) > 0);
    const { history } = await statusOf(lost.node.url);
    await lost.stop(true);
    const early = history === undefined ? null : await audit(lost);
    lost.start();
    await lost.untilLive(60_000);
    const startedAt = performance.now();
    await eventually('all blocks', 90_000, async () => (await statusOf(lost.node.url)).historyFrom === undefined);
    figure('from a kill to all history, under load', (performance.now() - startedAt) / 1000, 's', { atMost: 90 });
    expect(history).toMatchObject({ problem: null });
    expect(early?.text).toContain('HISTORY_NOT_HELD');

    await load.stop();
    const urls = network.layout.nodes.map(({ url }) => url);
    await sameState(urls);
    const path = `/epcis/v2/events/${encodeURIComponent(old)}`;
    await eventually('the old event', 30_000, async () => (await call(lost.node.url + path, { headers: bearer(own) })).status === 200);
    for (const asked of ['/v1/blocks/5', `/v1/proofs/receipt/${encodeURIComponent(old)}`]) {
      expect([asked, (await call(lost.node.url + asked, { headers: bearer(own) })).status]).toEqual([asked, 200]);
    }
    const wrong = await checkRecorded(load, first, [urls[0] ?? '', lost.node.url]);
    figure('acknowledged events lost or doubled', wrong, 'events', { exactly: 0 });
    await lost.stop();
    const { code, text } = await audit(lost);
    expect([code, text]).toEqual([0, expect.any(String)]);
    lost.start();
    await lost.untilLive(60_000);
    expect((await statusOf(lost.node.url)).historyFrom).toBeUndefined();
    await sameState(urls);
  }, 400_000);
});
