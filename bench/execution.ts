import { eventPayloads } from '@lading/sdk';
import { SeedSigner, sha256Node, sodiumVerify } from '@lading/identity';
import type { Hash, Height, KeyId, OrganizationId } from '@lading/kernel';
import { toBase64Url, ZERO_HASH } from '@lading/kernel';
import {
  buildBatch,
  buildBlock,
  buildTransaction,
  configHash,
  genesisCommitProof,
  keyId,
  refsRoot,
  StateTree,
  type Batch,
  type BatchRef,
  type Block,
  type Contract,
  type OutcomeRecord,
  type StateWriter,
  type Transaction
} from '@lading/ledger';
import { encodeKeyRecord, encodeMemberRecord, keyKey, memberKey, membershipContract } from '@lading/membership';
import { createProvenanceContract } from '@lading/provenance';
import { projectTransaction } from '../apps/provenance/src/projector/projectTransaction.js';
import { ReadCaptures } from '../apps/provenance/src/projector/readCaptures.js';
import { DEMO_ORGANIZATIONS } from '../apps/node/src/dev/story/names.js';
import { ContractRegistry } from '../libs/engine/src/execution/contractRegistry.js';
import { Executor } from '../libs/engine/src/execution/executor.js';
import { LedgerState } from '../libs/engine/src/execution/ledgerState.js';
import type { BucketEntry } from '../libs/engine/src/ports.js';
import { StoreOutage } from '../libs/engine/src/storeOutage.js';
import { testNetwork, type TestNetwork } from '../test/fixtures/testNetwork.js';
import { growerDocument } from './capture.js';
import { singleEvent } from './load/events.js';

/**
 * What executing an event costs the process of a node: documents of the capture benchmark in parts that a member has
 * signed, through the engine's executor and the contract, on a state in memory. Without consensus, network and database.
 */
export const PHASES = ['read', 'prefetch', 'rules', 'encode', 'tree'] as const;
/**
 * `read`: the payload into events. `prefetch`: the keys of state, and who signs. `rules`: the contract until it writes.
 * `encode`: from its first write to its outcome. `tree`: outcomes, changes, buckets, the tree, the roots.
 */
export type Phase = (typeof PHASES)[number];

/** Microseconds of processor time of all threads by event. */
export type Costs = Readonly<Record<Phase, number>>;

/** Microseconds of processor time of all threads by capture of one event: its execution, and making the rows of query tables. */
export interface StreamCosts {
  readonly execution: number;
  readonly rows: number;
}

const GROWER = 'finca-alta';
/** A thousand events of some 500 bytes each. */
const PARTS_OF_A_BLOCK = 2;
/** Captures of one event, and batches of a block: as under load. */
const [CAPTURES_OF_A_BATCH, BATCHES_OF_A_BLOCK] = [64, 8];
const START_MS = Date.UTC(2026, 6, 1);

/** A look at it takes some microseconds: it stands still unless somebody wants to know. */
class PhaseClock {
  #spent = new Map<Phase, number>();
  #last = 0;
  #isRunning = false;

  begin(): void {
    this.#isRunning = true;
    this.#spent = new Map();
    this.#last = cpuMicros();
  }

