import { readdirSync, readFileSync } from 'node:fs';
import { withClient } from '@lading/storage';
import type { BenchNetwork } from './site.js';

/** Linux counts in hundredths of a second, whatever the kernel's own clock (`man 5 proc`, USER_HZ). */
const TICK_MS = 10;

/** Processor time, milliseconds, of the node processes and of the database server with all its processes. */
export interface CpuTimes {
  readonly nodesMs: number;
  readonly postgresMs: number;
}

interface ProcessTimes {
  readonly parent: number;
  /** Own, and of children that have ended. */
  readonly ms: number;
}

/** Null when there is no such process, or no /proc. */
function processTimes(pid: number): ProcessTimes | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in parentheses and may hold anything; the third field follows it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    const [parent = 0] = fields.slice(1);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11);
    return { parent, ms: (user + system + endedUser + endedSystem) * TICK_MS };
  } catch {
    return null;
  }
}

/** Milliseconds that a process and its ended children have used; NaN when it is gone, or there is no /proc. */
export const processMs = (pid: number | null): number => processTimes(pid ?? 0)?.ms ?? NaN;

/** Reads the clocks of a running network; zeros where there is no /proc. */
export async function cpuClock(running: BenchNetwork): Promise<() => CpuTimes> {
  const [first] = running.network.layout.nodes;
  if (first === undefined) throw new Error('a network without nodes');
  const backend = await withClient(running.network.databaseAdminUrl(first.id), async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return processTimes(rows[0]?.pid ?? 0);
  });
  const server = backend?.parent ?? 0;
  return () => {
    const nodes = running.network.nodes.map(({ pid }) => processTimes(pid ?? 0)?.ms ?? 0);
    return { nodesMs: nodes.reduce((sum, ms) => sum + ms, 0), postgresMs: serverMs(server) };
  };
}

function serverMs(server: number): number {
  const own = processTimes(server);
  if (own === null) return 0;
  let sum = own.ms;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const times = processTimes(Number(name));
    if (times?.parent === server) sum += times.ms;
  }
  return sum;
}
