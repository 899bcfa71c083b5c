import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findNative, serverBinaries } from '../../libs/storage/src/embedded/serverBinaries.js';
import { serverUser } from '../../libs/storage/src/embedded/serverUser.js';
import {
  provisionDatabase,
  removeServerFolder,
  runMigrations,
  startEmbeddedPostgres,
  TypeOrmLedgerStore,
  withClient,
  type EmbeddedPostgres
} from '@lading/storage';

const isRoot = process.getuid?.() === 0;

describe('the embedded PostgreSQL server', () => {
  let parent: string;
  let directory: string;
  const running: EmbeddedPostgres[] = [];
  let umask: number;
  // Folders made here are open to the server's user unless a test closes them.
  beforeAll(() => (umask = process.umask(0o022)));
  afterAll(() => process.umask(umask));

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'lading-embedded-'));
    await chmod(parent, 0o755);
    directory = join(parent, 'pg');
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    await removeServerFolder(directory);
    await rm(parent, { recursive: true });
  });

  async function start(options: { port?: number; log?: (line: string) => void } = {}): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ directory, ...options });
    running.push(server);
    return server;
  }

  const stop = async (server: EmbeddedPostgres): Promise<void> => {
    running.splice(running.indexOf(server), 1);
    await server.stop();
  };

  const ask = async (server: EmbeddedPostgres, sql: string): Promise<unknown> =>
    (await withClient(server.adminUrl, (client) => client.query<{ answer: unknown }>(sql))).rows[0]?.answer;

  it('has one owner at a time, and keeps its data in its folder, readable by nobody else', async () => {
    const first = await start();
    expect(first.dataDirectory).toBe(join(directory, 'data'));
    await first.createDatabase('demo');
    await first.createDatabase('demo');
    await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'POSTGRES_IN_USE' });
    await stop(first);
    await expect(withClient(first.adminUrl, () => Promise.resolve())).rejects.toThrow();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second, "SELECT count(*)::int AS answer FROM pg_database WHERE datname = 'demo'")).toBe(1);
    for (const path of ['password', 'server.log', 'data'])
      expect((await stat(join(directory, path))).mode & 0o077).toBe(0);
  });

  it('has what the ledger needs: checksums, durable commits, UTF-8, passwords, no socket file', async () => {
    const server = await start();
    for (const [name, value] of [
      ['data_checksums', 'on'],
      ['fsync', 'on'],
      ['full_page_writes', 'on'],
      ['synchronous_commit', 'on'],
      ['server_encoding', 'UTF8'],
      ['unix_socket_directories', ''],
      ['listen_addresses', '127.0.0.1']
    ] as const)
      expect([name, await ask(server, `SELECT current_setting('${name}') AS answer`)]).toEqual([name, value]);
    const wrong = server.adminUrl.replace(/:[0-9a-f]+@/, ':wrong@');
    await expect(withClient(wrong, () => Promise.resolve())).rejects.toMatchObject({ code: '28P01' });
  });

  it('is adopted when its owner was killed, and restarted when wanted on another port', async () => {
    const first = await orphan(directory);
    const adopted = await start();
    expect([adopted.adopted, adopted.pid, adopted.port]).toEqual([true, first.pid, first.port]);
    await stop(adopted);
    expect(() => process.kill(first.pid, 0)).toThrow();
    const second = await orphan(directory);
    const port = second.port === 65_000 ? 64_999 : 65_000;
    const moved = await start({ port });
    expect([moved.adopted, moved.port]).toEqual([false, port]);
    expect(() => process.kill(second.pid, 0)).toThrow();
  });

  it('starts again after a crash of the server, with everything that was committed', async () => {
    const server = await start();
    await withClient(server.adminUrl, async (client) => {
      await client.query('CREATE TABLE kept (a int)');
      await client.query('INSERT INTO kept VALUES (7)');
    });
    process.kill(server.pid, 'SIGQUIT');
    await stop(server);
    expect(await ask(await start(), 'SELECT a AS answer FROM kept')).toBe(7);
  });

  it('says which port is taken', async () => {
    const blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port));
    });
    await expect(startEmbeddedPostgres({ directory, port })).rejects.toMatchObject({ code: 'POSTGRES_PORT_IN_USE' });
    await new Promise((resolve) => blocker.close(resolve));
    expect((await start({ port })).port).toBe(port);
  });

  it('fails with the end of the server log, not with silence', async () => {
    await stop(await start());
    const settings = join(directory, 'data', 'postgresql.conf');
    await writeFile(settings, `${await readFile(settings, 'utf8')}\nnot_a_setting = 1\n`);
    await expect(startEmbeddedPostgres({ directory })).rejects.toThrow(/POSTGRES_START_FAILED[^]*not_a_setting/);
  });

  it('does not leave a half-made database when making it is interrupted', async () => {
    await mkdir(join(directory, 'data.partial'), { recursive: true });
    await writeFile(join(directory, 'data.partial', 'PG_VERSION'), '18\n');
    await start();
    expect(await readdir(directory)).not.toContain('data.partial');
  });

  it('needs no install script: makes the library links itself, and copies what it cannot run', async () => {
    const copy = join(parent, 'package', 'native');
    await cp(await findNative(), copy, { recursive: true, verbatimSymlinks: true });
    for (const name of await readdir(join(copy, 'lib'))) {
      if (/\.so(\.\d+)?$/.test(name) && name.startsWith('libicu')) await unlink(join(copy, 'lib', name));
    }
    const user = await serverUser();
    const linked = await serverBinaries(user, join(parent, 'unused'), copy);
    expect(linked).toMatchObject({ initdb: join(copy, 'bin', 'initdb'), version: expect.stringMatching(/^18/) });
    await chmod(join(copy, 'bin', 'postgres'), 0o600);
    const private_ = await serverBinaries(user, join(parent, 'copy'), copy);
    expect(dirname(private_.postgres)).toMatch(new RegExp(`^${join(parent, 'copy')}/programs-`));
  });

  const asRoot = isRoot ? it : it.skip;
  asRoot('puts its files where its user can go when the folder is closed to it (only as root)', async () => {
    await chmod(parent, 0o700);
    const lines: string[] = [];
    const first = await start({ log: (line) => lines.push(line) });
    expect(first.dataDirectory).toMatch(/^\/(var\/)?tmp\/lading-pg-/);
    expect(lines.join()).toContain(directory);
    await first.createDatabase('demo');
    await stop(first);
    const second = await start();
    expect(second.dataDirectory).toBe(first.dataDirectory);
    expect(await ask(second, "SELECT count(*)::int AS answer FROM pg_database WHERE datname = 'demo'")).toBe(1);
    await stop(second);
    // The user deletes the folder to start over: the files elsewhere go with the next start.
    await rm(directory, { recursive: true });
    const third = await start();
    expect(third.dataDirectory).not.toBe(first.dataDirectory);
    await expect(stat(first.dataDirectory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is refused by the store when it would lose what it acknowledged', async () => {
    const server = await start();
    const { ownerUrl, nodeUrl } = await provisionDatabase(server.adminUrl, {
      database: 'unsafe',
      ownerPassword: "o'wner%&",
      nodePassword: 'n@de'
    });
    await runMigrations(ownerUrl);
    await (await TypeOrmLedgerStore.open({ url: nodeUrl })).close();
    await withClient(server.adminUrl, async (client) => {
      await client.query('ALTER SYSTEM SET fsync = off');
      await client.query('SELECT pg_reload_conf()');
    });
    await expect(untilRefused(nodeUrl)).resolves.toMatch(/POSTGRES_UNSAFE_SETTINGS.*fsync/);
  });
});

/** A running server whose owner is dead: started here, then its lock rewritten as that of a process that has ended. */
async function orphan(directory: string): Promise<EmbeddedPostgres> {
  const ended = spawn('true');
  await new Promise((resolve) => ended.on('exit', resolve));
  const server = await startEmbeddedPostgres({ directory, keepRunning: true });
  await server.disown();
  await writeFile(join(directory, 'owner.lock'), JSON.stringify({ pid: ended.pid, started: 'boot/1' }));
  return server;
}

/** The new setting reaches new connections as soon as the server has read its files again. */
async function untilRefused(url: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const store = await TypeOrmLedgerStore.open({ url }).catch((error: unknown) => String(error));
    if (typeof store === 'string') return store;
    await store.close();
  }
  return 'never refused';
}
