import { healthReason } from './healthReason.js';
import type { HealthFacts } from './healthReason.js';
import { LatencyWindow } from './latency.js';

const healthy: HealthFacts = {
  mode: 'NORMAL',
  validators: 4,
  quorum: 3,
  reachable: 4,
  unreachable: [],
  height: 100,
  networkHeight: 100,
  pending: 0,
  alarm: null,
  outage: null,
  observing: null
};

describe('the reason that a status gives', () => {
  it('is absent for a healthy node, also with one peer down or a few blocks to execute', () => {
    expect(healthReason(healthy)).toBeNull();
    expect(healthReason({ ...healthy, reachable: 3, unreachable: ['b'], networkHeight: 110 })).toBeNull();
  });

  it('says what is missing when no quorum is reachable, and that nothing is lost', () => {
    const facts = { ...healthy, reachable: 2, unreachable: ['c', 'd'] };
    expect(healthReason(facts)).toBe('2 of 4 reachable, 3 needed (not reachable: c, d); nothing is lost; waiting');
  });

  it('names the most serious cause first: halted, then quorum, then lag, then leader, then alarms', () => {
    const alarm = { code: 'FORK', detail: 'two certificates at height 9' };
    const all: HealthFacts = { ...healthy, mode: 'HALTED', reachable: 1, networkHeight: 900, alarm };
    expect(healthReason(all)).toMatch(/stopped taking part .*FORK: two certificates at height 9/);
    expect(healthReason({ ...all, mode: 'CHANGING' })).toMatch(/1 of 4 reachable/);
    expect(healthReason({ ...all, mode: 'CHANGING', reachable: 4 })).toMatch(/height 100 of 900/);
    expect(healthReason({ ...healthy, mode: 'CHANGING', alarm })).toMatch(/leader is being replaced/);
    expect(healthReason({ ...healthy, alarm })).toBe('FORK: two certificates at height 9; see docs/errors/FORK');
    expect(healthReason({ ...healthy, mode: 'SYNCING', networkHeight: 120 })).toMatch(/catching up: height 100 of 120/);
  });
});

describe('the latency window', () => {
  it('has no summary before the first sample, then median and 99th percentile of the last ones', () => {
    const window = new LatencyWindow();
    expect(window.summary()).toBeNull();
    for (let i = 1; i <= 100; i++) window.add(i);
    expect(window.summary()).toEqual({ median: 51, p99: 100, count: 100 });
    for (let i = 0; i < 2000; i++) window.add(7);
    expect(window.summary()).toEqual({ median: 7, p99: 7, count: 2100 });
  });
});
