import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '@lading/storage';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `LADING_NATS_SERVER`, or nats-server on the path or where Debian puts it; null when there is none. */
export const natsBinary: string | null =
  [
    process.env['LADING_NATS_SERVER'] ?? '',
    ...`${process.env['PATH'] ?? ''}${delimiter}/usr/sbin`.split(delimiter).map((folder) => join(folder, 'nats-server'))
  ].find((path) => path !== '' && isExecutable(path)) ?? null;

/** A suite that needs a NATS server. Without one it reports itself as skipped, with how to get it in its name; in CI that fails. */
export function describeWithNats(name: string, suite: () => void): void {
  const advice = 'apt-get install nats-server, or set LADING_NATS_SERVER';
  if (natsBinary !== null) describe(name, suite);
  else if (process.env['CI']) {
    describe(name, () => {
      it(`needs a NATS server: ${advice}`, () => {
        throw new Error(`in CI a NATS server must be there: ${advice}`);
      });
    });
  } else describe.skip(`${name} (skipped because there is no nats-server: ${advice})`, suite);
}

/** A server on loopback with a store of its own; it can be stopped and started again over it. */
export class NatsServer {
  private static readonly all = new Set<NatsServer>();
  private child: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly more: string
  ) {}

  /** `config`: further lines of its configuration file. */
  static async start(config: (folder: string) => string = () => ''): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'lading-nats-'));
    const server = new NatsServer(folder, await freePort(), config(folder));
    NatsServer.all.add(server);
    await server.start();
    return server;
  }

  /** Every server of this file: also those of a test that failed before it came to their end. */
  static async removeAll(): Promise<void> {
    for (const server of NatsServer.all) await server.remove();
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const file = join(this.folder, 'nats.conf');
    const store = JSON.stringify(join(this.folder, 'store'));
    await writeFile(file, `listen: "${this.address}"\njetstream { store_dir: ${store} }\n${this.more}\n`);
    const child = spawn(natsBinary ?? '', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    // A test process that is ended from outside takes its servers along.
    process.once('exit', () => child.kill('SIGKILL'));
    let log = '';
    await new Promise<void>((ready, failed) => {
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString('utf8');
        if (log.includes('Server is ready')) ready();
      });
      child.once('error', failed);
      child.once('exit', () => failed(new Error(log)));
    });
  }

  /** As a power cut would, when `signal` is SIGKILL. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    NatsServer.all.delete(this);
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
