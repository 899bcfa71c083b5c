import { loadNativeSodium, sha256Node } from '@lading/identity';
import type { Sodium } from '@lading/identity';
import { toHex } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import { CHANNEL, LedgerNode } from '@lading/engine';
import type { Channel, CommittedTransaction, EngineEvents, PeerPin } from '@lading/engine';
import { decodeBatch, decodeConfig } from '@lading/ledger';
import type { Contract, EpochConfig, NetworkParameters, Transaction } from '@lading/ledger';
import { peekBatchHeader } from '../../../libs/engine/src/lanes/storedBatch.js';
import { membershipContract } from '@lading/membership';
import { signTransaction, TEST_TIME_MS, testNetwork } from '../../fixtures/testNetwork.js';
import type { TestKey, TestMemberKey, TestNetwork, TestOrganization } from '../../fixtures/testNetwork.js';
import { MemoryDatabase } from './memoryDatabase.js';
import { MemoryFiles } from './memoryFiles.js';
import type { LogFile } from './memoryLog.js';
import { MemoryLog } from './memoryLog.js';
import { MemoryNetwork } from './memoryNetwork.js';
import { MemoryStore } from './memoryStore.js';
import { toyContract } from './toyContract.js';
import { World } from './world.js';

/** What one organization has on its disks. */
export interface Disk {
  readonly database: MemoryDatabase;
  readonly safetyLog: LogFile;
  readonly batchLog: LogFile;
  readonly files: MemoryFiles;
}

export const emptyDisk = (): Disk => ({
  database: new MemoryDatabase(),
  safetyLog: { records: [] },
  batchLog: { records: [] },
  files: new MemoryFiles()
});

export interface Running {
  readonly node: LedgerNode;
  readonly store: MemoryStore;
  readonly safetyLog: MemoryLog;
  readonly batchLog: MemoryLog;
  readonly fatal: Error[];
  readonly invalid: string[];
  readonly alarms: string[];
  alive: boolean;
}

export interface StartOptions {
  readonly joining?: boolean;
  readonly observers?: readonly PeerPin[];
  /** An empty node begins from a snapshot where the network is so high. */
  readonly minimumLag?: number;
  /** Fetches what is below its snapshot. */
  readonly fills?: boolean;
}

export interface ToyOptions {
  readonly jti?: string;
  readonly lanes?: readonly string[];
  readonly key?: TestMemberKey;
}

export interface ClusterOptions {
  readonly organizations?: number;
  readonly seed?: number;
  readonly parameters?: Partial<NetworkParameters>;
  readonly contracts?: readonly Contract[];
}

/** A network of LedgerNodes in one process: real engine, real core, real signatures, virtual time and disks. */
export class Cluster {
  readonly world: World;
  readonly network: TestNetwork;
  readonly wires: MemoryNetwork;
  readonly disks: Disk[];
  readonly running: (Running | null)[];
  /** Those of genesis, then newcomers. */
  readonly organizations: TestOrganization[];
  /** Validator keys that replace the first ones, by index. */
  readonly replaced = new Map<number, TestKey>();
  /** `lane/seq` of batches that were sent with two contents: what an honest node never does, crashed or not. */
  readonly doubled = new Set<string>();
  readonly #batches = new Map<string, string>();
  /** What nodes that joined from snapshots said. */
  readonly told: string[] = [];
  #jti = 0;

  private constructor(
    private readonly sodium: Sodium,
    private readonly options: ClusterOptions
  ) {
    const seed = options.seed ?? 1;
    this.network = testNetwork({ organizations: options.organizations ?? 4, parameters: options.parameters ?? {} });
    this.organizations = [...this.network.organizations];
    this.world = new World(TEST_TIME_MS + 60_000, seed);
    this.wires = new MemoryNetwork(this.world, this.network.organizations.map(({ id }) => id));
    this.wires.watch = (channel, bytes) => this.#watch(channel, bytes);
    this.disks = this.network.organizations.map(emptyDisk);
    this.running = this.network.organizations.map(() => null);
  }

