import { mkdir, readFile } from 'node:fs/promises';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { StateTreeFile } from '@lading/engine';
import { FileSigner, inspectKeyFile, NETWORK_FILES, sha256Node, sodiumVerify } from '@lading/identity';
import { encodeUtf8, type Height } from '@lading/kernel';
import type { Genesis, Transaction } from '@lading/ledger';
import { FileRecordLog, TypeOrmLedgerStore, withClient } from '@lading/storage';
import { DemoMember } from '../apps/node/src/dev/demoMember.js';
import type { DemoNetwork } from '../apps/node/src/dev/demoNetwork.js';
import { registrationsOf } from '../apps/node/src/dev/registerMembers.js';
import { CLERK } from '../apps/node/src/dev/storyLoader.js';
import { openStore } from '../libs/engine/src/recovery/openStore.js';
import { restoreEpochs } from '../libs/engine/src/recovery/epochSets.js';
import { restoreCursors } from '../libs/engine/src/recovery/restoreCursors.js';
import { restoreBatches, restoreSafety } from '../libs/engine/src/recovery/restoreLogs.js';
import { restoreHistory, restoreState } from '../libs/engine/src/recovery/restoreState.js';
import { cpuClock, type CpuTimes } from './cpu.js';
import { LedgerChain, type ChainPlace } from './ledgerChain.js';
import { ledgerEvent } from './ledgerWorld.js';

/** Transactions of a block, and blocks whose cost is taken together. */
const PER_BLOCK = 250;
const ROUND_BLOCKS = 20;
/** Transactions whose block does not tell of items: the first one, which registers who signs. */
const FIRST_BLOCK = 1;

export interface LedgerSize {
  readonly transactions: number;
  /** Every so many transactions one tells of the item that is proven: an even number, the same for the ledger's life. */
  readonly stride: number;
}

/** What a round of blocks took, by transaction, from ordered transactions to durable blocks. */
export interface RoundCost {
  /** Transactions that the ledger held before. */
  readonly before: number;
  readonly transactions: number;
  readonly microsNode: number;
  readonly microsPostgres: number;
  readonly seconds: number;
}

/** Fills the first node's database up to so many transactions; goes on where an earlier load ended. */
export async function loadLedger(
  network: DemoNetwork,
  { transactions, stride }: LedgerSize,
  costs: string,
  log: (line: string) => void
): Promise<void> {
  const [first] = network.layout.nodes;
  if (first === undefined) throw new Error('a network without nodes');
  const { genesis } = network;
  const url = (await readFile(join(first.directory, NETWORK_FILES.databaseUrl), 'utf8')).trim();
  const data = join(first.directory, 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const tree = await FileRecordLog.open(join(data, 'tree.log'));
  const store = await TypeOrmLedgerStore.open({ url, applicationName: 'lading-load' });
  try {
    await firstStart(data, first.directory, genesis, store);
    const place = await placeOf(store, genesis, { log: tree, seed: randomBytes(32) });
    const signers = await Promise.all(
      // Votes are signed by index in the configuration, which is in order of ids.
      genesis.config.organizations.map(async ({ id }) => {
        const signer = await FileSigner.open(join(network.layout.directory, id, NETWORK_FILES.validator));
        return (message: Uint8Array): Uint8Array => signer.sign(message);
      })
    );
    const chain = new LedgerChain(store, place, signers);
    if (chain.height < FIRST_BLOCK) await chain.append(await registrations(network), Date.now());
    // A load that was interrupted between two certificates leaves a head that nothing can be proven of.
    if ((await store.latestCheckpoint())?.height !== chain.height) await chain.certify();
    const cpu = await cpuClock({ network, clerks: [], stop: () => Promise.resolve() });
    const writer = await EventWriter.open(network);
    const clock = (): CpuTimes => ({ nodesMs: ownMs(), postgresMs: cpu().postgresMs });
    let held = await heldTransactions(network.databaseAdminUrl(first.id));
    const started = performance.now();
    const from = held;
    while (held < transactions) {
      const blocks = writer.blocks(held, Math.min(transactions, held + ROUND_BLOCKS * PER_BLOCK), stride);
      const count = blocks.reduce((sum, lanes) => sum + [...lanes.values()].flat().length, 0);
      const [before, startedRound] = [clock(), performance.now()];
      for (const lanes of blocks) await chain.append(lanes, Date.now());
      await chain.certify();
      const after = clock();
      const cost: RoundCost = {
        ...{ before: held, transactions: count },
        microsNode: ((after.nodesMs - before.nodesMs) * 1000) / count,
        microsPostgres: ((after.postgresMs - before.postgresMs) * 1000) / count,
        seconds: (performance.now() - startedRound) / 1000
      };
      appendFileSync(costs, `${JSON.stringify(cost)}\n`);
      held += count;
      const rate = (held - from) / ((performance.now() - started) / 1000);
      log(`${held} transactions at height ${chain.height}, ${rate.toFixed(0)} a second`);
    }
    await tree.flush();
  } finally {
    await store.close();
    await tree.close();
  }
}

const ownMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Transactions that tell events, in the database of a superuser's URL. */
export async function heldTransactions(adminUrl: string): Promise<number> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ sum: string | null }>('SELECT sum(tx_count) AS sum FROM ledger.block WHERE height > $1', [
      FIRST_BLOCK
    ]);
    return Number(rows[0]?.sum ?? 0);
  });
}

