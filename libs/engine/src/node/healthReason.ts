import type { NodeStatus } from '../nodeApi.js';

/** What the sentence is made from. */
export interface HealthFacts {
  readonly mode: NodeStatus['mode'];
  readonly validators: number;
  readonly quorum: number;
  readonly reachable: number;
  readonly unreachable: readonly string[];
  readonly height: number;
  /** Highest committed height that a peer has told. */
  readonly networkHeight: number;
  readonly pending: number;
  readonly alarm: { readonly code: string; readonly detail: string } | null;
  /** What the database's last refusal said, while it is waited for. */
  readonly outage: string | null;
  /** Why this node is no validator of the epoch; null when it is one. */
  readonly observing: string | null;
}

/** One sentence for a person when the node is not healthy: what is wrong, what it means, what to do. Else null. */
export function healthReason(facts: HealthFacts): string | null {
  const { mode, validators, quorum, reachable, unreachable, height, networkHeight, alarm } = facts;
  if (mode === 'HALTED') {
    const why = alarm === null ? '' : ` (${alarm.code}: ${alarm.detail})`;
    const page = `docs/errors/${alarm?.code ?? 'HALTED'}`;
    return `this node stopped taking part to stay safe${why}; nothing is lost; see ${page}`;
  }
  if (mode === 'OBSERVER') {
    if (alarm !== null) return `${alarm.code}: ${alarm.detail}; see docs/errors/${alarm.code}`;
    const behind = networkHeight > height + CATCHING_UP_BLOCKS ? `; catching up: height ${height} of ${networkHeight}` : '';
    return `observing: ${facts.observing ?? 'this node does not vote in this epoch'}${behind}`;
  }
  if (facts.outage !== null) {
    return (
      'the database of this node does not answer; nothing is lost; it goes on when the database is back; ' +
      'see docs/errors/STORE_UNAVAILABLE'
    );
  }
  if (reachable < quorum) {
    const names = unreachable.length === 0 ? '' : ` (not reachable: ${unreachable.join(', ')})`;
    return `${reachable} of ${validators} reachable, ${quorum} needed${names}; nothing is lost; waiting`;
  }
  if (mode === 'SYNCING' || mode === 'BOOT') {
    return `catching up: height ${height} of ${networkHeight}; it will take part when it has caught up`;
  }
  if (networkHeight > height + CATCHING_UP_BLOCKS) {
    return `behind the network: height ${height} of ${networkHeight}; catching up`;
  }
  if (mode === 'CHANGING') return 'the leader is being replaced; blocks go on as soon as the next one has taken over';
  if (alarm !== null) return `${alarm.code}: ${alarm.detail}; see docs/errors/${alarm.code}`;
  return null;
}

/** Fewer blocks behind than this are the normal lag of execution. */
const CATCHING_UP_BLOCKS = 16;
