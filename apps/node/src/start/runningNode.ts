import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LedgerNode } from '@lading/engine';
import type { HistoryStore, PeerPin, SnapshotOptions, StateTreeFile } from '@lading/engine';
import { fromBase64Url } from '@lading/kernel';
import { membershipContract } from '@lading/membership';
import { createProvenanceContract } from '@lading/provenance';
import { ProvenanceReader, ReadCaptures, type ProvenanceOptions } from '@lading/provenance-app';
import {
  ComparedRows,
  exportedCheckpoints,
  exportPage,
  FileRecordLog,
  LedgerAuditSource,
  ProjectionStore,
  SnapshotFolder,
  StorageFault,
  TypeOrmLedgerStore
} from '@lading/storage';
import { PeerMesh, PeerServer } from '@lading/transport';
import { createHttpApp } from '../http/createHttpApp.js';
import { LedgerKeyRegistry } from '../members/ledgerKeyRegistry.js';
import type { NodeContext } from '../nodeContext.js';
import { NodeModule } from '../node.module.js';
import type { NodeFiles } from './configFile.js';
import { drain } from './drain.js';
import { openLogs, type NodeParts } from './nodeParts.js';
import { NodeReadiness } from './nodeReadiness.js';
import { errorPages } from './paths.js';
import { StartFault } from './startFault.js';
import type { Telemetry } from './telemetry.js';

/** Open sockets of clients; more are closed at once, before they cost anything. */
const MAX_CONNECTIONS = 2048;

export interface RunningNode {
  readonly node: LedgerNode;
  readonly app: NestFastifyApplication;
  readonly httpPort: number;
  readonly peerPort: number;
  /** Not ready → no new requests → the engine comes to rest → connections and files are closed. Idempotent. */
  stop(): Promise<void>;
}

/** Things to close, last opened first. */
class Closers {
  private readonly list: (() => Promise<void>)[] = [];

  add(close: () => Promise<void>): void {
    this.list.unshift(close);
  }

  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.list.splice(0)) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** Opens stores, recovers and checks them, joins the network and listens. Throws faults with a code. */
