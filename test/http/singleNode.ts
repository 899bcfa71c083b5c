import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNetwork, FileSigner, issueToken, NETWORK_FILES, SeedSigner, type Signer } from '@lading/identity';
import { toBase64Url, type OrganizationId } from '@lading/kernel';
import { buildTransaction, keyId, toCompactJws, type Genesis, type NetworkParameters, type Transaction } from '@lading/ledger';
import { readNodeFiles, readParts, startNode, Telemetry, type RunningNode } from '@lading/node';
import { ProjectionStore } from '@lading/storage';
import { testDatabase, type TestDatabase } from '../fixtures/postgres.js';

export const ORGANIZATION = 'finca-alta';

export interface NetworkOptions {
  readonly profile: 'open' | 'custody';
  readonly custodyMode?: boolean;
  readonly parameters?: Partial<NetworkParameters>;
  /** host:port of webhooks that may be on this machine. */
  readonly webhookAllow?: readonly string[];
  /** Further members of node.json. */
  readonly nodeConfig?: object;
}

/** Somebody with a key, and the token key of the organization. */
export class Person {
  constructor(
    readonly genesis: Genesis,
    readonly member: string,
    readonly signer: Signer,
    private readonly tokenSigner: Signer
  ) {}

  sign(op: string, payload: Uint8Array, changes: Partial<Transaction['header']> = {}): Transaction {
    const iat = Math.floor(Date.now() / 1000) - 5;
    const header = {
      alg: 'Ed25519',
      typ: 'lading+jws',
      kid: keyId(ORGANIZATION, this.member, this.signer.publicKey),
      chain: toBase64Url(this.genesis.chainId),
      op,
      jti: randomUUID(),
      iat,
      exp: iat + 600,
      lanes: [ORGANIZATION as OrganizationId],
      ...changes
    } as const;
    return buildTransaction(header, payload, (message) => this.signer.sign(message));
  }

  token(scopes: readonly string[] = ['admin', 'audit', 'capture', 'operate', 'query']): string {
    return issueToken(
      {
        issuer: ORGANIZATION,
        member: this.member,
        audience: toBase64Url(this.genesis.chainId),
        scopes,
        kid: keyId(ORGANIZATION, 'token', this.tokenSigner.publicKey),
        nowMs: Date.now()
      },
      this.tokenSigner
    );
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Answers of many shapes: tests look into them as they need.
  readonly json: Readonly<Record<string, never>>;
}

/** A network of one organization in this process: real engine, real PostgreSQL, real HTTP on a loopback port. */
export class SingleNode {
  private constructor(
    readonly directory: string,
    readonly database: TestDatabase,
    readonly genesis: Genesis,
    readonly admin: Person,
    readonly clerk: Person,
    private running: RunningNode,
    readonly log: string[]
  ) {}

  static async start(options: NetworkOptions): Promise<SingleNode> {
    const directory = await mkdtemp(join(tmpdir(), 'lading-http-'));
    const database = await testDatabase();
    await createNetwork({
      directory,
      name: 'Test network',
      constitution: 'One organization.',
      parameters: { profile: options.profile, ...options.parameters },
      protection: { devOnly: true },
      timeMs: Date.now() - 1000,
      organizations: [
        {
          id: ORGANIZATION,
          name: 'Finca Alta',
          gln: '4012345000009',
          companyPrefixes: ['4012345'],
          custodyMode: options.custodyMode ?? true,
          http: { host: '127.0.0.1', port: 0 },
          peer: { host: '127.0.0.1', port: 0 },
          peerAddress: '127.0.0.1:1',
          publicUrl: 'http://127.0.0.1',
          members: ['clerk']
        }
      ]
    });
    const folder = join(directory, ORGANIZATION);
    await writeFile(join(folder, NETWORK_FILES.databaseUrl), `${database.nodeUrl}\n`, { mode: 0o600 });
    await mkdir(join(folder, 'data'), { recursive: true });
    const { webhookAllow: allow, nodeConfig } = options;
    const webhooks = allow === undefined ? {} : { webhooks: { allow } };
    await changeConfig(folder, { ...webhooks, ...nodeConfig });
    const log: string[] = [];
    const running = await open(folder, log);
    const genesis = running.node.genesis;
    const token = await FileSigner.open(join(folder, NETWORK_FILES.token));
    const person = async (file: string, member: string): Promise<Person> =>
      new Person(genesis, member, await FileSigner.open(join(folder, file)), token);
    const admin = await person(NETWORK_FILES.admin, 'admin');
    const clerk = await person(NETWORK_FILES.member('clerk'), 'clerk');
    const node = new SingleNode(directory, database, genesis, admin, clerk, running, log);
    const service = await FileSigner.open(join(folder, NETWORK_FILES.service)).catch(() => null);
    await node.register('clerk', ['capture', 'query'], {
      member: clerk.signer,
      token,
      ...(service === null ? {} : { service })
    });
    return node;
  }

  get node(): RunningNode['node'] {
    return this.running.node;
  }

  get app(): RunningNode['app'] {
    return this.running.app;
  }

  get url(): string {
    return `http://127.0.0.1:${this.running.httpPort}`;
  }

  get height(): number {
    return this.running.node.status().height;
  }

  /** Stops and starts the node over the same files and database. */
  restart(): Promise<void> {
    return this.whileStopped(async () => undefined);
  }

