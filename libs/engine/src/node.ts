import { createState, leaderOf, messageVoteBytes, withSignature } from '@lading/consensus';
import type { AlarmCode, CoreState, Message, Timing, UnsignedMessage } from '@lading/consensus';
import { asciiBytes, reject } from '@lading/kernel';
import type { Hash, Height, Rejection, Result } from '@lading/kernel';
import { decodeGenesis, genesisBlock } from '@lading/ledger';
import type { Batch, CheckpointCertificate, Contract, EpochConfig, Genesis, Transaction } from '@lading/ledger';
import type { AuditSource } from './auditSource.js';
import { Driver } from './driver/driver.js';
import type { DriverEffects } from './driver/driver.js';
import { PeerGateway } from './driver/peerGateway.js';
import { SafetyJournal } from './driver/safetyJournal.js';
import { SignGuard } from './driver/signGuard.js';
import { SILENT_EVENTS } from './events.js';
import type { EngineEvents } from './events.js';
import { ContractRegistry } from './execution/contractRegistry.js';
import { Executor } from './execution/executor.js';
import type { DurableBlock } from './execution/executor.js';
import { EngineFault } from './fault.js';
import { ENGINE_LIMITS } from './limits.js';
import { storedBatchOf } from './lanes/batchPool.js';
import { LaneService } from './lanes/laneService.js';
import { BlockServer } from './node/blockServer.js';
import { Certification } from './node/certification.js';
import { LatencyWindow } from './node/latency.js';
import { nodeStatus } from './node/nodeStatus.js';
import { Receipts } from './node/receipts.js';
import { StateLookup } from './node/stateLookup.js';
import { Submissions } from './node/submissions.js';
import type { SubmitAnswer } from './nodeApi.js';
import type { LedgerNodeApi, NodeStatus, ReceiptFault, SubmitFault } from './nodeApi.js';
import type { Clock, Crypto, LedgerStore, PeerTransport, RecordLog } from './ports.js';
import { recover } from './recovery/recover.js';
import type { Recovered } from './recovery/recover.js';
import { isUnavailable, StoreOutage } from './storeOutage.js';

export interface LedgerNodeOptions {
  /** The network's genesis file, exact bytes. */
  readonly genesisBytes: Uint8Array;
  /** Id of the organization whose validator this is. */
  readonly organization: string;
  readonly store: LedgerStore;
  /** Raw rows of the same database, for the check at start. */
  readonly rows: AuditSource;
  readonly safetyLog: RecordLog;
  readonly batchLog: RecordLog;
  readonly transport: PeerTransport;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly contracts: readonly Contract[];
  readonly events?: Partial<EngineEvents>;
  /** Local pace of the protocol; tests shorten it. */
  readonly timing?: Partial<Timing>;
}

/**
 * One organization's validator: wires the core, the lanes, the executor and the ports. The caller opens and closes
 * the ports; `open` recovers and checks, `start` takes part, `stop` leaves everything durable that was promised.
 */
export class LedgerNode implements LedgerNodeApi {
  readonly config: EpochConfig;
  readonly #events: EngineEvents;
  readonly #core: CoreState;
  readonly #driver: Driver;
  readonly #gateway: PeerGateway;
  readonly #lanes: LaneService;
  readonly #executor: Executor;
  readonly #submissions: Submissions;
  readonly #certification: Certification;
  readonly #receipts: Receipts;
  readonly #journal: SafetyJournal;
  readonly #blockServer: BlockServer;
  readonly #latency = new LatencyWindow();
  readonly #outage: StoreOutage;
  readonly #guard: SignGuard;
  /** What the core wants signed while the key is silent. The protocol bears the loss of what does not fit. */
  #held: UnsignedMessage[] = [];
  readonly #committedListeners = new Set<(height: Height) => void>();
  readonly #certifiedListeners = new Set<(height: Height) => void>();
  #head: Pick<Recovered['head'], 'block' | 'stateRoot'>;
  #alarm: { readonly code: string; readonly detail: string } | null = null;
  #seenView = '';
  #stopped = false;

