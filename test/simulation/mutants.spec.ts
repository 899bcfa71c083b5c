import { hash } from 'node:crypto';
import { simulate } from '@lading/simulator';

/** Seeds within which a core with a rule left out must have done harm. */
const WITHIN = 300;
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

describe('The simulator notices a rule that is left out', () => {
  it.each([
    ['no-persist-highCert', 'D3: a prepared certificate is durable before the COMMIT'],
    ['no-parent-check', 'P2: a proposal extends the accepted chain'],
    ['quorum-f+1', 'Q1: two quorums share an honest node']
  ] as const)('%s (%s)', (mutant, _rule) => {
    // Only harm counts: two blocks at one height, or a lost one. A network that merely stalls has not shown it.
    let killed: { seed: number; invariant: string } | null = null;
    for (let seed = 0; seed < WITHIN && killed === null; seed++) {
      const { violation } = simulate(seed, { sha256, mutants: new Set([mutant]) });
      if (violation !== null && violation.invariant !== 'liveness') killed = { seed, invariant: violation.invariant };
    }
    expect(killed).not.toBeNull();
    console.info(`${mutant}: ${killed?.invariant} broken by seed ${killed?.seed}`);
    // The control: the same schedule is harmless with the rule.
    expect(simulate(killed?.seed ?? 0, { sha256 }).violation).toBeNull();
  }, 600_000);
});
