import { hash } from 'node:crypto';
import { MUTANT_SCHEDULES, replay, shrink, simulate, WIPED_KEY_REUSED } from '@lading/simulator';
import { MUTANTS } from '@lading/consensus';

/** Seeds within which a core with a rule left out must have done harm. All rules: `npm run sim:mutants`. */
const WITHIN = 300;
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

describe('The simulator notices a rule that is left out', () => {
  it.each([
    ['no-persist-highCert', 'D3: a prepared certificate is durable before the COMMIT'],
    ['no-parent-check', 'P2: a proposal extends the accepted chain'],
    ['quorum-f+1', 'Q1: two quorums share an honest node']
  ] as const)('by two blocks at one height or a lost one: %s (%s)', (mutant, _rule) => {
    // Only harm counts. A network that merely stalls, or breaks a rule without damage, has not shown it.
    const { n } = MUTANT_SCHEDULES[mutant];
    const options = mutant === 'no-parent-check' ? { kind: 'twins at work' } as const : {};
    let killed: number | null = null;
    for (let seed = 0; seed < WITHIN && killed === null; seed++) {
      const { violation } = simulate(seed, { n, sha256, harmOnly: true, mutants: new Set([mutant]), ...options });
      if (violation !== null && violation.invariant !== 'liveness') killed = seed;
    }
    expect(killed).not.toBeNull();
    // The control: the same schedule is harmless with the rule.
    expect(simulate(killed ?? 0, { n, sha256, ...options }).violation).toBeNull();
  }, 600_000);

  it('has a schedule for every rule that can be left out', () => {
    expect(Object.keys(MUTANT_SCHEDULES).sort()).toEqual([...MUTANTS, WIPED_KEY_REUSED].sort());
  });

  it('forks with more than f Byzantine validators: the positive control', () => {
    let forked = false;
    for (let seed = 0; seed < WITHIN && !forked; seed++) {
      const { violation } = simulate(seed, { n: 4, sha256, harmOnly: true, kind: 'twins at work', byzantine: 2 });
      forked = violation?.invariant === 'agreement';
    }
    expect(forked).toBe(true);
  }, 600_000);
});

describe('A failing schedule', () => {
  it('is made small: few decisions of the nemesis are left, and they fail alone', () => {
    const mutants = new Set(['top-not-advanced'] as const);
    const options = { n: 4, sha256, kind: 'storm', mutants } as const;
    let seed = 0;
    while (simulate(seed, options).violation === null) seed++;
    const schedule = shrink(seed, options);
    const whole = simulate(seed, { ...options, recording: true }).decisions;
    expect(schedule).not.toBeNull();
    if (schedule === null) return;
    expect(schedule.only?.length ?? Infinity).toBeLessThan(whole.length / 2);
    expect(replay(schedule, { sha256, mutants }).violation?.invariant).toBe(schedule.invariant);
    expect(replay(schedule, { sha256 }).violation).toBeNull();
  }, 300_000);
});