export async function startNode(parts: NodeParts, files: NodeFiles, telemetry: Telemetry): Promise<RunningNode> {
  const closers = new Closers();
  try {
    return await open(parts, files, telemetry, closers);
  } catch (error) {
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}

async function open(parts: NodeParts, files: NodeFiles, telemetry: Telemetry, closers: Closers): Promise<RunningNode> {
  const { databaseUrl: url, genesis, organization } = parts;
  const warn = (line: string): void => telemetry.warn(line);
  const store = await TypeOrmLedgerStore.open({ url, applicationName: `lading-${organization}`, warn });
  closers.add(() => store.close());
  const rows = await LedgerAuditSource.open(url);
  closers.add(() => rows.close());
  const comparedRows = new ComparedRows(url);
  closers.add(() => comparedRows.close());
  const projection = ProjectionStore.open({
    url,
    onPoolError: (error) => warn(`a query connection was lost: ${error.message}`)
  });
  closers.add(() => projection.close());
  const logs = await openLogs(files.dataDirectory);
  closers.add(() => logs.safety.close());
  closers.add(() => logs.batches.close());
  const mesh = peerMesh(parts, files, telemetry);
  closers.add(() => mesh.stop());
  const readCaptures = new ReadCaptures();
  const node = await LedgerNode.open({
    ...{ genesisBytes: genesis.bytes, organization, store, rows, transport: mesh },
    ...{ safetyLog: logs.safety, batchLog: logs.batches, clock: parts.clock, crypto: parts.crypto },
    contracts: [membershipContract, readCaptures.watch(createProvenanceContract(parts.crypto.sha256))],
    ...{ events: telemetry.engineEvents, observers: observersOf(files), joining: files.config.joining === true },
    ...(await stateTreeOf(files, warn, closers)),
    snapshots: await snapshotsOf(files, warn, store)
  });
  closers.add(() => node.stop());
  closers.add(() => Promise.resolve(node.states().close()));
  const readiness = new NodeReadiness(node, projection);
  const registry = new LedgerKeyRegistry(store);
  const context = nodeContext(parts, files, { node, store, readiness, telemetry, comparedRows, rows });
  const provenance = provenanceOptions(parts, files, { node, store, projection, readCaptures, registry, telemetry });
  const module = NodeModule.register(context, registry, provenance);
  const onAnswer = (status: number): void => telemetry.countAnswer(status);
  const app = await createHttpApp(module, { reportBug: telemetry.reportBug, logger: telemetry.nestLogger, onAnswer });
  app.connectMicroservice({ strategy: new PeerServer(mesh) });
  await app.startAllMicroservices();
  await node.start();
  await listen(app, files);
  telemetry.watch(node, app.get(ProvenanceReader, { strict: false }));
  const stop = stopper(app, node, readiness, closers);
  return { node, app, httpPort: portOf(app), peerPort: mesh.port, stop };
}

/** The state tree of the last run, beside the logs. A damaged file is thrown away: the database gives the tree again. */
async function stateTreeOf(
  { dataDirectory }: NodeFiles,
  tell: (line: string) => void,
  closers: Closers
): Promise<{ stateTree: StateTreeFile }> {
  const path = join(dataDirectory, 'tree.log');
  const log = await FileRecordLog.open(path).catch(async (error: unknown) => {
    if (!(error instanceof StorageFault) || error.code !== 'LOG_CORRUPT') throw error;
    tell(`${path} is damaged and is made anew`);
    await rm(path, { force: true });
    return FileRecordLog.open(path);
  });
  closers.add(() => log.close().catch(() => undefined));
  return { stateTree: { log, seed: randomBytes(32) } };
}

/** Snapshots for others are kept beside the logs; an empty database begins from one where the operator says so. */
async function snapshotsOf(
  { dataDirectory, snapshotLag, config }: NodeFiles,
  tell: (line: string) => void,
  history: HistoryStore
): Promise<SnapshotOptions> {
  const files = await SnapshotFolder.open(join(dataDirectory, 'snapshots'));
  const fills = config.snapshot?.history === false ? {} : { history };
  return { files, tell, ...fills, ...(snapshotLag === null ? {} : { join: { minimumLag: snapshotLag } }) };
}

/** Approved observers, under names that no organization can have. */
function observersOf({ config }: NodeFiles): readonly PeerPin[] {
  return (config.observers ?? []).map(({ name, tlsKeyHash }) => {
    return { organization: `observer:${name}`, tlsKeyHash: fromBase64Url(tlsKeyHash) ?? new Uint8Array(0) };
  });
}

function peerMesh(parts: NodeParts, files: NodeFiles, telemetry: Telemetry): PeerMesh {
  const { genesis, organization, tls } = parts;
  const { peer, peers } = files.config;
  return new PeerMesh({
    chainId: genesis.chainId,
    organization,
    peers: genesis.config.organizations.map(({ id, tlsKeyHash }) => ({ organization: id, tlsKeyHash })),
    addresses: peers,
    listen: peer,
    tls,
    // What genesis says of the own key may have been changed since by a configuration that this node learns later.
    joining: files.config.joining === true,
    onEvent: (event) => telemetry.peerEvent(event)
  });
}

interface Opened {
  readonly node: LedgerNode;
  readonly store: TypeOrmLedgerStore;
  readonly telemetry: Telemetry;
}

function nodeContext(
  parts: NodeParts,
  files: NodeFiles,
  opened: Opened & { readonly readiness: NodeReadiness; readonly comparedRows: ComparedRows; readonly rows: LedgerAuditSource }
): NodeContext {
  const { organization, genesis, crypto, clock, service } = parts;
  const { node, store, readiness, telemetry, comparedRows, rows } = opened;
  return {
    ...{ organization, genesis, node, store, comparedRows, states: node.states(), readiness, errorPages },
    ...{ verify: crypto.verify, sha256: crypto.sha256 },
    get config() {
      return node.config;
    },
    publicUrl: files.config.publicUrl ?? null,
    custodyMode: service !== null,
    nowMs: () => clock.nowMs(),
    receipt: (txId) => node.receipt(txId),
    metrics: () => telemetry.metricsText(),
    exportPages: { blocks: (from) => exportPage(rows, from), checkpoints: (from) => exportedCheckpoints(rows, from) }
  };
}

function provenanceOptions(
  parts: NodeParts,
  files: NodeFiles,
  opened: Opened & {
    readonly projection: ProjectionStore;
    readonly readCaptures: ReadCaptures;
    readonly registry: LedgerKeyRegistry;
  }
): ProvenanceOptions {
  const { organization, genesis, crypto, clock, service } = parts;
  const { node, store, projection, readCaptures, registry, telemetry } = opened;
  return {
    ...{ organization, chainId: genesis.chainId, node, store, projection, readCaptures, service },
    get config() {
      return node.config;
    },
    verify: crypto.verify,
    webhookAllow: files.config.webhooks?.allow ?? [],
    outbox: files.outbox,
    nowMs: () => clock.nowMs(),
    randomBytes: (size) => randomBytes(size),
    rightsChanged: () => registry.changed(),
    reportFailure: (what, error) => telemetry.reportFailure(what, error)
  };
}

async function listen(app: NestFastifyApplication, files: NodeFiles): Promise<void> {
  const { host, port } = files.config.http;
  (app.getHttpServer() as Server).maxConnections = MAX_CONNECTIONS;
  await app.listen(port, host).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    throw new StartFault('HTTP_LISTEN', `cannot listen on ${host}:${port}: ${detail}`);
  });
}

function portOf(app: NestFastifyApplication): number {
  const address: unknown = app.getHttpServer().address();
  return typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
}

function stopper(
  app: NestFastifyApplication,
  node: LedgerNode,
  readiness: NodeReadiness,
  closers: Closers
): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    readiness.drain();
    // Whoever waits for a block gets it sooner from a leader that stays.
    await node.handOver();
    await drain(app, node);
    await closers.closeAll();
  };
  return () => (stopping ??= stop());
}
