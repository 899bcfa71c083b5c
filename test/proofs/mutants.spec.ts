import { C1_NATIVE } from './nativeCrypto.js';
import { mutantsOf, type Mutant } from './mutants.js';
import { sampleProofs } from './sampleProofs.js';
import { verifyProof } from '@lading/verifier';

/** `LADING_PROOF_MUTANTS=all` (scripts/proofMutants.mjs) judges every mutant; otherwise every n-th. */
const whole = process.env['LADING_PROOF_MUTANTS'] === 'all';
const EVERY = whole ? 1 : 23;
const BITS = whole ? 4 : 1;

/** What is a true proof again: the second statement contradicts the first one of another fraud as well. */
const TRUE_TOO: readonly string[] = ['fraud of checkpoint: foreign first', 'fraud of vote: foreign first'];

describe(`mutants of proofs (${whole ? 'all' : `one in ${EVERY}; npm run show:proof-mutants judges all`})`, () => {
  const counts = new Map<string, number>();

  it('are refused, whichever field of whichever kind is touched, and stop no verifier', async () => {
    const survivors: string[] = [];
    for (const { kind, text, other, genesis, key } of await sampleProofs()) {
      const question = key === undefined ? {} : { key };
      expect([kind, verifyProof(text, genesis, question, C1_NATIVE).report.detail]).toEqual([kind, expect.stringContaining('all')]);
      let count = 0;
      for (const [name, mutant] of every(mutantsOf(text, other, BITS), EVERY)) {
        count += 1;
        if (mutant !== text && verifyProof(mutant, genesis, question, C1_NATIVE).report.proven) survivors.push(`${kind}: ${name}`);
      }
      counts.set(kind, (counts.get(kind) ?? 0) + count);
    }
    if (whole) process.stdout.write(`${[...counts].map(([kind, n]) => `${kind} ${n}`).join(', ')}\n`);
    expect(survivors.filter((name) => !TRUE_TOO.includes(name))).toEqual([]);
    const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
    expect(total).toBeGreaterThanOrEqual(whole ? 20_000 : 500);
  }, whole ? 3_600_000 : 120_000);
});

function* every(mutants: Iterable<Mutant>, n: number): Generator<Mutant> {
  let i = 0;
  for (const mutant of mutants) if (i++ % n === 0) yield mutant;
}