/** What the first start of a node leaves: block 0, a safety log of a key that has signed nothing, an empty lane. */
async function firstStart(data: string, directory: string, genesis: Genesis, store: TypeOrmLedgerStore): Promise<void> {
  const path = join(data, 'safety.log');
  if (existsSync(path)) return;
  const { publicKey } = await inspectKeyFile(join(directory, NETWORK_FILES.validator));
  const safety = await FileRecordLog.open(path);
  await restoreSafety(safety, genesis, true, publicKey, sha256Node);
  await safety.close();
  const batches = await FileRecordLog.open(join(data, 'batches.log'));
  await restoreBatches(batches, [], true, { config: genesis.config, verify: sodiumVerify, sha256: sha256Node });
  await batches.close();
  await openStore(store, genesis, sha256Node);
}

async function placeOf(store: TypeOrmLedgerStore, genesis: Genesis, tree: StateTreeFile): Promise<ChainPlace> {
  const height = await openStore(store, genesis, sha256Node);
  const { config, startHeight } = (await restoreEpochs(store, null, sha256Node)).current;
  const [head] = await store.blocks(height, height, 1);
  if (head === undefined) throw new Error('a ledger without a head');
  const ledger = await restoreState(store, config, head, null, null, sha256Node, tree);
  const history = await restoreHistory(store, head, null, sha256Node);
  const cursors = await restoreCursors(store, head, { lanes: config.organizations.length, startHeight }, null, sha256Node);
  const recent = await store.blocks(Math.max(0, height - 64) as Height, height, 1 << 26);
  const roots = new Map(recent.map(({ block, stateRoot }) => [block.header.height as number, stateRoot]));
  return { head, ledger, history, cursors, config, epochStart: startHeight, roots };
}

/** Of all organizations, by lane. */
async function registrations(network: DemoNetwork): Promise<ReadonlyMap<number, readonly Transaction[]>> {
  const lanes = new Map<number, readonly Transaction[]>();
  const ids = network.genesis.config.organizations.map(({ id }) => id as string);
  for (const node of network.layout.nodes) lanes.set(ids.indexOf(node.id), await registrationsOf(node, network.genesis));
  return new Map([...lanes].sort(([a], [b]) => a - b));
}

const utf8 = (text: string): Uint8Array => encodeUtf8(text) ?? new Uint8Array(0);

/** The clerks of all organizations, who sign one event a transaction. */
class EventWriter {
  private constructor(
    private readonly clerks: ReadonlyMap<string, { readonly clerk: DemoMember; readonly lane: number }>
  ) {}

  static async open(network: DemoNetwork): Promise<EventWriter> {
    const ids = network.genesis.config.organizations.map(({ id }) => id as string);
    const clerks = await Promise.all(
      network.layout.nodes.map(async (node) => {
        const clerk = await DemoMember.open(node, network.genesis, CLERK);
        return [node.id, { clerk, lane: ids.indexOf(node.id) }] as const;
      })
    );
    return new EventWriter(new Map(clerks));
  }

  /** Transactions from..to by block and lane. */
  blocks(from: number, to: number, stride: number): readonly ReadonlyMap<number, readonly Transaction[]>[] {
    const blocks: ReadonlyMap<number, readonly Transaction[]>[] = [];
    for (let at = from; at < to; at += PER_BLOCK) {
      const lanes = new Map<number, Transaction[]>();
      for (let n = at; n < Math.min(to, at + PER_BLOCK); n++) {
        const nowMs = Date.now();
        const { organization, event } = ledgerEvent(n, stride, nowMs);
        const found = this.clerks.get(organization);
        if (found === undefined) throw new Error(`nobody signs for ${organization}`);
        const payload = { '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], ...event };
        const tx = found.clerk.sign('epcis.capture', utf8(JSON.stringify(payload)), `load-${n}`, nowMs);
        const own = lanes.get(found.lane);
        if (own === undefined) lanes.set(found.lane, [tx]);
        else own.push(tx);
      }
      blocks.push(new Map([...lanes].sort(([a], [b]) => a - b)));
    }
    return blocks;
  }
}
