import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withClient } from '@lading/storage';
import type { BenchNetwork } from './site.js';

/** Resident memory of each node's process, MiB; NaN without /proc. */
export function memoryMiB({ network }: BenchNetwork): number[] {
  return network.nodes.map(({ pid }) => {
    try {
      const text = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? NaN) / 1024;
    } catch {
      return NaN;
    }
  });
}

/** Bytes of a node's database, and of its batch log: what it keeps of the ledger, without WAL. */
export async function diskBytes({ network }: BenchNetwork, index: number): Promise<number> {
  const node = network.layout.nodes[index];
  if (node === undefined) throw new Error(`no node ${index}`);
  const database = await withClient(network.databaseAdminUrl(node.id), async (client) => {
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
    return Number(rows[0]?.bytes);
  });
  const data = join(node.directory, 'data');
  const logs = readdirSync(data).filter((name) => name.startsWith('batch'));
  return logs.reduce((sum, name) => sum + statSync(join(data, name)).size, database);
}

/**
 * Bytes that nodes have sent each other since their connections were opened, TLS and all, as the kernel counts them; null
 * where `ss` (iproute2) is missing.
 */
export function peerBytes({ network }: BenchNetwork): number | null {
  const { status, stdout } = spawnSync('ss', ['-tinH'], { encoding: 'utf8', maxBuffer: 64 << 20 });
  return status === 0 ? sentBytes(stdout, new Set(network.layout.nodes.map(({ peerPort }) => peerPort))) : null;
}

/** Sum of `bytes_sent` of the connections one end of which is one of the ports; both ends stand in the text. */
export function sentBytes(text: string, ports: ReadonlySet<number>): number {
  let sum = 0;
  let isPeer = false;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) {
      const [, , , local = '', peer = ''] = line.split(/\s+/);
      isPeer = [local, peer].some((address) => ports.has(Number(address.slice(address.lastIndexOf(':') + 1))));
    } else if (isPeer) sum += Number(/\bbytes_sent:(\d+)/.exec(line)?.[1] ?? 0);
  }
  return sum;
}