  #watch(channel: Channel, bytes: Uint8Array): void {
    if (channel !== CHANNEL.batch) return;
    const header = peekBatchHeader(bytes);
    const later = (header?.epoch ?? 0) > 0 ? this.configs.find(({ epoch }) => epoch === header?.epoch) : undefined;
    const config = later ?? this.network.config;
    const batch = decodeBatch(bytes, { config, alreadyVerified: () => true }, () => true, sha256Node);
    if (!batch.ok) throw new Error(batch.code);
    const { epoch, lane, seq } = batch.value.header;
    const place = epoch === 0 ? `${lane}/${seq}` : `${epoch}:${lane}/${seq}`;
    const hash = toHex(batch.value.batchHash);
    if ((this.#batches.get(place) ?? hash) !== hash) this.doubled.add(place);
    this.#batches.set(place, hash);
  }

  /** Configs of all epochs that any running node has stored. */
  get configs(): readonly EpochConfig[] {
    const best = this.disks.map(({ database }) => database).sort((a, b) => (b.lastHeight ?? -1) - (a.lastHeight ?? -1))[0];
    return (best?.epochRows ?? []).flatMap(({ encoded }) => {
      const decoded = decodeConfig(encoded);
      return decoded.ok ? [decoded.value] : [];
    });
  }

  /** A newcomer with empty disks; it becomes a validator when a config names it. */
  join(organization: TestOrganization): number {
    this.organizations.push(organization);
    this.wires.names.push(organization.id);
    this.disks.push(emptyDisk());
    this.running.push(null);
    return this.organizations.length - 1;
  }

  static async create(options: ClusterOptions = {}): Promise<Cluster> {
    return new Cluster(await loadNativeSodium(), options);
  }

  /** A cluster with every node started. */
  static async started(options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = await Cluster.create(options);
    for (const index of cluster.disks.keys()) await cluster.start(index);
    return cluster;
  }

  get crypto() {
    return { sha256: sha256Node, verify: this.sodium.verify };
  }

  get contracts(): readonly Contract[] {
    return this.options.contracts ?? [membershipContract, toyContract];
  }

  /** Opens and starts a node on its disks. Rejects as `LedgerNode.open` does. */
  async start(index: number, more: StartOptions = {}): Promise<Running> {
    const { genesisBytes } = this.network;
    const organization = this.organizations[index];
    const disk = this.disks[index];
    if (organization === undefined || disk === undefined) throw new Error(`no organization ${index}`);
    const validator = this.replaced.get(index) ?? organization.validator;
    const { minimumLag, fills = false, ...others } = more;
    const tell = (line: string): void => void this.told.push(line);
    const join = minimumLag === undefined ? {} : { join: { minimumLag } };
    const { secretKey } = this.sodium.keyPairFromSeed(validator.secretKey);
    const life = { alive: true };
    const alive = (): boolean => life.alive;
    const store = new MemoryStore(disk.database, this.world, alive);
    const safetyLog = new MemoryLog(disk.safetyLog, this.world, alive);
    const batchLog = new MemoryLog(disk.batchLog, this.world, alive);
    const fatal: Error[] = [];
    const invalid: string[] = [];
    const alarms: string[] = [];
    const events: Partial<EngineEvents> = {
      fatal: (error) => void fatal.push(error),
      peerInvalid: (peer, code) => void invalid.push(`${peer}: ${code}`),
      alarm: (code, detail) => void alarms.push(`${code}: ${detail}`)
    };
    const node = await this.world.wait(
      LedgerNode.open({
        ...{ genesisBytes, organization: organization.id, store, rows: disk.database, safetyLog, batchLog, events },
        transport: this.wires.transport(index, alive),
        clock: this.world.clock(alive),
        crypto: { ...this.crypto, validatorKey: validator.publicKey, sign: (message) => this.sodium.sign(message, secretKey) },
        contracts: this.contracts,
        snapshots: { files: disk.files, tell, chunkBytes: 600, ...join, ...(fills ? { history: store } : {}) },
        ...others
      })
    );
    const running = {
      ...{ node, store, safetyLog, batchLog, fatal, invalid, alarms },
      get alive() {
        return life.alive;
      },
      set alive(value: boolean) {
        life.alive = value;
      }
    };
    this.running[index] = running;
    await node.start();
    return running;
  }

  /** kill -9: timers, frames and unflushed writes are gone. */
  kill(index: number): void {
    const running = this.running[index];
    if (running === null || running === undefined) return;
    running.alive = false;
    this.running[index] = null;
  }

  at(index: number): Running {
    const running = this.running[index];
    if (running === null || running === undefined) throw new Error(`node ${index} is not running`);
    return running;
  }

  /** Indexes of the running nodes. */
  get up(): number[] {
    return [...this.running.keys()].filter((index) => this.running[index] !== null);
  }

  heights(): number[] {
    return this.disks.map(({ database }) => database.lastHeight ?? -1);
  }

  head(index: number): Height {
    return this.at(index).node.status().height;
  }

  /** A toy transaction of an organization's administrator, in its own lane unless said otherwise. */
  toy(organization: number, op: string, key: string, value: string, more: ToyOptions = {}): Transaction {
    const owner = this.organizations[organization];
    if (owner === undefined) throw new Error(`no organization ${organization}`);
    const jti = more.jti ?? `jti-${this.#jti++}`;
    const lanes = more.lanes ?? [owner.id];
    const iat = Math.floor(this.world.nowMs / 1000);
    return signTransaction(this.network, more.key ?? owner.admin, { op, payload: { key, value }, jti, lanes, iat });
  }

  /** Submits at a node and waits for the outcome; throws when it was not committed. */
  async commit(index: number, tx: Transaction, timeoutMs = 20_000): Promise<CommittedTransaction> {
    const answer = await this.world.wait(this.at(index).node.submit(tx, timeoutMs));
    if ('ok' in answer) throw new Error(`not committed: ${answer.code} ${answer.detail}`);
    return answer;
  }

  put(index: number, key: string, value: string): Promise<CommittedTransaction> {
    return this.commit(index, this.toy(index, 'toy.put', key, value));
  }

  /** All running nodes have the same highest block and state. */
  async converged(withinMs = 20_000): Promise<boolean> {
    const same = (): boolean => {
      const statuses = this.up.map((index) => this.at(index).node.status());
      return statuses.every((one) => one.blockHash === statuses[0]?.blockHash && one.stateRoot === statuses[0].stateRoot);
    };
    return this.world.until(same, withinMs);
  }
}
