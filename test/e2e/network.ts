import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, withClient } from '@lading/storage';
import { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { DemoNetwork } from '../../apps/node/src/dev/demoNetwork.js';
import { CLERK } from '../../apps/node/src/dev/storyLoader.js';
import { testServerUrl } from '../fixtures/postgres.js';
import { root } from '../tidy/repository.js';
import { statusOf } from './http.js';
import { SocketProxy } from './socketProxy.js';

/** A network of four real processes with databases of its own on the run's PostgreSQL server. */
export interface RunningNetwork {
  readonly network: DemoNetwork;
  readonly clerks: readonly DemoMember[];
  readonly admins: readonly DemoMember[];
  /** Between the nodes, when it was asked for. */
  readonly proxy: SocketProxy | null;
  /** Starts the names of the databases. */
  readonly databasePrefix: string;
  stop(): Promise<void>;
}

export interface NetworkOptions {
  /** Peers reach each other through a proxy that can be cut. */
  readonly proxied?: boolean;
  /** After the ceremony and before the first start: for changes of node.json. */
  readonly prepare?: (network: DemoNetwork) => Promise<void>;
  /** Organizations that the test adds: their databases are dropped at the end. */
  readonly more?: readonly string[];
}

let counter = 0;

/** Main of the built node. */
export const nodeMain = join(root, 'apps/node/dist/main.js');

/** Long forms run by `npm run show:<name>`, short ones by `npm test`. */
export const isShown = process.env['LADING_FIGURES'] !== undefined;

export async function startNetwork(profile: 'open' | 'custody', options: NetworkOptions = {}): Promise<RunningNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'lading-e2e-'));
  const ports = await freePorts(8);
  const databasePrefix = `e${process.pid}_${(counter += 1)}`;
  const network = new DemoNetwork({
    directory,
    profile,
    databasePrefix,
    ports: { http: ports.slice(0, 4), peer: ports.slice(4) },
    nodeMain
  });
  const adminUrl = await testServerUrl();
  let proxy: SocketProxy | null = null;
  const stop = async (): Promise<void> => {
    await network.stop();
    await proxy?.close();
    await withClient(adminUrl, async (client) => {
      for (const id of [...network.layout.nodes.map((node) => node.id), ...(options.more ?? [])]) {
        const name = `${databasePrefix}_${id.replaceAll('-', '_')}`;
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE IF EXISTS ${name}_owner, ${name}_node`);
      }
    });
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await network.create();
    if (options.proxied === true) proxy = await putProxyBetween(network);
    await options.prepare?.(network);
    await network.startStorage(adminUrl);
    await network.startNodes();
    await network.register();
    const open = (member: string): Promise<DemoMember[]> =>
      Promise.all(network.layout.nodes.map((node) => DemoMember.open(node, network.genesis, member)));
    return { network, clerks: await open(CLERK), admins: await open('admin'), proxy, databasePrefix, stop };
  } catch (error) {
    const tails = network.nodes.map((node) => `${node.node.name}:\n${node.logTail()}`).join('\n');
    await stop();
    throw new Error(`the network did not start: ${String(error)}\n${tails}`);
  }
}

async function putProxyBetween(network: DemoNetwork): Promise<SocketProxy> {
  const { nodes } = network.layout;
  const links = nodes.flatMap((dialer) =>
    nodes.filter((target) => target !== dialer).map((target) => ({ dialer: dialer.id, target: target.id, targetPort: target.peerPort }))
  );
  const proxy = await SocketProxy.open(links);
  for (const { id, configFile } of nodes) {
    const others = nodes.filter((node) => node.id !== id).map((node) => [node.id, proxy.address(id, node.id)]);
    await changeConfig(configFile, { peers: Object.fromEntries(others) as Record<string, string> });
  }
  return proxy;
}

/** Members of a node.json, replaced. */
export async function changeConfig(configFile: string, members: Readonly<Record<string, unknown>>): Promise<void> {
  const config = JSON.parse(await readFile(configFile, 'utf8')) as Record<string, unknown>;
  await writeFile(configFile, `${JSON.stringify({ ...config, ...members }, null, 2)}\n`);
}

/** Index of the leader, as the nodes that answer see it. */
export async function leaderIndex(network: DemoNetwork): Promise<number> {
  for (const node of network.nodes) {
    const status = node.running ? await statusOf(node.node.url).catch(() => null) : null;
    if (status === null || status.mode !== 'NORMAL') continue;
    const index = network.layout.nodes.findIndex(({ id }) => id === status.leader);
    if (index >= 0) return index;
  }
  throw new Error('no node says who leads');
}

/** Ports nobody listened on a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}
