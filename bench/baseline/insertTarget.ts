import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoNetwork } from '../../apps/node/src/dev/demoNetwork.js';
import type { BenchServer } from '../site.js';
import type { LoadTarget } from '../throughput.js';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'benchInsertServer.mjs');
const IDLE = { nodesMs: 0, postgresMs: 0 };

/** A running baseline (i), and members' keys to sign for it. */
export async function insertTarget(server: BenchServer): Promise<LoadTarget & { stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'lading-insert-'));
  const network = new DemoNetwork({ directory });
  await network.create();
  const child = spawn(process.execPath, [SCRIPT, directory, server.adminUrl], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  return {
    directory,
    nodes: network.layout.nodes.map((node) => ({ id: node.id, directory: node.directory, host: '127.0.0.1', port })),
    clock: () => Promise.resolve(() => IDLE),
    stop: async () => {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
      await rm(directory, { recursive: true, force: true });
    }
  };
}