  /**
   * Recovers from the store and the logs and checks what it finds. Throws EngineFault: VALIDATOR_KEY_UNKNOWN,
   * CHAIN_MISMATCH, STORE_DAMAGED, STATE_DAMAGED, LOG_DAMAGED. Sends nothing.
   */
  static async open(options: LedgerNodeOptions): Promise<LedgerNode> {
    const { sha256, verify } = options.crypto;
    const genesis = decodeGenesis(options.genesisBytes, sha256);
    if (!genesis.ok) {
      throw new EngineFault('CHAIN_MISMATCH', `the genesis file is not valid: ${genesis.code} ${genesis.detail}`);
    }
    const { config } = genesis.value;
    const self = config.organizations.findIndex(({ id }) => id === options.organization);
    const own = config.organizations[self];
    const probe = asciiBytes('lading/key-probe/1');
    if (own === undefined || !verify(options.crypto.sign(probe), probe, own.validatorKey)) {
      const detail = `the validator key is not the one that genesis names for ${options.organization}`;
      throw new EngineFault('VALIDATOR_KEY_UNKNOWN', detail);
    }
    const { store, rows, safetyLog, batchLog } = options;
    const source = { genesis: genesis.value, store, rows, safetyLog, batchLog, tools: { config, verify, sha256 } };
    return new LedgerNode(options, genesis.value, self, await recover(source, self));
  }