  /** What has been used since the last call was this phase's. */
  end(phase: Phase): void {
    if (!this.#isRunning) return;
    const now = cpuMicros();
    this.#spent.set(phase, (this.#spent.get(phase) ?? 0) + now - this.#last);
    this.#last = now;
  }

  byEvent(events: number): Costs {
    this.#isRunning = false;
    const of = (phase: Phase): number => (this.#spent.get(phase) ?? 0) / events;
    return { read: of('read'), prefetch: of('prefetch'), rules: of('rules'), encode: of('encode'), tree: of('tree') };
  }
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The contract with a look at the clock where it is entered and left, and where it writes first. */
function timed<P>(contract: Contract<P>, clock: PhaseClock): Contract<P> {
  return {
    ...contract,
    parse: (tx) => {
      const parsed = contract.parse(tx);
      clock.end('read');
      return parsed;
    },
    apply: (parsed, context, state) => {
      clock.end('prefetch');
      onFirstWrite(state, () => clock.end('rules'));
      const outcome = contract.apply(parsed, context, state);
      clock.end('encode');
      return outcome;
    }
  };
}

/** The writer's own method comes back with the first call: the others cost what they always do. */
function onFirstWrite(state: StateWriter, told: () => void): void {
  const writer = state as { put?: StateWriter['put'] };
  writer.put = (key, value) => {
    delete writer.put;
    told();
    state.put(key, value);
  };
}

/** What a node keeps in its database. */
class MemoryStore {
  readonly #values = new Map<string, Uint8Array>();
  readonly #buckets = new Map<number, readonly BucketEntry[]>();

  put(key: string, value: Uint8Array): void {
    this.#values.set(key, value);
  }

  stateValues(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    return Promise.resolve(picked(this.#values, keys));
  }

  bucketEntries(buckets: readonly number[]): Promise<ReadonlyMap<number, readonly BucketEntry[]>> {
    return Promise.resolve(picked(this.#buckets, buckets));
  }

  /** Keys of a document are met again by that document only, out of the executor's own memory. */
  appendBlocks(): Promise<void> {
    return Promise.resolve();
  }
}

function picked<K, V>(from: ReadonlyMap<K, V>, keys: readonly K[]): ReadonlyMap<K, V> {
  const found = new Map<K, V>();
  for (const key of keys) {
    const value = from.get(key);
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

const SIGNER = new SeedSigner();
const KID: KeyId = keyId(GROWER, 'clerk', SIGNER.publicKey);

function benchNetwork(stateDepth: number): TestNetwork {
  const prefixes = DEMO_ORGANIZATIONS.map(({ id, companyPrefix }) => [id, { companyPrefixes: [companyPrefix] }] as const);
  return testNetwork({
    organizations: DEMO_ORGANIZATIONS.map(({ id }) => id),
    parameters: { stateDepth, profile: 'custody' },
    overrides: Object.fromEntries(prefixes),
    timeMs: START_MS - 1000
  });
}

/** A node without its network: executes document after document. */
export class ExecutingNode {
  readonly #clock = new PhaseClock();
  readonly #network: TestNetwork;
  readonly #executor: Executor;
  readonly #batches = new Map<Hash, Batch>();
  readonly #outcomes: OutcomeRecord[] = [];
  readonly #read = new ReadCaptures();
  #parent: Block;
  #told: (fault: Error | null) => void = () => undefined;

  /** `depth`: of the state tree; a node's is 20. */
  constructor(depth: number) {
    this.#network = benchNetwork(depth);
    const { config, genesisBlock } = this.#network;
    this.#parent = genesisBlock;
    const store = new MemoryStore();
    store.put(keyKey(KID), encodeKeyRecord({ purpose: 'member', status: 'active', addedHeight: 0, revokedHeight: 0 }));
    store.put(memberKey(GROWER, 'clerk'), encodeMemberRecord({ name: 'Clerk', status: 'active', roles: ['capture'] }));
    const tree = new StateTree(depth, sha256Node);
    const ledger = new LedgerState(tree, [ZERO_HASH], configHash(config, sha256Node), depth, sha256Node);
    const clock = { nowMs: () => Date.now(), at: () => () => undefined, soon: (run: () => void) => void setImmediate(run) };
    const provenance = this.#read.watch(timed(createProvenanceContract(sha256Node), this.#clock));
    this.#executor = new Executor(
      {
        ...{ store, config, clock, sha256: sha256Node, verify: sodiumVerify },
        outage: new StoreOutage(clock, () => undefined),
        contracts: new ContractRegistry([membershipContract, provenance as Contract]),
        batch: (hash) => this.#batches.get(hash),
        onDurable: (group) => {
          this.#clock.end('tree');
          for (const { executed } of group) this.#outcomes.push(...executed.outcomes);
          this.#told(null);
        },
        onFatal: (error) => this.#told(error),
        pause: { cutsAfter: () => true, settled: () => Promise.resolve() }
      },
      ledger,
      genesisBlock.header.timestampMs
    );
  }

  /** The n-th document of so many events; every event must be applied. */
  async execute(n: number, events: number): Promise<Costs> {
    const blocks = this.#blocksOf(growerDocument(n, events), `document-${n}`);
    this.#clock.begin();
    for (const block of blocks) await this.#commit(block);
    const costs = this.#clock.byEvent(events);
    this.#finish();
    return costs;
  }

  /** The n-th stream of so many captures of one event each; every event must be applied. */
  async executeStream(n: number, events: number): Promise<StreamCosts> {
    const spent = { execution: 0, rows: 0 };
    for (let made = 0; made < events; ) {
      const { block, transactions } = this.#streamed(`stream-${n}`, n, made, events - made);
      made += transactions.length;
      const before = cpuMicros();
      await this.#commit(block);
      const executed = cpuMicros();
      this.#project(block, transactions);
      spent.execution += executed - before;
      spent.rows += cpuMicros() - executed;
    }
    this.#finish();
    return { execution: spent.execution / events, rows: spent.rows / events };
  }

  async #commit(block: Block): Promise<void> {
    const durable = new Promise<Error | null>((resolve) => (this.#told = resolve));
    this.#executor.commit([{ block, proof: genesisCommitProof(block.blockHash) }]);
    const fault = await durable;
    if (fault !== null) throw fault;
  }

  #project({ header: { height, timestampMs } }: Block, transactions: readonly Transaction[]): void {
    const first = this.#outcomes.length - transactions.length;
    for (const [index, { encoded }] of transactions.entries()) {
      const outcome = this.#outcomes[first + index];
      if (outcome === undefined) throw new Error('no outcome');
      const stored = { height, index, batchHash: ZERO_HASH, indexInBatch: index, encoded, outcome };
      const { events } = projectTransaction(stored, timestampMs, this.#read.take(encoded));
      if (events.length !== 1) throw new Error('not one event');
    }
  }

  #finish(): void {
    for (const { status, code, detail } of this.#outcomes) {
      if (status !== 'APPLIED' || detail.length > 0) throw new Error(`not simply applied: ${status} ${code} ${JSON.stringify(detail)}`);
    }
    this.#outcomes.length = 0;
    this.#batches.clear();
    // As after a checkpoint: nobody asks for the states before it.
    this.#executor.undo.forget(this.#parent.header.height);
  }

  /** The next block of a stream: at most `limit` captures, the first one with the number `from`. */
  #streamed(name: string, series: number, from: number, limit: number) {
    const refs: BatchRef[] = [];
    const transactions: Transaction[] = [];
    while (refs.length < BATCHES_OF_A_BLOCK && transactions.length < limit) {
      const count = Math.min(CAPTURES_OF_A_BATCH, limit - transactions.length);
      const numbers = Array.from({ length: count }, (_, i) => from + transactions.length + i);
      const batch = this.#batch(numbers.map((at) => this.#transaction(singleEvent(GROWER, series, at), `${name}-${at}`)));
      refs.push({ lane: batch.header.lane, seq: batch.header.seq, batchHash: batch.batchHash });
      transactions.push(...batch.transactions);
    }
    return { block: this.#blockOf(refs, transactions.length), transactions };
  }

  /** The parts of a document, signed, one in each batch. */
  #blocksOf(document: Uint8Array, name: string): readonly Block[] {
    const split = eventPayloads(document, name, 'proceed');
    if (!split.ok) throw new Error(`${split.code} ${split.detail}`);
    const blocks: Block[] = [];
    let refs: BatchRef[] = [];
    for (const [n, payload] of split.value.payloads.entries()) {
      const batch = this.#batch([this.#transaction(payload, `${name}-${n}`)]);
      refs.push({ lane: batch.header.lane, seq: batch.header.seq, batchHash: batch.batchHash });
      if (refs.length < PARTS_OF_A_BLOCK && n + 1 < split.value.payloads.length) continue;
      blocks.push(this.#blockOf(refs, refs.length));
      refs = [];
    }
    return blocks;
  }

  #transaction(payload: Uint8Array, jti: string): Transaction {
    const { chainId } = this.#network;
    const iat = Math.floor(START_MS / 1000);
    return buildTransaction(
      {
        ...{ alg: 'Ed25519', typ: 'lading+jws', kid: KID, chain: toBase64Url(chainId), op: 'epcis.capture' },
        ...{ jti, iat, exp: iat + 3600, lanes: [GROWER as OrganizationId] }
      },
      payload,
      (message) => SIGNER.sign(message)
    );
  }

  #batch(transactions: readonly Transaction[]): Batch {
    const { chainId } = this.#network;
    const place = { chainId, epoch: 0, lane: 0, seq: this.#batches.size, prevBatchHash: ZERO_HASH };
    const batch = buildBatch({ ...place, transactions }, (message) => SIGNER.sign(message), sha256Node);
    this.#batches.set(batch.batchHash, batch);
    return batch;
  }

  #blockOf(refs: readonly BatchRef[], txCount: number): Block {
    const { header, blockHash } = this.#parent;
    const height = (header.height + 1) as Height;
    const times = { height, timestampMs: START_MS + height };
    const content = { refsRoot: refsRoot(refs, sha256Node), refCount: refs.length, txCount };
    this.#parent = buildBlock({ ...header, parentHash: blockHash, ...times, ...content }, refs, sha256Node);
    return this.#parent;
  }
}
