import { ENGINE_LIMITS } from '../limits.js';
import { LanePace } from './lanePace.js';

describe('LanePace', () => {
  let nowMs = 0;
  const pace = (rounds: readonly number[]): LanePace => {
    nowMs = 0;
    const made = new LanePace(() => nowMs);
    rounds.forEach((tookMs, seq) => {
      made.sent(seq);
      nowMs += tookMs;
      made.ordered(seq);
    });
    return made;
  };

  it('waits a little where batches are ordered at once, half their way where that takes longer, and never long', () => {
    expect(pace([]).delayMs).toBe(ENGINE_LIMITS.batchDelayMs);
    expect(pace([4, 4, 4]).delayMs).toBe(ENGINE_LIMITS.batchDelayMs);
    expect(pace([60, 60, 60]).delayMs).toBe(30);
    expect(pace([5000]).delayMs).toBe(ENGINE_LIMITS.longestBatchDelayMs);
  });

  it('waits no longer than usual until a wait is little beside the way', () => {
    for (const tookMs of [100, 150, 200]) expect(pace([tookMs]).delayMs).toBe(ENGINE_LIMITS.usualBatchDelayMs);
    expect(pace([600]).delayMs).toBe(150);
  });

  it('follows the load down as well as up', () => {
    expect(pace([80, 80, ...Array<number>(20).fill(10)]).delayMs).toBeLessThan(7);
    expect(pace([10, 10, ...Array<number>(20).fill(80)]).delayMs).toBeGreaterThan(35);
  });

  it('measures a batch from its own start, whatever is sent meanwhile', () => {
    const made = new LanePace(() => nowMs);
    nowMs = 0;
    made.sent(3);
    nowMs = 20;
    made.sent(4);
    made.ordered(2);
    expect(made.delayMs).toBe(ENGINE_LIMITS.batchDelayMs);
    nowMs = 40;
    made.ordered(4);
    expect(made.delayMs).toBe(20);
  });
});
