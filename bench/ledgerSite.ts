import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DemoNetwork } from '../apps/node/src/dev/demoNetwork.js';
import { freePorts } from '../test/e2e/network.js';
import { keptServer, type BenchServer } from './site.js';

const nodeMain = join(import.meta.dirname, '..', 'apps', 'node', 'dist', 'main.js');
const PREFIX = 'ledger';

/** A network whose first node's database is filled, and the server that it is on. */
export interface LedgerSite {
  readonly network: DemoNetwork;
  readonly server: BenchServer;
  /** What each round of blocks took: one JSON object a line. */
  readonly costsFile: string;
}

/** In a folder that keeps everything for the next run; `server`: another one than that of the folder. */
export async function openSite(directory: string, server: BenchServer | null, prefix: string = PREFIX): Promise<LedgerSite> {
  const own = server ?? (await keptServer(directory, false));
  await mkdir(join(directory, 'network'), { recursive: true, mode: 0o711 });
  const portsFile = join(directory, 'network', 'ports.json');
  const known = await readFile(portsFile, 'utf8').catch(() => null);
  const ports = known === null ? await freePorts(8) : (JSON.parse(known) as number[]);
  if (known === null) await writeFile(portsFile, JSON.stringify(ports));
  const network = new DemoNetwork({
    directory: join(directory, 'network'),
    profile: 'custody',
    databasePrefix: prefix,
    ports: { http: ports.slice(0, 4), peer: ports.slice(4) },
    nodeMain
  });
  if (!network.exists) await network.create();
  await network.startStorage(own.adminUrl);
  return { network, server: own, costsFile: join(directory, 'costs.ndjson') };
}
