import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, eventually } from '../../test/e2e/http.js';
import { freePorts } from '../../test/e2e/network.js';
import type { LoadTarget } from '../throughput.js';

const MEMBERS = 3;

/** How to get it, for those who read that it was not measured. */
export const ETCD_MISSING = 'etcd is not installed: apt-get install etcd-server, or LADING_ETCD=/path/to/etcd';

/** The program, or null. */
export function etcdProgram(): string | null {
  const path = process.env['LADING_ETCD'] ?? 'etcd';
  return spawnSync(path, ['--version']).status === 0 ? path : null;
}

interface Member {
  readonly name: string;
  readonly client: number;
  readonly peer: number;
}

/** Three servers on this machine, durable as etcd is by default; the target is their leader, which costs it least. */
export async function etcdTarget(program: string): Promise<LoadTarget & { stop(): Promise<void>; readonly version: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'lading-etcd-'));
  const ports = await freePorts(2 * MEMBERS);
  const members = Array.from({ length: MEMBERS }, (_, i): Member => ({
    name: `m${i}`,
    client: ports[2 * i] as number,
    peer: ports[2 * i + 1] as number
  }));
  const children = members.map((member) => started(program, directory, member, members));
  const stop = async (): Promise<void> => {
    const gone = children.map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(gone);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    let leader: Member | undefined;
    await eventually('etcd to have a leader', 30_000, async () => (leader = await leaderOf(members)) !== undefined);
    const [, version = '?'] = /etcd Version: (\S+)/.exec(spawnSync(program, ['--version']).stdout.toString()) ?? [];
    const port = leader?.client ?? 0;
    return {
      ...{ directory: '', version, stop },
      nodes: [{ id: 'etcd', directory: '', host: '127.0.0.1', port }],
      clock: () => Promise.resolve(() => ({ nodesMs: 0, postgresMs: 0 }))
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function started(program: string, directory: string, own: Member, members: readonly Member[]): ChildProcess {
  const http = (port: number): string => `http://127.0.0.1:${port}`;
  const cluster = members.map(({ name, peer }) => `${name}=${http(peer)}`).join(',');
  const options = {
    ...{ name: own.name, 'data-dir': join(directory, own.name), 'initial-cluster': cluster, 'initial-cluster-state': 'new' },
    ...{ 'listen-client-urls': http(own.client), 'advertise-client-urls': http(own.client) },
    ...{ 'listen-peer-urls': http(own.peer), 'initial-advertise-peer-urls': http(own.peer), 'quota-backend-bytes': String(8 * 2 ** 30) }
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return spawn(program, args, { stdio: 'ignore', env: { ...process.env, ETCD_UNSUPPORTED_ARCH: process.arch } });
}

async function leaderOf(members: readonly Member[]): Promise<Member | undefined> {
  for (const member of members) {
    const { json } = await call(`http://127.0.0.1:${member.client}/v3/maintenance/status`, { method: 'POST', body: '{}' });
    const header = json['header'] as { member_id?: string } | undefined;
    if (json['leader'] !== undefined && json['leader'] === header?.member_id) return member;
  }
  return undefined;
}
