import { credibleHeight } from '@lading/consensus';
import type { CoreState } from '@lading/consensus';
import { reject } from '@lading/kernel';
import type { Rejection } from '@lading/kernel';
import { ENGINE_LIMITS } from '../limits.js';
import type { SubmitFault } from '../nodeApi.js';

/** What the node has to do beside its background work. `waiting`: blocks to execute and transactions to order. */
export function loadOf(core: CoreState, height: number, waiting: number): 'behind' | 'busy' | 'idle' {
  if (credibleHeight(core) > height + ENGINE_LIMITS.syncingBlocks) return 'behind';
  return waiting > 0 ? 'busy' : 'idle';
}

/** Why nothing can be submitted at this executed height, or null. */
export function closedReason(core: CoreState, height: number): Rejection<SubmitFault> | null {
  if (core.halted !== null) return reject('NODE_HALTED', core.halted);
  // Checks against old state would mislead, and the outcome would come late.
  if (loadOf(core, height, 0) !== 'behind') return null;
  const ahead = credibleHeight(core);
  return reject('NODE_SYNCING', `this node is at height ${height} of ${ahead}; try again shortly, or another node`);
}
