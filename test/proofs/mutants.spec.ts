import { verifyProof } from '@lading/verifier';
import type { Mutant } from '../../libs/verifier/src/mutants.test-kit.js';
import { showTable } from '../conformance/table.js';
import { figure } from '../e2e/figures.js';
import { C1_NATIVE } from './nativeCrypto.js';
import { mutantsOf } from './mutants.js';
import { sampleProofs, type SampleProof } from './sampleProofs.js';

/** `LADING_PROOF_MUTANTS=all` (npm run show:proof-mutants) judges every mutant; otherwise every n-th. */
const whole = process.env['LADING_PROOF_MUTANTS'] === 'all';
const EVERY = whole ? 1 : 23;
const BITS = whole ? 4 : 1;

/** What is a true proof again: one statement of another fraud at the same place, which contradicts what is left here as well. */
const TRUE_TOO: readonly string[] = ['checkpoint', 'commit', 'vote'].map((kind) => `fraud of ${kind}: foreign first`);

/** What became of the mutants of one proof. */
interface Judged {
  readonly kind: string;
  count: number;
  refused: number;
  readonly survivors: string[];
  readonly crashes: string[];
}

function judgeMutants({ kind, text, other, genesis, key, witness }: SampleProof): Judged {
  const question = { ...(key === undefined ? {} : { key }), ...(witness === undefined ? {} : { witness }) };
  expect([kind, verifyProof(text, genesis, question, C1_NATIVE).report.detail]).toEqual([kind, expect.stringContaining('all')]);
  const judged: Judged = { kind, count: 0, refused: 0, survivors: [], crashes: [] };
  for (const [name, mutant] of every(mutantsOf(text, other, BITS), EVERY)) {
    if (mutant === text) continue;
    judged.count += 1;
    try {
      if (verifyProof(mutant, genesis, question, C1_NATIVE).report.proven) judged.survivors.push(`${kind}: ${name}`);
      else judged.refused += 1;
    } catch (error) {
      judged.crashes.push(`${kind}: ${name}: ${String(error)}`);
    }
  }
  return judged;
}

describe(`mutants of proofs (${whole ? 'all' : `one in ${EVERY}; npm run show:proof-mutants judges all`})`, () => {
  it('are refused, whichever field of whichever kind is touched, and stop no verifier', async () => {
    const all = (await sampleProofs()).map(judgeMutants);
    const [survivors, crashes] = [all.flatMap((one) => one.survivors), all.flatMap((one) => one.crashes)];
    const sum = (of: (one: Judged) => number): number => all.reduce((total, one) => total + of(one), 0);
    const [total, refused] = [sum(({ count }) => count), sum((one) => one.refused)];
    const isTrue = (name: string): boolean => TRUE_TOO.includes(name);
    showTable(
      'Mutants of proofs',
      ['kind of proof', 'mutants', 'refused', 'true as well'],
      all.map((one) => [one.kind, `${one.count}`, `${one.refused}`, one.survivors.filter(isTrue).join('; ')])
    );
    figure('mutants of proofs judged', total, 'mutants', { atLeast: 20_000 });
    figure('refused, of those that are not true proofs of another statement', refused, 'mutants', { exactly: total - TRUE_TOO.length });
    figure('true proofs again, each named in the table', survivors.filter(isTrue).length, 'mutants', { exactly: TRUE_TOO.length });
    figure('crashes of the verifier', crashes.length, 'crashes', { exactly: 0 });
    expect([survivors.filter((name) => !isTrue(name)), crashes]).toEqual([[], []]);
    expect(all.map(({ count }) => count > 0)).toEqual(all.map(() => true));
    expect(total).toBeGreaterThanOrEqual(whole ? 20_000 : 500);
  }, whole ? 3_600_000 : 120_000);
});

function* every(mutants: Iterable<Mutant>, n: number): Generator<Mutant> {
  let i = 0;
  for (const mutant of mutants) if (i++ % n === 0) yield mutant;
}
