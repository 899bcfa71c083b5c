import type { NodeStatus } from '@lading/engine';
import { Counter, Gauge, Histogram } from './instruments.js';
import type { MetricsRegistry } from './registry.js';

/** What the process knows beside the engine's status. */
export interface ProcessFacts {
  /** Peers with an authenticated connection. */
  readonly connectedPeers: number;
  readonly streamClients: number;
}

/** The metrics of a node: those of CometBFT where it has one, with our names for the rest. */
export class NodeMetrics {
  readonly height: Gauge;
  readonly rounds: Gauge;
  readonly epoch: Gauge;
  readonly observing: Gauge;
  readonly validators: Gauge;
  readonly missingValidators: Gauge;
  readonly byzantineValidators: Gauge;
  readonly syncing: Gauge;
  readonly halted: Gauge;
  readonly quorumMargin: Gauge;
  readonly certificateLag: Gauge;
  readonly historyMissing: Gauge;
  readonly mempoolSize: Gauge;
  readonly commitLatency: Gauge;
  readonly peers: Gauge;
  readonly streamClients: Gauge;
  /** To observe: seconds between the times of consecutive blocks. */
  readonly blockInterval: Histogram;
  /** To observe: seconds of one call of the consensus core, label `input`. */
  readonly stepDuration: Histogram;
  /** To observe: seconds of one write of a group of blocks. */
  readonly dbWrite: Histogram;
  /** To count: transactions refused, label `code`. */
  readonly failedTransactions: Counter;
  /** To count: connections of peers refused or lost, label `code`. */
  readonly peerFaults: Counter;
  /** To count: answers of the HTTP interface, label `status` (2xx, 4xx, …). */
  readonly httpRequests: Counter;

  constructor(registry: MetricsRegistry) {
    const gauge = (name: string, help: string): Gauge => registry.register(new Gauge(`lading_${name}`, help));
    const histogram = (name: string, help: string): Histogram =>
      registry.register(new Histogram(`lading_${name}`, help));
    const counter = (name: string, help: string): Counter => registry.register(new Counter(`lading_${name}`, help));
    this.height = gauge('consensus_height', 'Height of the last block executed and durable here');
    this.rounds = gauge('consensus_rounds', 'Current view: rises by one with every change of leader outside turns');
    this.epoch = gauge('consensus_epoch', 'Epoch whose validators make the next block');
    this.observing = gauge('consensus_observing', '1 while this node is no validator of the epoch');
    this.validators = gauge('consensus_validators', 'Validators of the epoch');
    this.missingValidators = gauge('consensus_missing_validators', 'Validators not heard from recently');
    this.byzantineValidators = gauge('consensus_byzantine_validators', 'Validators with evidence against them');
    this.blockInterval = histogram('consensus_block_interval_seconds', 'Time between consecutive blocks');
    this.stepDuration = histogram('consensus_step_duration_seconds', 'Time of one step of the consensus core');
    this.syncing = gauge('consensus_syncing', '1 while this node catches up with the others');
    this.halted = gauge('consensus_halted', '1 when this node has stopped taking part');
    this.quorumMargin = gauge('quorum_margin', 'Further failures that can be borne; below 0 no block can be made');
    this.certificateLag = gauge('certificate_lag_blocks', 'Blocks above the last certified checkpoint');
    this.historyMissing = gauge('history_missing_blocks', 'Blocks below the snapshot that this node began from and has not fetched yet');
    this.mempoolSize = gauge('mempool_size', 'Transactions waiting for a block');
    this.failedTransactions = counter('mempool_failed_txs', 'Transactions refused, by code');
    this.commitLatency = gauge('commit_latency_seconds', 'From submission to commit, of recent submissions');
    this.dbWrite = histogram('db_write_seconds', 'Time of one write of a group of blocks');
    this.peers = gauge('p2p_peers', 'Peers with an authenticated connection');
    this.peerFaults = counter('p2p_connection_faults', 'Connections of peers refused or lost, by code');
    this.streamClients = gauge('stream_clients', 'Clients of event streams');
    this.httpRequests = counter('http_requests', 'Answers of the HTTP interface, by class of status');
  }

  /** Sets the gauges; call it before a rendering (`registry.onCollect`). */
  observe(status: NodeStatus, facts: ProcessFacts): void {
    this.height.set(status.height);
    this.rounds.set(status.view);
    this.epoch.set(status.epoch);
    this.observing.set(status.mode === 'OBSERVER' ? 1 : 0);
    this.validators.set(status.validators);
    this.missingValidators.set(status.validators - status.reachable);
    this.syncing.set(status.mode === 'SYNCING' || status.mode === 'BOOT' ? 1 : 0);
    this.halted.set(status.mode === 'HALTED' ? 1 : 0);
    this.quorumMargin.set(status.quorumMargin);
    this.certificateLag.set(status.height - status.certifiedHeight);
    this.historyMissing.set(missingBlocks(status));
    this.mempoolSize.set(status.pendingTransactions);
    if (status.commitLatencyMs !== null) {
      this.commitLatency.set(status.commitLatencyMs.median / 1000, { quantile: '0.5' });
      this.commitLatency.set(status.commitLatencyMs.p99 / 1000, { quantile: '0.99' });
    }
    this.peers.set(facts.connectedPeers);
    this.streamClients.set(facts.streamClients);
  }
}

function missingBlocks({ historyFrom, history }: NodeStatus): number {
  if (history !== undefined) return history.target - history.height;
  return historyFrom === undefined ? 0 : historyFrom - 1;
}