  private constructor(
    private readonly options: LedgerNodeOptions,
    readonly genesis: Genesis,
    self: number,
    recovered: Recovered
  ) {
    const { store, transport, clock, crypto, batchLog } = options;
    const { sha256, verify } = crypto;
    const { config } = genesis;
    const { head, restored } = recovered;
    const onFatal = (error: Error): void => this.#fatal(error);
    const onInvalid = (peer: number, code: string): void => this.#events.peerInvalid(peer, code);
    this.config = config;
    this.#events = { ...SILENT_EVENTS, ...options.events };
    this.#head = head;
    const timing = options.timing === undefined ? {} : { timing: options.timing };
    this.#core = createState({ config, self, genesis: genesisBlock(genesis, sha256), sha256, ...timing }, restored);
    const onStored = (batch: Batch): void => {
      this.#guard.batch(batch.header.lane, batch.header.seq);
      this.#driver.input({ kind: 'BatchStored', batch: storedBatchOf(batch) });
    };
    const maySign = (): boolean => this.#guard.right === 'PROVEN';
    const onReadFailure = (error: unknown): void => this.#readFailed(error);
    const outage = new StoreOutage(clock, (detail) => this.#events.alarm('STORE_UNAVAILABLE', detail));
    this.#outage = outage;
    const shared = { config, self, store, clock, sha256, outage, maySign, onFatal, onReadFailure };
    this.#lanes = new LaneService({ ...shared, batchLog, transport, crypto, onStored, onInvalid }, recovered);
    const { exchange, mempool, verified } = this.#lanes;
    const onMessage = (peer: number, message: Message): void => this.#receive(peer, message);
    this.#gateway = new PeerGateway({ config, self, verify, sha256, transport, exchange, onMessage, onInvalid });
    const contracts = new ContractRegistry(options.contracts);
    const batch = (hash: Hash) => this.#lanes.batch(hash);
    const onDurable = (group: readonly DurableBlock[]): void => this.#durable(group);
    const { timestampMs } = head.block.header;
    this.#executor = new Executor({ ...shared, verify, contracts, batch, onDurable }, recovered.ledger, timestampMs);
    const cached = (key: string) => this.#executor.cachedValue(key);
    const lookup = new StateLookup((keys) => store.stateValues(keys), cached, clock);
    const latency = this.#latency;
    const gates = { onAdded: () => this.#lanes.offer(), closed: () => this.#closed() };
    this.#submissions = new Submissions({ ...shared, mempool, verified, lookup, latency, ...gates });
    const certified = { checkpoint: restored.checkpoint, height: head.block.header.height };
    const onCertified = (checkpoint: CheckpointCertificate): void => this.#certified(checkpoint);
    this.#receipts = new Receipts(store, recovered.ledger, recovered.certified, sha256);
    const treeRootAt = (height: Height) => this.#receipts.treeRootAt(height);
    this.#certification = new Certification(store, outage, certified, treeRootAt, onCertified, onFatal);
    this.#blockServer = new BlockServer(store, (to, message) => this.#gateway.send(to, message), onReadFailure);
    this.#journal = new SafetyJournal(options.safetyLog);
    this.#journal.restore(recovered.records, recovered.right);
    this.#guard = new SignGuard(
      {
        ...{ validators: config.organizations.length, self, onFatal },
        persist: (right) => this.#journal.persistRight(right),
        onProven: () => this.#speak(),
        onLost: (evidence) => this.#fallSilent(evidence)
      },
      { right: recovered.right, height: head.block.header.height }
    );
    if (recovered.right === 'LOST') this.#fallSilent('what it found when its log was lost');
    const parts = { core: this.#core, self, journal: this.#journal, clock, effects: this.#effects(), onFatal };
    this.#driver = new Driver(parts);
    transport.onFrame((peer, channel, bytes) => {
      if (!this.#stopped) this.#gateway.receive(peer, channel, bytes);
    });
  }

  async start(): Promise<void> {
    await this.options.transport.start();
    this.#driver.input({ kind: 'Tick' });
    this.#guard.start();
  }

  /** Refuses new work, lets what is being written become durable, then leaves the network. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#stopped) this.#halt();
    await this.#executor.stop();
    await this.#certification.settled();
    // What was being written is on disk, or failed, before the caller closes the files.
    await Promise.allSettled([this.options.safetyLog.flush(), this.options.batchLog.flush()]);
    await this.options.transport.stop();
  }

  submit(transaction: Transaction, timeoutMs: number): Promise<SubmitAnswer> {
    return this.#submissions.submit(transaction, timeoutMs);
  }

  receipt(txId: Hash): Promise<Result<string, ReceiptFault>> {
    return this.#receipts.receipt(txId);
  }

  status(): NodeStatus {
    const { transport, clock } = this.options;
    return nodeStatus({
      core: this.#core,
      head: this.#head.block,
      stateRoot: this.#head.stateRoot,
      checkpoint: this.#certification.latest,
      leader: leaderOf(this.#core.epoch, this.#core.view, this.#core.leaders),
      connected: transport.connectedPeers(),
      nowMs: clock.nowMs(),
      pending: this.#lanes.mempool.pending,
      latency: this.#latency.summary(),
      alarm: this.#alarm,
      right: this.#guard.right,
      outage: this.#outage.reason,
      stopped: this.#stopped
    });
  }

  onCommitted(listener: (height: Height) => void): () => void {
    this.#committedListeners.add(listener);
    return () => this.#committedListeners.delete(listener);
  }

  onCertified(listener: (height: Height) => void): () => void {
    this.#certifiedListeners.add(listener);
    return () => this.#certifiedListeners.delete(listener);
  }

  #effects(): DriverEffects {
    return {
      signAndBroadcast: (unsigned) => this.#signAndBroadcast(unsigned),
      broadcast: (message) => this.#gateway.broadcast(message),
      send: (to, message) => this.#gateway.send(to, message),
      fetchPayload: (refs, peers) => this.#lanes.fetch(refs, peers),
      sendPayload: (to, refs) => this.#lanes.exchange.push(to, refs),
      commit: (blocks) => this.#executor.commit(blocks),
      serveBlocks: (to, from, until) => this.#blockServer.serve(to, from, until),
      stable: (checkpoint) => this.#certification.stable(checkpoint),
      evidence: (what, first, second) => this.#events.evidence(what, first, second),
      alarm: (code, detail) => this.#raise(code, detail),
      stepped: () => this.#watchView()
    };
  }

  #signAndBroadcast(unsigned: UnsignedMessage): Message | null {
    const { crypto } = this.options;
    if (this.#guard.right !== 'PROVEN') {
      if (this.#guard.right === 'UNPROVEN' && this.#held.length < ENGINE_LIMITS.heldMessages) this.#held.push(unsigned);
      return null;
    }
    const signature = crypto.sign(messageVoteBytes(unsigned, this.config.chainId, crypto.sha256));
    const message = withSignature(unsigned, signature);
    this.#gateway.broadcast(message);
    return message;
  }

  /** The key is known never to have signed before: everything held back is said now, in its order. */
  #speak(): void {
    const held = this.#held;
    this.#held = [];
    for (const unsigned of held) {
      const message = this.#signAndBroadcast(unsigned);
      if (message !== null) this.#driver.input({ kind: 'Message', peer: this.#core.self, message });
    }
    this.#lanes.offer();
  }

  /** The key must never sign again. The node goes on as an observer: it follows the chain and answers reads. */
  #fallSilent(evidence: string): void {
    this.#held = [];
    const detail = `the safety log is new, but this key has signed before (${evidence}); this node only observes`;
    this.#raise('SAFETY_RECORD_LOST', detail);
    this.#submissions.refuseAll(OBSERVING);
  }

  #receive(peer: number, message: Message): void {
    this.#guard.heard(peer, message);
    if (message.type === 'BLOCKS') {
      const { height } = this.#head.block.header;
      const ahead = message.blocks.filter(({ block }) => block.header.height > height);
      this.#lanes.prefetch(ahead.flatMap(({ block }) => block.refs), peer);
    }
    this.#driver.input({ kind: 'Message', peer, message });
  }

