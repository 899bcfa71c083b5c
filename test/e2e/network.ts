import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '@lading/storage';
import { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { DemoNetwork } from '../../apps/node/src/dev/demoNetwork.js';
import { CLERK } from '../../apps/node/src/dev/storyLoader.js';
import { testServerUrl } from '../fixtures/postgres.js';
import { root } from '../tidy/repository.js';

/** A network of four real processes with databases of its own on the run's PostgreSQL server. */
export interface RunningNetwork {
  readonly network: DemoNetwork;
  readonly clerks: readonly DemoMember[];
  readonly admins: readonly DemoMember[];
  stop(): Promise<void>;
}

let counter = 0;

export async function startNetwork(profile: 'open' | 'custody'): Promise<RunningNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'lading-e2e-'));
  const ports = await freePorts(8);
  const databasePrefix = `e${process.pid}_${(counter += 1)}`;
  const network = new DemoNetwork({
    directory,
    profile,
    databasePrefix,
    ports: { http: ports.slice(0, 4), peer: ports.slice(4) },
    nodeMain: join(root, 'apps/node/dist/main.js')
  });
  const adminUrl = await testServerUrl();
  const stop = async (): Promise<void> => {
    await network.stop();
    await withClient(adminUrl, async (client) => {
      for (const { id } of network.layout.nodes) {
        const name = `${databasePrefix}_${id.replaceAll('-', '_')}`;
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE IF EXISTS ${name}_owner, ${name}_node`);
      }
    });
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await network.create();
    await network.startStorage(adminUrl);
    await network.startNodes();
    await network.register();
    const open = (member: string): Promise<DemoMember[]> =>
      Promise.all(network.layout.nodes.map((node) => DemoMember.open(node, network.genesis, member)));
    return { network, clerks: await open(CLERK), admins: await open('admin'), stop };
  } catch (error) {
    const tails = network.nodes.map((node) => `${node.node.name}:\n${node.logTail()}`).join('\n');
    await stop();
    throw new Error(`the network did not start: ${String(error)}\n${tails}`);
  }
}

/** Ports nobody listened on a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
      return server;
    })
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
