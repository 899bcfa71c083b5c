import type { NodeStatus, PeerState } from '@lading/engine';

/** A healthy node of four, at height 10. */
export function nodeStatus(change: Partial<NodeStatus> = {}): NodeStatus {
  return {
    organization: 'finca-alta', chainId: 'c', mode: 'NORMAL', height: 10 as never, blockHash: 'b', blockTimeMs: 0, stateRoot: 's',
    certifiedHeight: 10 as never, epoch: 0, view: 0, leader: 'finca-alta', validators: 4, quorum: 3, reachable: 4, quorumMargin: 1,
    pendingTransactions: 0, commitLatencyMs: { median: 18, p99: 40, count: 100 }, reason: null,
    peers: [peerAt(10), peerAt(10), peerAt(10)],
    ...change
  };
}

export const peerAt = (height: number | null, connected = true): PeerState => ({
  index: 1, organization: 'bravo', connected, committedHeight: height as never, view: 0, lastHeardMs: 0
});
