import { readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createKeyFile, createOrganization, FileSigner, NETWORK_FILES } from '@lading/identity';
import { encodeUtf8, toBase64Url } from '@lading/kernel';
import {
  changedConfig,
  CONFIG_CHANGE,
  configApprovalBytes,
  configHash,
  configReadyBytes,
  encodeConfigChange,
  newValidators,
  toCompactJws
} from '@lading/ledger';
import type { ConfigChange, EpochConfig, OrganizationConfig } from '@lading/ledger';
import { verifyReceipt } from '@lading/verifier';
import { prepareDatabases } from '../../apps/node/src/dev/databases.js';
import { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import type { DemoNetwork } from '../../apps/node/src/dev/demoNetwork.js';
import type { DemoNode } from '../../apps/node/src/dev/layout.js';
import { NodeProcess } from '../../apps/node/src/dev/nodeProcess.js';
import { registerMembers } from '../../apps/node/src/dev/registerMembers.js';
import { CLERK } from '../../apps/node/src/dev/storyLoader.js';
import { testServerUrl } from '../fixtures/postgres.js';
import { checkRecorded, sameState } from './agreement.js';
import { figure } from './figures.js';
import { bearer, call, eventually, postEvent, postTransaction, statusOf } from './http.js';
import { inspection, Load } from './load.js';
import { changeConfig, freePorts, nodeMain, type RunningNetwork, startNetwork } from './network.js';

const FIFTH = 'union-cafe';

/** A fifth organization: its files, and what the config will say of it. The others may be told where it is. */
async function prepareFifth(network: DemoNetwork): Promise<{ node: DemoNode; config: OrganizationConfig }> {
  const [httpPort, peerPort] = (await freePorts(2)) as [number, number];
  const directory = join(network.layout.directory, FIFTH);
  await mkdir(directory, { recursive: true, mode: 0o711 });
  const { nodes } = network.layout;
  const config = await createOrganization({
    folder: directory,
    organization: {
      ...{ id: FIFTH, name: 'Union Cafe', gln: '', companyPrefixes: ['9520005'], custodyMode: true, members: [CLERK] },
      http: { host: '127.0.0.1', port: httpPort },
      peer: { host: '127.0.0.1', port: peerPort },
      peerAddress: `127.0.0.1:${peerPort}`,
      publicUrl: `http://127.0.0.1:${httpPort}`
    },
    peers: Object.fromEntries(nodes.map((node) => [node.id, `127.0.0.1:${node.peerPort}`])),
    protection: { devOnly: true }
  });
  const configFile = join(directory, NETWORK_FILES.node);
  await changeConfig(configFile, { joining: true, genesis: network.layout.genesisFile });
  const observers = [{ name: FIFTH, tlsKeyHash: toBase64Url(config.tlsKeyHash) }];
  for (const node of nodes) await changeConfig(node.configFile, { observers });
  const url = `http://127.0.0.1:${httpPort}`;
  return { node: { n: 5, id: FIFTH, name: 'Union Cafe', directory, configFile, httpPort, peerPort, url }, config };
}

describe('real processes whose validators change under load', () => {
  let running: RunningNetwork;
  let fifth: { node: DemoNode; config: OrganizationConfig };
  let fifthProcess: NodeProcess;
  let config: EpochConfig;
  beforeAll(async () => {
    running = await startNetwork('open', {
      more: [FIFTH],
      prepare: async (network) => {
        fifth = await prepareFifth(network);
      }
    });
    fifthProcess = new NodeProcess(fifth.node, nodeMain);
    config = running.network.genesis.config;
  }, 120_000);
  afterAll(async () => {
    await fifthProcess.stop(true);
    await running.stop();
  }, 60_000);

  const nodeOf = (id: string): DemoNode =>
    id === FIFTH ? fifth.node : (running.network.layout.nodes.find((node) => node.id === id) as DemoNode);

  /** Proposes, lets every organization approve, submits, and waits until all the given nodes are in the next epoch. */
  async function change(organizations: readonly OrganizationConfig[], newKey: string | null, urls: readonly string[]): Promise<number> {
    const { chainId } = config;
    const sorted = [...organizations].sort((a, b) => (a.id < b.id ? -1 : 1));
    const prevConfigHash = configHash(config);
    const draft: ConfigChange = { prevConfigHash, organizations: sorted, parameters: config.parameters, approvals: [], ready: [] };
    const next = changedConfig(draft, config);
    const signed = async (id: string, file: string, bytes: Uint8Array): Promise<Uint8Array> =>
      (await FileSigner.open(join(nodeOf(id).directory, file))).sign(bytes);
    const bytes = configApprovalBytes(chainId, prevConfigHash, configHash(next));
    const payload = encodeConfigChange({
      ...draft,
      approvals: await Promise.all(
        config.organizations.map(async ({ id }) => ({ organization: id, signature: await signed(id, NETWORK_FILES.admin, bytes) }))
      ),
      ready: await Promise.all(
        newValidators(config, next).map(async ({ id }) => {
          const signature = await signed(id, newKey ?? NETWORK_FILES.validator, configReadyBytes(chainId, prevConfigHash, 0));
          return { organization: id, height: 0, signature };
        })
      )
    });
    const admin = running.admins[0] as DemoMember;
    const sentAt = performance.now();
    const answer = await postTransaction(admin.node.url, toCompactJws(admin.sign(CONFIG_CHANGE, payload)));
    expect([answer.status, answer.status === 201 ? '' : answer.text]).toEqual([201, '']);
    config = next;
    await eventually(`epoch ${next.epoch} everywhere`, 30_000, async () =>
      (await Promise.all(urls.map(statusOf))).every(({ epoch }) => epoch === next.epoch)
    );
    return performance.now() - sentAt;
  }

  const votes = (url: string): Promise<number> =>
    eventually('the newcomer to vote', 30_000, async () => (await statusOf(url)).mode === 'NORMAL');

  async function receipt(member: DemoMember): Promise<void> {
    const event = `urn:uuid:${crypto.randomUUID()}`;
    const answer = await postEvent(member, inspection(event));
    expect([answer.status, answer.status === 201 ? '' : answer.text]).toEqual([201, '']);
    receipts.push({ event, member });
  }
  const receipts: { event: string; member: DemoMember }[] = [];

  async function verifyReceipts(): Promise<number> {
    let proven = 0;
    for (const { event, member } of receipts) {
      let text = '';
      await eventually(`a receipt of ${event}`, 20_000, async () => {
        const answer = await call(`${member.node.url}/v1/proofs/receipt/${encodeURIComponent(event)}`, { headers: bearer(member) });
        text = answer.text;
        return answer.status === 200;
      });
      const report = verifyReceipt(encodeUtf8(text) ?? new Uint8Array(), running.network.genesis.bytes);
      expect(report).toMatchObject({ proven: true });
      proven += 1;
    }
    return proven;
  }

  it('a fifth joins, a key is replaced, one is removed: nothing is lost, and receipts verify from genesis', async () => {
    const { nodes } = running.network.layout;
    const four = nodes.map(({ url }) => url);
    const removed = nodes.find(({ id }) => id === 'port-logistics') as DemoNode;
    const staying = running.clerks.filter(({ node }) => node.id !== removed.id);
    const load = new Load(staying);
    const leaving = new Load(running.clerks.filter(({ node }) => node.id === removed.id));
    await eventually('load', 20_000, () => Promise.resolve(load.acknowledged.length >= 10 && leaving.acknowledged.length >= 3));
    await receipt(staying[0] as DemoMember);

    await prepareDatabases(await testServerUrl(), [fifth.node], running.databasePrefix);
    fifthProcess.start();
    await fifthProcess.untilLive(30_000);
    await eventually('the newcomer to follow', 30_000, async () => {
      const [own, other] = await Promise.all([statusOf(fifth.node.url), statusOf(four[0] as string)]);
      return own.mode === 'OBSERVER' && own.height >= other.height - 8;
    });
    const joined = await change([...config.organizations, fifth.config], null, [...four, fifth.node.url]);
    await votes(fifth.node.url);
    await registerMembers([fifth.node], running.network.genesis);
    const newcomer = await DemoMember.open(fifth.node, running.network.genesis, CLERK);
    const more = new Load([newcomer]);
    await eventually('load of the newcomer', 20_000, () => Promise.resolve(more.acknowledged.length >= 3));
    await receipt(newcomer);

    const rekeyed = nodes.find(({ id }) => id === 'nordic-roast') as DemoNode;
    const process = running.network.nodes.find(({ node }) => node === rekeyed) as NodeProcess;
    const file = 'keys/validator2.json';
    const fresh = await createKeyFile(join(rekeyed.directory, file), rekeyed.id, { devOnly: true });
    const { keys } = JSON.parse(await readFile(rekeyed.configFile, 'utf8')) as { keys: object };
    await process.stop();
    await changeConfig(rekeyed.configFile, { keys: { ...keys, validator: file }, joining: true });
    process.start();
    await process.untilLive(30_000);
    const others = config.organizations.filter(({ id }) => id !== rekeyed.id);
    const own = config.organizations.find(({ id }) => id === rekeyed.id) as OrganizationConfig;
    const replaced = await change([...others, { ...own, validatorKey: fresh.publicKey }], file, [...four, fifth.node.url]);
    await votes(rekeyed.url);
    await receipt(staying[1] as DemoMember);

    await leaving.stop();
    const left = [...four.filter((url) => url !== removed.url), fifth.node.url];
    const removal = await change(config.organizations.filter(({ id }) => id !== removed.id), null, left);
    await eventually('the removed node to say so', 20_000, async () => /is no validator/.test((await statusOf(removed.url)).reason ?? ''));
    await delay(1000);
    await receipt(newcomer);
    await Promise.all([load.stop(), more.stop()]);
    await sameState(left);
    let wrong = 0;
    for (const one of [load, leaving, more]) wrong += await checkRecorded(one, staying[0] as DemoMember, left);
    figure('longest change of epoch, from request to all nodes in it', Math.max(joined, replaced, removal), 'ms', { atMost: 5000 });
    figure('acknowledged events lost or doubled', wrong, 'events', { exactly: 0 });
    figure('receipts from before and after, verified from genesis alone', await verifyReceipts(), 'receipts', { exactly: 4 });
  }, 240_000);
});