  /** Does something to the files or the database of the stopped node, then starts it again. */
  async whileStopped(work: () => Promise<void>): Promise<void> {
    await this.running.stop();
    await work();
    this.running = await open(join(this.directory, ORGANIZATION), this.log);
  }

  /** Members of node.json from the next start on. */
  changeConfig(changes: object): Promise<void> {
    return changeConfig(join(this.directory, ORGANIZATION), changes);
  }

  /** Empties the query tables beside the running node, as `migrate.js --rebuild-projection` does, and waits until they are full again. */
  async rebuildProjection(): Promise<void> {
    const projection = ProjectionStore.open({ url: this.database.nodeUrl, onPoolError: () => undefined });
    try {
      await projection.reset();
      await this.operate('member.add', { member: `m${randomUUID().slice(0, 8)}`, name: 'somebody', roles: ['query'] });
      for (let at = -1; at < this.height;) at = (await projection.position()).reflectedHeight;
    } finally {
      await projection.close();
    }
  }

  /** The transactions of one of the organization's captures. */
  async captureParts(captureId: string): ReturnType<ProjectionStore['captureParts']> {
    const projection = ProjectionStore.open({ url: this.database.nodeUrl, onPoolError: () => undefined });
    try {
      return await projection.captureParts(ORGANIZATION, captureId);
    } finally {
      await projection.close();
    }
  }

  async stop(): Promise<void> {
    await this.running.stop();
    await this.database.drop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Puts a member with roles and keys on the ledger, signed by the admin key. */
  async register(member: string, roles: readonly string[], keys: Readonly<Record<string, Signer>>): Promise<void> {
    await this.operate('member.add', { member, name: member, roles });
    for (const [purpose, signer] of Object.entries(keys)) {
      const owner = purpose === 'member' ? member : purpose;
      await this.operate('key.add', { member: owner, purpose, publicKey: toBase64Url(signer.publicKey) });
    }
  }

  /** A further member with a new key. */
  async newMember(member: string, roles: readonly string[]): Promise<Person> {
    const signer = new SeedSigner();
    await this.register(member, roles, { member: signer });
    const token = await FileSigner.open(join(this.directory, ORGANIZATION, NETWORK_FILES.token));
    return new Person(this.genesis, member, signer, token);
  }

  async operate(op: string, payload: object): Promise<Answer> {
    const answer = await this.postTransaction(this.admin.sign(op, Buffer.from(JSON.stringify(payload))));
    if (answer.status !== 201 || (answer.json as { status?: string }).status !== 'APPLIED')
      throw new Error(`${op}: ${answer.text}`);
    return answer;
  }

  postTransaction(tx: Transaction, prefer = 'wait=20'): Promise<Answer> {
    return this.call('/v1/transactions', {
      method: 'POST',
      headers: { 'content-type': 'application/jose', ...(prefer === '' ? {} : { prefer }) },
      body: toCompactJws(tx)
    });
  }

  /** POST of an EPCIS body, signed by the person unless `signed` is null. */
  postEpcis(
    path: string,
    body: Uint8Array,
    options: {
      readonly person?: Person;
      readonly signed?: Transaction | null;
      readonly headers?: Record<string, string>;
    } = {}
  ): Promise<Answer> {
    const person = options.person ?? this.clerk;
    const tx = options.signed === undefined ? person.sign('epcis.capture', body) : options.signed;
    return this.call(path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${person.token()}`,
        'content-type': 'application/json',
        ...(tx === null ? {} : { 'lading-signature': detached(tx) }),
        ...options.headers
      },
      body
    });
  }

  get(path: string, person: Person = this.clerk, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(path, { headers: { authorization: `Bearer ${person.token()}`, ...headers } });
  }

  /** A request without a body, or with a JSON one. */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const typed = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.call(path, {
      method,
      headers: { authorization: `Bearer ${this.clerk.token()}`, ...typed, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
  }

  /** The finished job of a 202 answer. */
  async job(answer: Answer): Promise<Answer> {
    for (;;) {
      const job = await this.get(answer.headers.get('location') ?? '');
      if (job.status !== 200 || (job.json as { running?: boolean }).running !== true) return job;
    }
  }

  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, { redirect: 'manual', ...init });
    const text = await response.text();
    let json: Record<string, never> = {};
    try {
      json = JSON.parse(text) as Record<string, never>;
    } catch {
      // Not every answer is JSON.
    }
    return { status: response.status, headers: response.headers, text, json };
  }
}

export function detached(tx: Transaction): string {
  const [header, , signature] = toCompactJws(tx).split('.');
  return `${header ?? ''}..${signature ?? ''}`;
}

async function changeConfig(folder: string, changes: object): Promise<void> {
  const file = join(folder, NETWORK_FILES.node);
  await writeFile(file, JSON.stringify({ ...((await readJson(file)) as object), ...changes }));
}

async function open(folder: string, log: string[]): Promise<RunningNode> {
  const files = await readNodeFiles(join(folder, NETWORK_FILES.node), {});
  const telemetry = new Telemetry({
    format: 'human',
    write: (line) => log.push(line),
    onFatal: (error) => log.push(`FATAL ${error.stack ?? error.message}`)
  });
  const parts = await readParts(files);
  return startNode(parts, files, telemetry);
}

export const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
