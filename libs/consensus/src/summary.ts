import type { Hash, Height } from '@lading/kernel';
import { heightOf } from './chain.js';
import { leaderIn, OBSERVER } from './epochState.js';
import type { Status } from './message.js';
import { modeOf } from './retransmit.js';
import type { CoreState } from './state.js';
import { credibleHeight } from './sync.js';
import { isOutstanding } from './timers.js';

/** What a node shows about its consensus core. */
export interface Summary {
  readonly mode: Status['mode'];
  readonly epoch: number;
  /** Height of the block that ended the epoch before, 0 in epoch 0. */
  readonly epochStart: Height;
  /** This node is no validator of the epoch. */
  readonly observer: boolean;
  /** Validators that lead in this epoch, ascending (spec L2). */
  readonly leaders: readonly number[];
  /** Lanes that this node neither proposes nor waits for (spec A3). */
  readonly frozenLanes: readonly number[];
  /** Something waits to be ordered or committed (spec T1). */
  readonly outstanding: boolean;
  readonly view: number;
  readonly leader: number;
  readonly committedHeight: Height;
  readonly committedHash: Hash;
  /** What f+1 peers claim to have committed at least, so that one liar cannot raise it (spec M5). */
  readonly networkHeight: Height;
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
    epochStart: state.epochBase.height,
    observer: state.self === OBSERVER,
    leaders: state.leaders,
    frozenLanes: state.lanes.flatMap((lane, index) => (lane.frozen ? [index] : [])),
    outstanding: isOutstanding(state),
    view: state.view,
    leader: leaderIn(state, state.view),
    committedHeight: state.committed.block.header.height,
    committedHash: state.committed.block.blockHash,
    networkHeight: credibleHeight(state) as Height,
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