  #durable(group: readonly DurableBlock[]): void {
    for (const { executed, treeRoot, executionMs, groupSize } of group) {
      const { block, stateRoot, batches, outcomes } = executed;
      const { height, timestampMs } = block.header;
      this.#head = { block, stateRoot };
      this.#receipts.executed(height, treeRoot);
      this.#journal.executed(height);
      this.#lanes.executed(batches);
      const what = { height, blockHash: block.blockHash, timestampMs, transactions: outcomes.length };
      this.#events.blockCommitted({ ...what, executionMs, groupSize });
    }
    const { height } = this.#head.block.header;
    this.#certification.executed(height);
    this.#guard.executed(height);
    this.#submissions.durable(group);
    for (const listener of this.#committedListeners) listener(height);
    for (const { executed } of group) {
      this.#driver.input({ kind: 'Executed', height: executed.block.header.height, stateRoot: executed.stateRoot });
    }
  }

  #certified(checkpoint: CheckpointCertificate): void {
    this.#receipts.certified(checkpoint);
    this.#events.checkpointStored(checkpoint.height);
    for (const listener of this.#certifiedListeners) listener(checkpoint.height);
  }

  #raise(code: AlarmCode | 'SAFETY_RECORD_LOST', detail: string): void {
    if (code !== 'PEER_INVALID' && this.#alarm === null) this.#alarm = { code, detail };
    this.#events.alarm(code, detail);
  }

  /** A peer's question could not be answered: it asks again, or another node. Damage is for a person to look at. */
  #readFailed(error: unknown): void {
    if (this.#stopped || isUnavailable(error)) return;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'INTERNAL';
    this.#events.alarm(code, error instanceof Error ? error.message : String(error));
  }

  #watchView(): void {
    const { view, mode } = this.#core;
    const seen = `${view} ${mode}`;
    if (seen === this.#seenView) return;
    this.#seenView = seen;
    this.#events.viewChanged(view, mode);
  }

  #closed(): Rejection<SubmitFault> | null {
    if (this.#stopped) return reject('NODE_HALTED', 'this node is stopping');
    if (this.#guard.right === 'LOST') return reject('NODE_HALTED', OBSERVING);
    if (this.#core.halted !== null) return reject('NODE_HALTED', this.#core.halted);
    // Checks against old state would mislead, and the outcome would come late.
    const { height } = this.#head.block.header;
    const ahead = this.#core.peers.reduce((most, { status }) => Math.max(most, status?.committedHeight ?? 0), 0);
    if (ahead <= height + ENGINE_LIMITS.syncingBlocks) return null;
    return reject('NODE_SYNCING', `this node is at height ${height} of ${ahead}; try again shortly, or another node`);
  }

  #halt(): void {
    this.#stopped = true;
    this.#outage.stop();
    this.#submissions.refuseAll('the node is stopping; submit the same transaction again');
    this.#driver.stop();
    this.#lanes.stop();
  }

  /** Nothing is performed after a failed write: memory may be ahead of the disk. The process ends and starts again. */
  #fatal(error: Error): void {
    if (this.#stopped) return;
    this.#halt();
    this.#events.fatal(error);
  }
}

const OBSERVING = 'this node lost the record of what it signed (SAFETY_RECORD_LOST) and only observes; use another node';
