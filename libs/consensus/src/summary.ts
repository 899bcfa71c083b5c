import type { Hash, Height } from '@lading/kernel';
import { heightOf } from './chain.js';
import { leaderOf } from './leader.js';
import type { Status } from './message.js';
import { modeOf } from './retransmit.js';
import type { CoreState } from './state.js';

/** What a node shows about its consensus core. */
export interface Summary {
  readonly mode: Status['mode'];
  readonly epoch: number;
  readonly view: number;
  readonly leader: number;
  readonly committedHeight: Height;
  readonly committedHash: Hash;
  readonly executedHeight: Height;
  readonly stableCheckpoint: Height;
  /** End of the chain accepted in this view; null while its base is not linked. */
  readonly topHeight: Height | null;
  /** Why this node stopped voting, for a person, or null. */
  readonly halted: string | null;
  /** This node wants to leave the view. */
  readonly suspected: boolean;
  readonly peers: readonly {
    readonly index: number;
    readonly committedHeight: Height | null;
    readonly view: number | null;
    readonly lastHeardMs: number | null;
  }[];
}

export function summarize(state: CoreState): Summary {
  return {
    mode: modeOf(state),
    epoch: state.epoch,
    view: state.view,
    leader: leaderOf(state.epoch, state.view, state.n),
    committedHeight: state.committed.block.header.height,
    committedHash: state.committed.block.blockHash,
    executedHeight: state.executed as Height,
    stableCheckpoint: (state.stable?.height ?? 0) as Height,
    topHeight: state.top === null ? null : (heightOf(state.top) as Height),
    halted: state.halted,
    suspected: (state.peers[state.self]?.suspect ?? -1) >= state.view,
    peers: state.peers.map((peer) => ({
      index: peer.index,
      committedHeight: peer.status?.committedHeight ?? null,
      view: peer.status?.view ?? null,
      lastHeardMs: peer.lastHeardMs === null ? null : peer.lastHeardMs - state.offsetMs
    }))
  };
}
