import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProjectionStore, removeServerFolder, startEmbeddedPostgres, withClient } from '@lading/storage';
import { DemoMember } from '../apps/node/src/dev/demoMember.js';
import { DemoNetwork } from '../apps/node/src/dev/demoNetwork.js';
import { CLERK } from '../apps/node/src/dev/storyLoader.js';
import { NETWORK_FILES } from '@lading/identity';
import { freePorts } from '../test/e2e/network.js';
import { loadProjection, worldOf, type World } from './loadProjection.js';

/** Main of the built node. */
const nodeMain = join(import.meta.dirname, '..', 'apps', 'node', 'dist', 'main.js');

/** A database server for benchmarks, and how to let go of it. */
export interface BenchServer {
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** The server of earlier runs in the folder; `reset` makes it anew. */
export async function keptServer(directory: string, reset: boolean): Promise<BenchServer> {
  if (reset) {
    await removeServerFolder(join(directory, 'pg')).catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  }
  await mkdir(directory, { recursive: true, mode: 0o711 });
  const server = await startEmbeddedPostgres({ directory: join(directory, 'pg') });
  return { adminUrl: server.adminUrl, stop: () => server.stop() };
}

export interface BenchNetwork {
  readonly network: DemoNetwork;
  readonly clerks: readonly DemoMember[];
  stop(): Promise<void>;
}

const PREFIX = 'bench';

/** A running network whose first node has the world in its query tables. */
export interface LoadedNetwork extends BenchNetwork {
  readonly world: World;
  /** Seconds that loading took, in this run or in the one that did it. */
  readonly loadSeconds: number;
  readonly isKept: boolean;
  /** Of the first node's database. */
  readonly databaseUrl: string;
  readonly databaseBytes: number;
  readonly events: number;
}

/** In `directory`, which keeps the network for the next run. */
export async function loadedNetwork(
  server: BenchServer,
  directory: string,
  size: { readonly events: number; readonly ancestors: number },
  log: (line: string) => void
): Promise<LoadedNetwork> {
  const network = await keptNetwork(directory, `${PREFIX}_${size.events}`);
  await network.startStorage(server.adminUrl);
  const [first] = network.layout.nodes;
  if (first === undefined) throw new Error('a network without nodes');
  const databaseUrl = (await readFile(join(first.directory, NETWORK_FILES.databaseUrl), 'utf8')).trim();
  const world = worldOf(size.events, size.ancestors);
  const store = ProjectionStore.open({ url: databaseUrl, onPoolError: () => undefined });
  let loadSeconds = 0;
  let events = 0;
  try {
    loadSeconds = await loadProjection(world, store, log);
    ({ events } = await store.position());
  } finally {
    await store.close();
  }
  const isKept = loadSeconds === 0;
  const loadFile = join(directory, 'load.json');
  if (isKept) loadSeconds = JSON.parse(await readFile(loadFile, 'utf8').catch(() => '0')) as number;
  else await writeFile(loadFile, JSON.stringify(loadSeconds));
  const databaseBytes = await withClient(network.databaseAdminUrl(first.id), async (client) => {
    // As autovacuum does some time after: the planner knows the tables, index-only scans need not look at pages.
    if (!isKept) await client.query('VACUUM (ANALYZE)');
    const { rows } = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
    return Number(rows[0]?.bytes);
  });
  return { ...(await started(network)), world, loadSeconds, isKept, databaseUrl, databaseBytes, events };
}

async function keptNetwork(directory: string, databasePrefix: string): Promise<DemoNetwork> {
  await mkdir(directory, { recursive: true, mode: 0o711 });
  const portsFile = join(directory, 'ports.json');
  const known = await readFile(portsFile, 'utf8').catch(() => null);
  const ports = known === null ? await freePorts(8) : (JSON.parse(known) as number[]);
  if (known === null) await writeFile(portsFile, JSON.stringify(ports));
  const network = networkIn(directory, ports, databasePrefix, 'open');
  if (!network.exists) await network.create();
  return network;
}

const networkIn = (directory: string, ports: readonly number[], databasePrefix: string, profile: 'open' | 'custody'): DemoNetwork =>
  new DemoNetwork({ directory, profile, databasePrefix, ports: { http: ports.slice(0, 4), peer: ports.slice(4) }, nodeMain });

async function started(network: DemoNetwork): Promise<BenchNetwork> {
  try {
    await network.startNodes();
    await network.register();
    const clerks = await Promise.all(network.layout.nodes.map((node) => DemoMember.open(node, network.genesis, CLERK)));
    return { network, clerks, stop: () => network.stop() };
  } catch (error) {
    await network.stop();
    throw error;
  }
}

let counter = 0;

/** A network of its own that leaves nothing behind. */
export async function freshNetwork(server: BenchServer, profile: 'open' | 'custody'): Promise<BenchNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'lading-bench-'));
  const databasePrefix = `${PREFIX}_${process.pid}_${(counter += 1)}`;
  const network = networkIn(directory, await freePorts(8), databasePrefix, profile);
  await network.create();
  await network.startStorage(server.adminUrl);
  const running = await started(network);
  const stop = async (): Promise<void> => {
    await running.stop();
    await withClient(server.adminUrl, async (client) => {
      for (const { id } of network.layout.nodes) {
        const name = `${databasePrefix}_${id.replaceAll('-', '_')}`;
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE IF EXISTS ${name}_owner, ${name}_node`);
      }
    });
    await rm(directory, { recursive: true, force: true });
  };
  return { ...running, stop };
}
