import { setTimeout as delay } from 'node:timers/promises';
import { askedNode } from '../../apps/cli/src/audit/compare/askedNode.js';
import { compareNodes } from '../../apps/cli/src/audit/compare/compareNodes.js';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { prepareDatabases } from '../../apps/node/src/dev/databases.js';
import type { NodeProcess } from '../../apps/node/src/dev/nodeProcess.js';
import { verifyReceipt } from '@lading/verifier';
import { withClient } from '@lading/storage';
import { encodeUtf8 } from '@lading/kernel';
import { testServerUrl } from '../fixtures/postgres.js';
import { checkRecorded, sameState } from './agreement.js';
import { figure } from './figures.js';
import { bearer, call, eventually, postEvent, statusOf } from './http.js';
import { inspection, Load } from './load.js';
import { changeConfig, type RunningNetwork, startNetwork } from './network.js';

const BLOCKS = 120;

describe('a real process that lost its database', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
  }, 120_000);
  afterAll(() => running.stop(), 60_000);

  /** A new, empty database for the node that lost its own. */
  async function loseDatabase({ node }: NodeProcess): Promise<void> {
    const adminUrl = await testServerUrl();
    const name = `${running.databasePrefix}_${node.id.replaceAll('-', '_')}`;
    await withClient(adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    await prepareDatabases(adminUrl, [node], running.databasePrefix);
  }

  async function receiptOf(eventID: string, member: DemoMember, url: string): Promise<string> {
    let text = '';
    await eventually(`a receipt of ${eventID}`, 20_000, async () => {
      const answer = await call(`${url}/v1/proofs/receipt/${encodeURIComponent(eventID)}`, { headers: bearer(member) });
      text = answer.text;
      return answer.status === 200;
    });
    return text;
  }

  it('begins from a snapshot of its peers, has their state, votes again, and says what it does not hold', async () => {
    const { network, clerks } = running;
    const lost = network.nodes[3] as NodeProcess;
    const [first] = clerks as [DemoMember];
    const own = clerks[3] as DemoMember;
    const others = clerks.slice(0, 3);
    const old = `urn:uuid:${crypto.randomUUID()}`;
    expect((await postEvent(own, inspection(old))).status).toBe(201);
    const load = new Load(others);
    await eventually(`${BLOCKS} blocks`, 60_000, async () => (await statusOf(first.node.url)).height >= BLOCKS);

    await lost.stop();
    await loseDatabase(lost);
    await changeConfig(lost.node.configFile, { snapshot: { join: true, minimumLag: 50, history: false } });
    lost.start();
    const startedAt = performance.now();
    await lost.untilLive(60_000);
    const status = await statusOf(lost.node.url);
    expect(status.historyFrom ?? 0).toBeGreaterThan(BLOCKS);
    await eventually('the node to vote', 30_000, async () => (await statusOf(lost.node.url)).mode === 'NORMAL');
    figure('from the start with an empty database to voting, under load', (performance.now() - startedAt) / 1000, 's', { atMost: 60 });
    await load.stop();
    await sameState(network.layout.nodes.map(({ url }) => url));

    const old410 = [`/epcis/v2/events/${encodeURIComponent(old)}`, `/v1/blocks/5`, `/v1/proofs/receipt/${encodeURIComponent(old)}`];
    for (const path of old410) {
      const answer = await call(lost.node.url + path, { headers: bearer(own) });
      expect([path, answer.status, answer.json['code']]).toEqual([path, 410, 'HISTORY_NOT_HELD']);
    }
    const fresh = `urn:uuid:${crypto.randomUUID()}`;
    await (network.nodes[2] as NodeProcess).stop(true);
    expect((await postEvent(own, inspection(fresh))).status).toBe(201);
    const receipt = await receiptOf(fresh, own, lost.node.url);
    expect(verifyReceipt(encodeUtf8(receipt) ?? new Uint8Array(), network.genesis.bytes)).toMatchObject({ proven: true });
    const full = network.layout.nodes.slice(0, 2).map(({ url }) => url);
    figure('acknowledged events lost or doubled', await checkRecorded(load, first, full), 'events', { exactly: 0 });

    await lost.stop();
    lost.start();
    await lost.untilLive(60_000);
    expect((await statusOf(lost.node.url)).historyFrom).toBe(status.historyFrom);
    const height = await sameState([...full, lost.node.url]).then(async () => (await statusOf(lost.node.url)).height);

    // Compared with the others it has nothing of its own, from the first block on that it holds.
    const nodes = [...full, lost.node.url].map((url) => askedNode(url, 10_000, () => Promise.resolve(first.token())));
    const compared = await compareNodes(nodes, { quick: false, attempts: 4, pause: () => delay(250) });
    expect(compared.damage).toEqual([]);
    expect(compared.comparisons).toMatchObject([
      { heights: [0, height], divergence: null, state: { keys: [] }, fault: null },
      { heights: [status.historyFrom, height], divergence: null, state: { keys: [] }, fault: null }
    ]);
  }, 240_000);
});
