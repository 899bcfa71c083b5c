import { ENGINE_LIMITS } from '../limits.js';
import type { Clock } from '../ports.js';
import { PeerPace, surplusUnits } from './peerPace.js';

/** A clock that is moved by hand. */
function handClock() {
  const timers: { atMs: number; run: () => void }[] = [];
  let nowMs = 1000;
  const clock: Clock = {
    nowMs: () => nowMs,
    at: (atMs, run) => {
      timers.push({ atMs, run });
      return () => undefined;
    },
    soon: (run) => run()
  };
  return { clock, timers, pass: (ms: number) => (nowMs += ms) };
}

const { paceBurstUnits, paceUnitsPerSecond } = ENGINE_LIMITS;

describe('PeerPace', () => {
  it('lets a peer use what it has saved up, then makes it wait exactly until its account is even', () => {
    const { clock, timers } = handClock();
    const pace = new PeerPace(clock);
    expect(pace.charge(1, paceBurstUnits)).toBeUndefined();
    expect(pace.charge(1, paceUnitsPerSecond / 2)).toBeInstanceOf(Promise);
    expect(timers.map(({ atMs }) => atMs)).toEqual([1500]);
  });

  it('slows down nobody else, and forgives with time, up to the burst and no more', () => {
    const { clock, pass } = handClock();
    const pace = new PeerPace(clock);
    void pace.charge(1, paceBurstUnits + paceUnitsPerSecond);
    expect(pace.charge(2, 1)).toBeUndefined();
    pass(999);
    expect(pace.charge(1, 0)).toBeInstanceOf(Promise);
    pass(1e9);
    expect(pace.charge(1, paceBurstUnits)).toBeUndefined();
    expect(pace.charge(1, 1)).toBeInstanceOf(Promise);
  });

  it('gives nothing for a clock that is set back', () => {
    const { clock, pass } = handClock();
    const pace = new PeerPace(clock);
    void pace.charge(1, paceBurstUnits);
    pass(-60_000);
    expect(pace.charge(1, 1)).toBeInstanceOf(Promise);
  });

  it('counts a large frame of which nothing was used as more work than a small one', () => {
    expect(surplusUnits(1 << 20)).toBeGreaterThan(50 * surplusUnits(100));
  });
});
