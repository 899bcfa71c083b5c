import { credibleHeight } from '@lading/consensus';
import type { CoreState } from '@lading/consensus';
import { toBase64Url, toHex } from '@lading/kernel';
import type { Height } from '@lading/kernel';
import type { Block, CheckpointCertificate } from '@lading/ledger';
import type { SignRight } from '../driver/signRight.js';
import type { HistoryProgress } from '../history/historyPorts.js';
import { ENGINE_LIMITS } from '../limits.js';
import type { NodeHeights, NodeStatus, PeerState } from '../nodeApi.js';
import { healthReason } from './healthReason.js';

export interface StatusFacts {
  /** Of this node. */
  readonly organization: string;
  readonly core: CoreState;
  readonly head: Block;
  readonly stateRoot: Uint8Array;
  readonly checkpoint: CheckpointCertificate | null;
  readonly leader: number;
  readonly connected: readonly number[];
  readonly nowMs: number;
  readonly pending: number;
  readonly latency: NodeStatus['commitLatencyMs'];
  readonly alarm: { readonly code: string; readonly detail: string } | null;
  readonly right: SignRight;
  /** Whether peers have confirmed that the key may be used. */
  readonly maySign: boolean;
  /** Why this node is no validator of the epoch; null when it is one. */
  readonly observing: string | null;
  /** What the database's last refusal said, while it is waited for. */
  readonly outage: string | null;
  readonly stopped: boolean;
  /** The last block of which nothing is held; null: all is. */
  readonly base: Height | null;
  /** How far the blocks up to there are fetched; null where they are not. */
  readonly history: HistoryProgress | null;
}

function modeOf({ core, stopped, nowMs, right, maySign, observing }: StatusFacts): NodeStatus['mode'] {
  if (core.halted !== null || stopped) return 'HALTED';
  if (right === 'LOST' || observing !== null) return 'OBSERVER';
  if (!maySign) return 'SYNCING';
  if (!core.booted) return 'BOOT';
  const fetching = core.sync !== null && core.sync.untilMs > nowMs;
  // A single peer's claim is asked about, and believed by nobody (spec M5).
  return fetching && credibleHeight(core) > core.committed.block.header.height ? 'SYNCING' : core.mode;
}

function peerStates({ core, connected, nowMs }: StatusFacts): PeerState[] {
  return core.peers
    .filter((peer) => peer.index !== core.self)
    .map(({ index, status, lastHeardMs }) => ({
      index,
      organization: core.config.organizations[index]?.id ?? '',
      connected: connected.includes(index) && lastHeardMs !== null && nowMs - lastHeardMs <= ENGINE_LIMITS.reachableMs,
      committedHeight: status?.committedHeight ?? null,
      view: status?.view ?? null,
      lastHeardMs
    }));
}

export const heightsOf = (head: Block, checkpoint: CheckpointCertificate | null): NodeHeights => ({
  height: head.header.height,
  certifiedHeight: checkpoint?.height ?? (0 as Height)
});

/** The node as a person or a health check sees it. */
export function nodeStatus(facts: StatusFacts): NodeStatus {
  const { core, head, checkpoint } = facts;
  const { config } = core;
  const mode = modeOf(facts);
  const peers = peerStates(facts);
  const reachable = (core.self < 0 ? 0 : 1) + peers.filter((peer) => peer.connected).length;
  const heights = peers.map((peer) => peer.committedHeight ?? 0);
  const shared = { mode, validators: core.n, quorum: core.q, reachable, height: head.header.height };
  const reason = healthReason({
    ...shared,
    unreachable: peers.filter((peer) => !peer.connected).map((peer) => peer.organization),
    networkHeight: Math.max(head.header.height, ...heights),
    pending: facts.pending,
    alarm: facts.alarm,
    outage: facts.outage,
    observing: facts.observing
  });
  return {
    ...shared,
    organization: facts.organization,
    chainId: toBase64Url(config.chainId),
    blockHash: toHex(head.blockHash),
    blockTimeMs: head.header.timestampMs,
    stateRoot: toHex(facts.stateRoot),
    certifiedHeight: heightsOf(head, checkpoint).certifiedHeight,
    epoch: core.epoch,
    view: core.view,
    leader: config.organizations[facts.leader]?.id ?? '',
    quorumMargin: reachable - core.q,
    pendingTransactions: facts.pending,
    commitLatencyMs: facts.latency,
    reason,
    peers,
    ...(facts.outage === null ? {} : { databaseAway: true }),
    ...(facts.base === null ? {} : { historyFrom: (facts.base + 1) as Height }),
    ...(facts.history === null ? {} : { history: facts.history })
  };
}
