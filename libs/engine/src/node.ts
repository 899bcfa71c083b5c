import { summarize, type AlarmCode, type CoreState, type Message, type StoredBatch } from '@lading/consensus';
import { reject } from '@lading/kernel';
import type { Hash, Height, Rejection } from '@lading/kernel';
import { decodeGenesis, type Batch, type CheckpointCertificate, type EpochConfig, type Genesis, type Transaction } from '@lading/ledger';
import { Driver, type DriverEffects, type EpochEntered } from './driver/driver.js';
import { EvidenceDesk } from './driver/evidenceDesk.js';
import { EpochPeers } from './driver/epochPeers.js';
import { PeerGateway, type PeerGatewayParts } from './driver/peerGateway.js';
import { SafetyJournal } from './driver/safetyJournal.js';
import { Voice, type VoiceParts } from './driver/voice.js';
import { SILENT_EVENTS, type EngineEvents } from './events.js';
import { ContractRegistry } from './execution/contractRegistry.js';
import { Executor, type DurableBlock } from './execution/executor.js';
import { EngineFault } from './fault.js';
import { HeldHistory } from './history/heldHistory.js';
import { LaneService } from './lanes/laneService.js';
import { BlockServer } from './node/blockServer.js';
import { closedReason, loadOf } from './node/catchingUp.js';
import { Certification } from './node/certification.js';
import { HeightListeners } from './node/heightListeners.js';
import { LatencyWindow } from './node/latency.js';
import type { LedgerNodeOptions } from './node/nodeOptions.js';
import { leadGivenUp } from './node/leadGivenUp.js';
import { heightsOf, nodeStatus } from './node/nodeStatus.js';
import { OBSERVING, observingReason } from './node/observing.js';
import { checkKeyPair, checkOwnKey } from './node/ownKey.js';
import type { PastStates } from './execution/pastStates.js';
import { Receipts } from './node/receipts.js';
import type { SharedParts } from './node/sharedParts.js';
import { StateLookup } from './node/stateLookup.js';
import { Submissions } from './node/submissions.js';
import type { LedgerNodeApi, NodeStatus, SubmitAnswer, SubmitFault } from './nodeApi.js';
import { recover, type Recovered } from './recovery/recover.js';
import { restoreCore } from './recovery/restoreCore.js';
import { joinOf, Snapshots } from './snapshot/snapshots.js';
import { readFailure, StoreOutage } from './storeOutage.js';

/**
 * One organization's validator: wires the core, the lanes, the executor and the ports. The caller opens and closes
 * the ports; `open` recovers and checks, `start` takes part, `stop` leaves everything durable that was promised.
 */
export class LedgerNode implements LedgerNodeApi {
  readonly #events: EngineEvents;
  readonly #core: CoreState;
  readonly #driver: Driver;
  readonly #peers: EpochPeers;
  readonly #gateway: PeerGateway;
  readonly #voice: Voice;
  readonly #lanes: LaneService;
  readonly #executor: Executor;
  readonly #submissions: Submissions;
  readonly #certification: Certification;
  readonly #evidence: EvidenceDesk;
  readonly #receipts: Receipts;
  readonly #journal: SafetyJournal;
  readonly #blockServer: BlockServer;
  readonly #latency = new LatencyWindow();
  readonly #outage: StoreOutage;
  readonly #snapshots: Snapshots;
  readonly #history: HeldHistory;
  readonly #committedListeners = new HeightListeners();
  readonly #certifiedListeners = new HeightListeners();
  #head: Pick<Recovered['head'], 'block' | 'stateRoot'>;
  /** In force as far as everything around the core knows. */
  #config: EpochConfig;
  #wasMember: boolean;
  #alarm: { readonly code: string; readonly detail: string } | null = null;
  #seenView = '';
  #stopped = false;

  /**
   * Recovers from the store and the logs and checks what it finds. Throws EngineFault: VALIDATOR_KEY_UNKNOWN,
   * CHAIN_MISMATCH, STORE_DAMAGED, STATE_DAMAGED, LOG_DAMAGED. Sends nothing, unless it begins from a peer's snapshot.
   */
  static async open(options: LedgerNodeOptions): Promise<LedgerNode> {
    const { crypto, store, rows, safetyLog, batchLog } = options;
    const genesis = decodeGenesis(options.genesisBytes, crypto.sha256);
    if (!genesis.ok) {
      throw new EngineFault('CHAIN_MISMATCH', `the genesis file is not valid: ${genesis.code} ${genesis.detail}`);
    }
    checkKeyPair(crypto);
    const recovered = await recover({
      ...{ genesis: genesis.value, store, rows, safetyLog, batchLog, crypto, stateTree: options.stateTree },
      join: joinOf(options, genesis.value)
    });
    checkOwnKey(options, recovered.epochs);
    const node = new LedgerNode(options, genesis.value, recovered);
    await node.#snapshots.restore();
    return node;
  }

