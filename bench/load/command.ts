import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { removeServerFolder } from '@lading/storage';
import { memoryMiB } from '../resources.js';
import { freshNetwork, keptServer } from '../site.js';
import { load, networkTarget, type Loaded } from '../throughput.js';

const OPTIONS = {
  mode: { type: 'string', default: 'ndjson' },
  rate: { type: 'string' },
  seconds: { type: 'string', default: '15' },
  'in-flight': { type: 'string', default: '2048' },
  connections: { type: 'string', default: '32' },
  events: { type: 'string', default: '1' },
  runs: { type: 'string', default: '3' },
  profile: { type: 'string', default: 'open' }
} as const;

/** One kind of load on a fresh network, for those who work on its speed and memory. */
export async function benchLoad(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const directory = await mkdtemp(join(tmpdir(), 'lading-load-'));
  const server = await keptServer(directory, false);
  try {
    const running = await freshNetwork(server, values.profile as 'open' | 'custody');
    try {
      for (let run = 0; run < Number(values.runs); run++) {
        const loaded = await load(networkTarget(running), {
          mode: values.mode as 'ndjson' | 'http' | 'lone' | 'capture',
          seconds: Number(values.seconds),
          rate: values.rate === undefined ? null : Number(values.rate),
          inFlight: Number(values['in-flight']),
          connections: Number(values.connections),
          eventsPerTransaction: Number(values.events),
          ...(values.mode === 'lone' || values.mode === 'capture' ? { prepared: 580 } : {})
        });
        show(loaded, running.network.nodes.length);
        process.stdout.write(`memory by node: ${memoryMiB(running).map((each) => each.toFixed(0)).join(', ')} MiB\n`);
      }
    } finally {
      await running.stop();
    }
  } finally {
    await server.stop();
    await removeServerFolder(join(directory, 'pg')).catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  }
  return 0;
}

function show(loaded: Loaded, nodes: number): void {
  const { answered, perSecond, latencyMs, cpu, cpuMs, backlog, lost, refused, repeated, payloadBytes, lineBytes } = loaded;
  const each = (ms: number, by = nodes): string => `${((ms * 1000) / Math.max(1, answered) / by).toFixed(0)} µs`;
  const { p50, p99, max } = latencyMs;
  process.stdout.write(
    `${perSecond.toFixed(0)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  max ${max.toFixed(0)} ms  ` +
      `processor by transaction and node: node ${each(cpu.nodesMs)}, PostgreSQL ${each(cpu.postgresMs)}; ` +
      `load ${each(cpuMs, 1)} a transaction  ` +
      `backlog ${backlog}, lost ${lost}, repeated ${repeated}, refused ${JSON.stringify(refused)}  ` +
      `payload ${payloadBytes.toFixed(0)} B, line ${lineBytes.toFixed(0)} B\n`
  );
}
