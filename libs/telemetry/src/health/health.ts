import type { NodeStatus } from '@lading/engine';

/** What the node's process adds to the engine's status. */
export interface HealthFacts {
  /** Whether the last probe write to the database succeeded. */
  readonly databaseWritable: boolean;
  /** Keys are open and the self-tests have passed. */
  readonly started: boolean;
}

export interface Health {
  /** Should the process be restarted if this is false; true whenever it can answer at all. */
  readonly live: true;
  /** May traffic be sent here? */
  readonly ready: boolean;
  /** Why not, what it means and what to do; null when ready. */
  readonly reason: string | null;
}

/** Blocks behind the others that a ready node may be. */
export const READY_LAG_BLOCKS = 2;

/**
 * A node that halted safely, waits for a quorum or lost its database is live and not ready: restarting it would help
 * nobody, and sending it traffic neither.
 */
export function healthOf(status: NodeStatus, facts: HealthFacts): Health {
  const reason = whyNotReady(status, facts);
  return { live: true, ready: reason === null, reason };
}

function whyNotReady(status: NodeStatus, facts: HealthFacts): string | null {
  if (!facts.started) return 'The node is starting: its keys and self-tests come first.';
  if (!facts.databaseWritable || status.databaseAway === true)
    return 'The database cannot be written. Nothing acknowledged is lost; the node goes on when it is back.';
  if (status.mode === 'HALTED') return status.reason ?? 'The node halted safely and does not vote; its log says why.';
  if (status.mode === 'BOOT') return 'The node is starting: it reads its logs and its last blocks.';
  const behind = certifiedHead(status) - status.height;
  if (behind > READY_LAG_BLOCKS || status.mode === 'SYNCING')
    return `The node catches up: height ${status.height}, ${Math.max(0, behind)} blocks behind the others.`;
  const { reachable, validators, quorum, quorumMargin } = status;
  if (quorumMargin < 0)
    return `${reachable} of ${validators} validators reachable, ${quorum} needed; nothing is lost; waiting.`;
  return null;
}

/**
 * The highest height that must exist: certified here, or reported by more peers than can be faulty, since a single
 * one may say anything.
 */
export function certifiedHead(status: NodeStatus): number {
  const faulty = Math.floor((status.validators - 1) / 3);
  const reported = status.peers
    .flatMap(({ connected, committedHeight }) => (connected && committedHeight !== null ? [committedHeight] : []))
    .sort((a, b) => b - a);
  return Math.max(status.certifiedHeight, reported[faulty] ?? 0);
}