  private constructor(
    private readonly options: LedgerNodeOptions,
    readonly genesis: Genesis,
    recovered: Recovered
  ) {
    const { store, transport, clock, crypto, batchLog, organization } = options;
    const { sha256, verify, validatorKey } = crypto;
    const { head, restored, epochs, self, journal, base } = recovered;
    const { config } = epochs.current;
    const onFatal = (error: Error): void => this.#fatal(error);
    const onInvalid = (peer: number, code: string): void => this.#events.peerInvalid(peer, code);
    this.#config = config;
    this.#wasMember = epochs.names(organization);
    this.#events = { ...SILENT_EVENTS, ...options.events };
    this.#head = head;
    const core = restoreCore(recovered, genesis, crypto, options.timing);
    this.#core = core;
    const peers = new EpochPeers(transport, options.observers ?? [], (peer, up) => this.#driver.input({ kind: 'Link', peer, up }));
    peers.enter(config, epochs.previous);
    this.#peers = peers;
    const maySign = (): boolean => this.#voice.maySign;
    const onReadFailure = (error: unknown): void => this.#readFailed(error);
    const outage = new StoreOutage(clock, (detail) => this.#events.alarm('STORE_UNAVAILABLE', detail));
    this.#outage = outage;
    const shared: SharedParts = { core, config, store, clock, crypto, sha256, verify, outage, peers, maySign, onFatal, onReadFailure };
    const onStored = (stored: StoredBatch, batch: Batch): void => {
      this.#voice.batch(batch);
      this.#evidence.batch(batch);
      this.#driver.input({ kind: 'BatchStored', batch: stored });
    };
    const onLaneFault = (lane: number, detail: string): void => this.#driver.input({ kind: 'LaneFault', lane, detail });
    const laneParts = { ...shared, batchLog, onStored, onInvalid, onLaneFault };
    this.#lanes = new LaneService(laneParts, { config, self }, recovered);
    const { exchange, mempool, verified } = this.#lanes;
    this.#gateway = this.#openGateway({ ...shared, exchange, onInvalid });
    const broadcast = (message: Message): void => this.#gateway.broadcast(message);
    const accuse = (message: Message): void => this.#receive(core.self, message);
    this.#evidence = new EvidenceDesk({ ...shared, broadcast, accuse, events: this.#events }, epochs.configs);
    const contracts = new ContractRegistry(options.contracts);
    const onDurable = (group: readonly DurableBlock[]): void => this.#durable(group);
    const { timestampMs, height } = head.block.header;
    this.#history = this.#openHistory(shared, recovered, contracts);
    const baseHeight = (): number => this.#history.base ?? 0;
    const treeRootAt = (at: Height) => this.#receipts.treeRootAt(at);
    this.#snapshots = this.#openSnapshots(shared, recovered, treeRootAt);
    const executorParts = { ...shared, contracts, batch: (hash: Hash) => this.#lanes.batch(hash), onDurable, pause: this.#snapshots };
    this.#executor = new Executor(executorParts, recovered.ledger, timestampMs);
    const lookup = new StateLookup((keys) => store.stateValues(keys), (key) => this.#executor.cachedValue(key), clock);
    const gates = { latency: this.#latency, onAdded: () => this.#lanes.offer(), closed: () => this.#closed() };
    this.#submissions = new Submissions(
      { ...shared, organization, mempool, verified, lookup, ...gates, baseHeight },
      config
    );
    const onCertified = (checkpoint: CheckpointCertificate): void => this.#certified(checkpoint);
    this.#receipts = new Receipts(store, recovered.ledger, recovered.certified, { base, height: baseHeight }, this.#executor.undo, sha256);
    const certified = { checkpoint: restored.checkpoint, height };
    this.#certification = new Certification(store, outage, certified, treeRootAt, onCertified, onFatal);
    this.#blockServer = new BlockServer(store, (to, message) => this.#gateway.send(to, message), onReadFailure, baseHeight);
    this.#journal = new SafetyJournal(options.safetyLog, validatorKey, { ...journal, silentThrough: recovered.silentThrough });
    this.#voice = this.#openVoice({ ...shared, journal: this.#journal, broadcast }, recovered);
    this.#driver = new Driver({ core, journal: this.#journal, clock, effects: this.#effects(), onFatal });
    transport.onFrame((handle, channel, bytes) => {
      return this.#stopped ? undefined : this.#gateway.receive(handle, channel, bytes);
    });
  }

  #openGateway(shared: SharedParts & Pick<PeerGatewayParts, 'exchange' | 'onInvalid'>): PeerGateway {
    return new PeerGateway({
      ...shared,
      onMessage: (peer, message) => this.#receive(peer, message),
      onGuest: (guest, from, to) => this.#serve(guest, from, to),
      onNewest: (peer, bytes) => this.#voice.newest(peer, bytes),
      onSnapshot: (peer, bytes) => this.#snapshots.receive(peer, bytes),
      onSnapshotAnswer: (handle, bytes) => this.#history.answered(handle, bytes),
      onPastEvidence: (epoch, bytes) => this.#evidence.ofPast(epoch, bytes)
    });
  }

  #openHistory(shared: SharedParts, recovered: Recovered, contracts: ContractRegistry): HeldHistory {
    const load = () => loadOf(this.#core, this.#head.block.header.height, this.#executor.queued + this.#lanes.mempool.pending);
    // Whoever follows the ledger may begin at genesis now.
    const onComplete = (): void => this.#committedListeners.tell(this.#head.block.header.height);
    return HeldHistory.of(this.options, recovered, { ...shared, contracts, genesis: this.genesis, load, onComplete }, this.#events);
  }

  #openSnapshots(shared: SharedParts, { base, ledger }: Recovered, treeRootAt: (at: Height) => Hash | null): Snapshots {
    return new Snapshots({
      ...{ ...shared, base, treeRootAt, options: this.options.snapshots, chainId: this.genesis.chainId },
      outcomesLog: ledger.outcomesLog,
      lowest: () => this.#history.lowest,
      head: () => this.#head.block.header.height,
      certified: () => this.#certification.latest,
      checkpointBlocks: () => this.#config.parameters.checkpointBlocks,
      send: (to, channel, bytes) => void shared.peers.send(to, channel, bytes)
    });
  }

  #openVoice(shared: SharedParts & Pick<VoiceParts, 'journal' | 'broadcast'>, recovered: Recovered): Voice {
    const { journal, head } = recovered;
    return new Voice(
      {
        ...shared,
        onSpoken: (message) => this.#driver.input({ kind: 'Message', peer: shared.core.self, message }),
        onOpen: () => this.#lanes.offer(),
        onLost: (detail) => this.#fallSilent(detail)
      },
      { ...recovered, right: journal.right, height: head.block.header.height, safety: journal.safety }
    );
  }

  /** In force for the next block. */
  get config(): EpochConfig {
    return this.#config;
  }

  async start(): Promise<void> {
    await this.options.transport.start();
    this.#driver.input({ kind: 'Tick' });
    this.#voice.start();
    this.#history.start();
  }

  /**
   * Lets another validator take over before this node stops (spec P8): resolves when it does not lead any more, nothing
   * waits for it, or time is up.
   */
  handOver(): Promise<void> {
    if (!this.#stopped) this.#driver.input({ kind: 'HandOver' });
    return leadGivenUp(this.#core, this.options.clock, () => this.#stopped);
  }

  /** Refuses new work, lets what is being written become durable, then leaves the network. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#stopped) this.#halt();
    await this.#executor.stop();
    await this.#snapshots.stop();
    await this.#history.stop();
    await Promise.all([this.#certification.settled(), this.#evidence.settled()]);
    // What was being written is on disk, or failed, before the caller closes the files.
    await Promise.allSettled([this.options.safetyLog.flush(), this.options.batchLog.flush()]);
    await this.options.transport.stop();
  }

  submit(transaction: Transaction, timeoutMs: number, onWaiting?: () => void): Promise<SubmitAnswer> {
    return this.#submissions.submit(transaction, timeoutMs, onWaiting);
  }

  receipt: LedgerNodeApi['receipt'] = (txId) => this.#receipts.receipt(txId);
  certifiedState: LedgerNodeApi['certifiedState'] = () => this.#receipts.certifiedState();
  consistency: LedgerNodeApi['consistency'] = (from, to) => this.#receipts.consistency(from, to);
  states = (): PastStates => this.#executor.states;

  heights: LedgerNodeApi['heights'] = () => heightsOf(this.#head.block, this.#certification.latest);

  status(): NodeStatus {
    const { organization, clock } = this.options;
    return nodeStatus({
      organization,
      core: this.#core,
      head: this.#head.block,
      stateRoot: this.#head.stateRoot,
      checkpoint: this.#certification.latest,
      leader: summarize(this.#core).leader,
      connected: this.#peers.connectedPeers(),
      nowMs: clock.nowMs(),
      pending: this.#lanes.mempool.pending,
      latency: this.#latency.summary(),
      alarm: this.#alarm,
      right: this.#voice.right,
      maySign: this.#voice.maySign,
      observing: this.#observing(),
      outage: this.#outage.reason,
      stopped: this.#stopped,
      base: this.#history.base,
      history: this.#history.progress
    });
  }

  onCommitted: LedgerNodeApi['onCommitted'] = (listener) => this.#committedListeners.add(listener);
  onCertified: LedgerNodeApi['onCertified'] = (listener) => this.#certifiedListeners.add(listener);

  #effects(): DriverEffects {
    return {
      signAndBroadcast: (unsigned) => this.#voice.say(unsigned),
      broadcast: (message) => this.#gateway.broadcast(message),
      send: (to, message) => this.#gateway.send(to, message),
      fetchPayload: (refs, peers) => this.#lanes.fetch(refs, peers),
      sendPayload: (to, refs) => this.#lanes.exchange.push(to, refs),
      commit: (blocks) => this.#executor.commit(blocks),
      serveBlocks: (to, from, until, own) => this.#blockServer.serve(to, from, until, own),
      epochEntered: (entered) => this.#enter(entered),
      stable: (checkpoint) => this.#certification.stable(checkpoint),
      evidence: (message) => this.#evidence.found(message),
      alarm: (code, detail) => this.#raise(code, detail),
      stepped: () => this.#watchView()
    };
  }

  /** Everything around the core follows it into its epoch, the peers' places first. */
  #enter({ epoch, config, self }: EpochEntered): void {
    const previous = this.#config;
    this.#config = config;
    this.#wasMember ||= config.organizations.some(({ id }) => id === this.options.organization);
    this.#peers.enter(config, previous);
    this.#evidence.enter(config);
    this.#voice.entered();
    this.#lanes.enter(config, self, this.#submissions.enter(config));
    const observing = this.#observing();
    if (observing !== null) this.#submissions.refuseAll(observing);
    this.#events.epochEntered(epoch, self === null);
    this.#gateway.entered();
  }

  #observing(): string | null {
    const { organization, crypto } = this.options;
    return observingReason(this.#config, organization, crypto.validatorKey, this.#wasMember);
  }

  /** The key must never sign again. The node goes on as an observer: it follows the chain and answers reads. */
  #fallSilent(detail: string): void {
    this.#raise('SAFETY_RECORD_LOST', detail);
    this.#submissions.refuseAll(OBSERVING);
  }

  /** Nodes outside of the epoch fetch what is executed and durable here. */
  #serve(guest: number, from: number, to: number): void {
    if (from >= 1) this.#blockServer.serve(guest, from, Math.min(to, this.#head.block.header.height));
  }

  #receive(peer: number, message: Message): void {
    this.#voice.heard(peer, message);
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
    this.#voice.executed(height);
    this.#submissions.durable(group);
    this.#committedListeners.tell(height);
    for (const { executed } of group) {
      this.#driver.input({ kind: 'Executed', height: executed.block.header.height, stateRoot: executed.stateRoot });
    }
  }

