import { certifiedHead, healthOf } from '../index.js';
import { nodeStatus, peerAt } from './nodeStatus.test-kit.js';

const FACTS = { databaseWritable: true, started: true };

describe('health', () => {
  it('is ready when the node is near the head, reaches a quorum and can write', () => {
    expect(healthOf(nodeStatus(), FACTS)).toEqual({ live: true, ready: true, reason: null });
    expect(healthOf(nodeStatus({ mode: 'CHANGING' }), FACTS).ready).toBe(true);
    expect(healthOf(nodeStatus({ reachable: 3, quorumMargin: 0 }), FACTS).ready).toBe(true);
  });

  it('is live and not ready, with a reason a person can act on, when the network waits or the node halted safely', () => {
    const waiting = healthOf(nodeStatus({ reachable: 2, quorumMargin: -1 }), FACTS);
    expect(waiting).toEqual({
      live: true, ready: false, reason: '2 of 4 validators reachable, 3 needed; nothing is lost; waiting.'
    });
    const halted = healthOf(nodeStatus({ mode: 'HALTED', reason: 'two certificates at height 7' }), FACTS);
    expect(halted).toEqual({ live: true, ready: false, reason: 'two certificates at height 7' });
  });

  it('is not ready before the self-tests, without the database, or while catching up', () => {
    for (const health of [
      healthOf(nodeStatus(), { ...FACTS, started: false }),
      healthOf(nodeStatus(), { ...FACTS, databaseWritable: false }),
      healthOf(nodeStatus({ mode: 'BOOT' }), FACTS),
      healthOf(nodeStatus({ mode: 'SYNCING' }), FACTS),
      healthOf(nodeStatus({ height: 7 as never }), FACTS)
    ])
      expect([health.live, health.ready, health.reason === null]).toEqual([true, false, false]);
    expect(healthOf(nodeStatus({ height: 8 as never }), FACTS).ready).toBe(true);
  });

  it('does not believe one peer about the head: f of them may lie', () => {
    const lying = nodeStatus({ peers: [peerAt(1_000_000), peerAt(10), peerAt(10)] });
    expect([certifiedHead(lying), healthOf(lying, FACTS).ready]).toEqual([10, true]);
    const ahead = nodeStatus({ peers: [peerAt(50), peerAt(40), peerAt(10)] });
    expect([certifiedHead(ahead), healthOf(ahead, FACTS).ready]).toEqual([40, false]);
    expect(certifiedHead(nodeStatus({ peers: [peerAt(50, false), peerAt(40), peerAt(null)] }))).toBe(10);
  });
});
