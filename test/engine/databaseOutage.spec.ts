import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LedgerNode } from '@lading/engine';
import type { Clock, PeerTransport } from '@lading/engine';
import { sha256Node, sodiumSign, sodiumVerify, generateKeyPair } from '@lading/identity';
import { membershipContract } from '@lading/membership';
import { FileRecordLog, LedgerAuditSource, provisionDatabase, runMigrations, TypeOrmLedgerStore } from '@lading/storage';
import { removeServerFolder, startEmbeddedPostgres } from '@lading/storage';
import type { EmbeddedPostgres } from '@lading/storage';
import { healthOf } from '@lading/telemetry';
import { signTransaction, testNetwork } from '../fixtures/testNetwork.js';

const clock: Clock = {
  nowMs: () => Date.now(),
  at(atMs, run) {
    const timer = setTimeout(run, Math.max(0, atMs - Date.now()));
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run)
};

const alone: PeerTransport = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  send: () => false,
  onFrame: () => undefined,
  connectedPeers: () => [],
  admit: () => undefined,
  handleOf: () => 0
};

/** One validator on a PostgreSQL server of its own: real files, real database, real time. */
class Harness {
  readonly network = testNetwork({ organizations: 1, timeMs: Date.now() - 60_000 });
  readonly acknowledged = new Map<string, number>();
  readonly refused: string[] = [];
  readonly fatal: Error[] = [];
  #running = true;
  #load: Promise<void> = Promise.resolve();

  constructor(
    readonly node: (harness: Harness) => LedgerNode,
    readonly store: TypeOrmLedgerStore
  ) {}

  submitAll(): void {
    this.#load = this.#submitting();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#load;
  }

  async #submitting(): Promise<void> {
    const [own] = this.network.organizations;
    if (own === undefined) throw new Error('no organization');
    for (let count = 0; this.#running; count++) {
      const payload = { member: `m${count}`, name: 'x', roles: ['query'] };
      const tx = signTransaction(this.network, own.admin, { op: 'member.add', payload, jti: `j${count}` });
      for (;;) {
        const answer = await this.node(this).submit(tx, 2000);
        if (!('ok' in answer)) {
          this.acknowledged.set(payload.member, answer.height);
          break;
        }
        this.refused.push(answer.code);
        if (!this.#running) return;
        await pause(50);
      }
    }
  }
}

describe('a node whose PostgreSQL server ends and comes back', () => {
  let directory: string;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lading-outage-'));
    server = await startEmbeddedPostgres({ directory: join(directory, 'pg') });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await removeServerFolder(join(directory, 'pg'));
    await rm(directory, { recursive: true, force: true });
  }, 30_000);

  it('waits, says why it is not ready, goes on within 15 s, and has lost nothing that it acknowledged', async () => {
    const passwords = { ownerPassword: 'owner', nodePassword: 'node' };
    const { ownerUrl, nodeUrl } = await provisionDatabase(server.adminUrl, { database: 'outage', ...passwords });
    await runMigrations(ownerUrl);
    const store = await TypeOrmLedgerStore.open({ url: nodeUrl });
    const rows = await LedgerAuditSource.open(nodeUrl);
    const safetyLog = await FileRecordLog.open(join(directory, 'safety.log'));
    const batchLog = await FileRecordLog.open(join(directory, 'batches.log'));
    let node: LedgerNode | null = null;
    const harness = new Harness(() => {
      if (node === null) throw new Error('no node');
      return node;
    }, store);
    const [own] = harness.network.organizations;
    if (own === undefined) throw new Error('no organization');
    const { secretKey } = generateKeyPair(own.validator.secretKey);
    node = await LedgerNode.open({
      ...{ genesisBytes: harness.network.genesisBytes, organization: own.id, store, rows, safetyLog, batchLog, clock },
      transport: alone,
      crypto: {
        sha256: sha256Node,
        verify: sodiumVerify,
        validatorKey: own.validator.publicKey,
        sign: (message) => sodiumSign(message, secretKey)
      },
      contracts: [membershipContract],
      events: { fatal: (error) => void harness.fatal.push(error) }
    });
    await node.start();
    harness.submitAll();
    const { port } = server;
    for (const end of ['stop', 'kill -9'] as const) {
      await until(() => harness.acknowledged.size >= 20);
      if (end === 'stop') await server.stop();
      else process.kill(server.pid, 'SIGKILL');
      const status = (): ReturnType<LedgerNode['status']> => (node as LedgerNode).status();
      await until(() => /database of this node does not answer/.test(status().reason ?? ''));
      expect(healthOf(status(), { started: true, databaseWritable: true })).toMatchObject({ live: true, ready: false });
      await pause(1000);
      if (end === 'kill -9') await server.stop().catch(() => undefined);
      server = await startEmbeddedPostgres({ directory: join(directory, 'pg'), port });
      const backAt = performance.now();
      const before = harness.acknowledged.size;
      await until(() => harness.acknowledged.size > before + 5 && status().reason === null);
      expect(performance.now() - backAt).toBeLessThan(15_000);
    }
    await harness.stop();
    expect(harness.fatal).toEqual([]);
    expect(harness.refused.every((code) => ['COMMIT_TIMEOUT', 'STORE_UNAVAILABLE'].includes(code))).toBe(true);
    const keys = [...harness.acknowledged.keys()].map((member) => `core/member/${own.id}/${member}`);
    expect((await store.stateValues(keys)).size).toBe(keys.length);
    await node.stop();
    await Promise.all([safetyLog.close(), batchLog.close(), rows.close(), store.close()]);
  }, 120_000);
});

async function until(condition: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 40_000; !condition(); ) {
    if (performance.now() > endMs) throw new Error('nothing within 40 s');
    await pause(20);
  }
}