  #certified(checkpoint: CheckpointCertificate): void {
    this.#receipts.certified(checkpoint);
    this.#snapshots.certified(checkpoint);
    this.#events.checkpointStored(checkpoint.height);
    this.#certifiedListeners.tell(checkpoint.height);
  }

  #raise(code: AlarmCode | 'SAFETY_RECORD_LOST', detail: string): void {
    if (code !== 'PEER_INVALID' && this.#alarm === null) this.#alarm = { code, detail };
    this.#events.alarm(code, detail);
  }

  #readFailed(error: unknown): void {
    const failed = this.#stopped ? null : readFailure(error);
    if (failed) this.#events.alarm(failed.code, failed.detail);
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
    if (this.#voice.right === 'LOST') return reject('NODE_HALTED', OBSERVING);
    const observing = this.#observing();
    if (observing !== null) return reject('NODE_HALTED', `this node only observes: ${observing}`);
    return closedReason(this.#core, this.#head.block.header.height);
  }

  #halt(): void {
    this.#stopped = true;
    this.#outage.stop();
    this.#submissions.refuseAll('the node is stopping; submit the same transaction again');
    this.#driver.stop();
    this.#voice.stop();
    this.#lanes.stop();
  }

  /** Nothing is performed after a failed write: memory may be ahead of the disk. The process ends and starts again. */
  #fatal(error: Error): void {
    if (this.#stopped) return;
    this.#halt();
    this.#events.fatal(error);
  }
}
