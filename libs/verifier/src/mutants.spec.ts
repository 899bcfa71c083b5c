import { encodeReceipt, type Receipt } from '@lading/ledger';
import { flipBit, random, refused, type Mutant } from './mutants.test-kit.js';
import { membersOf, receiptCase, writeMembers } from './receipt.test-kit.js';

const BYTE_FIELDS = [
  'transaction',
  'batchHeader',
  'blockHeader',
  'commitProof',
  'outcome',
  'outcomeRoot',
  'outcomesLogRoot',
  'treeRoot',
  'checkpointHeader',
  'checkpoint'
];
const PATH_FIELDS = ['batchPath', 'refsPath', 'outcomePath', 'outcomesLogPath'];
const INDEX_FIELDS = ['batchIndex', 'refIndex'];

type Members = [string, unknown][];

function change(receipt: Receipt, field: string, edit: (value: unknown) => unknown): string {
  return writeMembers(
    membersOf(receipt).map(([name, value]): [string, unknown] => [name, name === field ? edit(value) : value])
  );
}

/** One flipped bit in every byte field, many times. */
function* bitFlips(receipt: Receipt, each: number, next: (below: number) => number): Generator<Mutant> {
  for (const field of BYTE_FIELDS) {
    for (let i = 0; i < each; i++) {
      const text = change(receipt, field, (value) => flipBit(value as string, next));
      yield [`bit of ${field}`, text];
    }
  }
}

function* pathEdits(receipt: Receipt, next: (below: number) => number): Generator<Mutant> {
  for (const field of PATH_FIELDS) {
    const path = membersOf(receipt).find(([name]) => name === field)?.[1] as string[];
    for (let i = 0; i < path.length; i++) {
      const flipped = Buffer.from(path[i] as string, 'base64url');
      const at = next(32);
      flipped[at] = (flipped[at] as number) ^ 1;
      yield [`drop ${field}/${i}`, change(receipt, field, () => path.filter((_, at) => at !== i))];
      yield [`double ${field}/${i}`, change(receipt, field, () => [...path.slice(0, i + 1), ...path.slice(i)])];
      yield [`flip ${field}/${i}`, change(receipt, field, () => path.with(i, flipped.toString('base64url')))];
      if (i > 0)
        yield [
          `swap ${field}/${i}`,
          change(receipt, field, () => path.with(i, path[i - 1] as string).with(i - 1, path[i] as string))
        ];
    }
    yield [`add to ${field}`, change(receipt, field, () => [...path, 'A'.repeat(43)])];
    yield [`empty ${field}`, change(receipt, field, () => (path.length === 0 ? ['A'.repeat(43)] : []))];
  }
  for (const field of INDEX_FIELDS) {
    for (const by of [-1, 1, 2, 3, 1_000_000])
      yield [`${field} ${by}`, change(receipt, field, (value) => (value as number) + by)];
  }
}

/** Fields dropped, doubled, renamed, moved, exchanged, or taken from another receipt of the same chain. */
function* fieldEdits(receipt: Receipt, other: Receipt): Generator<Mutant> {
  const members = membersOf(receipt);
  const others = new Map(membersOf(other));
  for (const [i, [name, value]] of members.entries()) {
    yield [`drop ${name}`, writeMembers(members.filter((_, at) => at !== i))];
    yield [`double ${name}`, writeMembers([...members, [name, value]])];
    yield [`rename ${name}`, writeMembers(members.with(i, [`${name}x`, value]))];
    yield [`null ${name}`, writeMembers(members.with(i, [name, null]))];
    yield [`number ${name}`, writeMembers(members.with(i, [name, 1e20]))];
    // The other receipt's commit proof is a second true proof of the same block (see verifyReceipt.spec.ts).
    const foreign = others.get(name);
    if (name !== 'commitProof' && JSON.stringify(foreign) !== JSON.stringify(value))
      yield [`foreign ${name}`, writeMembers(members.with(i, [name, foreign]))];
    for (let j = i + 1; j < members.length; j++) {
      const [otherName, otherValue] = members[j] as [string, unknown];
      const moved: Members = members.with(i, [otherName, otherValue]).with(j, [name, value]);
      yield [`order ${name} ${otherName}`, writeMembers(moved)];
      if (JSON.stringify(value) === JSON.stringify(otherValue)) continue;
      yield [
        `exchange ${name} ${otherName}`,
        writeMembers(members.with(i, [name, otherValue]).with(j, [otherName, value]))
      ];
    }
  }
}

/** The text itself: characters replaced, removed, inserted; white space; a second file behind it. */
function* textEdits(receipt: Receipt, count: number, next: (below: number) => number): Generator<Mutant> {
  const text = encodeReceipt(receipt);
  for (let i = 0; i < count; i++) {
    const at = next(text.length);
    const char = String.fromCharCode(33 + next(94));
    if (text[at] !== char) yield [`replace ${at}`, text.slice(0, at) + char + text.slice(at + 1)];
    yield [`remove ${at}`, text.slice(0, at) + text.slice(at + 1)];
    yield [`insert ${at}`, text.slice(0, at) + char + text.slice(at)];
  }
  for (const at of [0, 1, text.length - 1, text.length])
    yield [`space ${at}`, `${text.slice(0, at)} ${text.slice(at)}`];
  yield ['line feed', `${text}\n`];
  yield ['twice', text + text];
  yield ['mark', `\ufeff${text}`];
}

describe('mutants of a receipt', () => {
  it('are all refused: bits, paths, indexes, fields and text, on one validator', () => {
    const { network, applied, rejected } = receiptCase(1);
    const next = random(1);
    const mutants = [
      ...bitFlips(applied, 60, next),
      ...pathEdits(applied, next),
      ...pathEdits(rejected, next),
      ...fieldEdits(applied, rejected),
      ...textEdits(applied, 200, next)
    ];
    const { count, survivors } = refused(
      applied,
      network.genesisBytes,
      mutants.filter(([, text]) => text !== encodeReceipt(rejected))
    );
    expect(survivors).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(1500);
  });

  it('are all refused on four validators, whose certificates hold three signatures', () => {
    const { network, applied, rejected } = receiptCase(4);
    const next = random(2);
    const mutants = [...bitFlips(rejected, 12, next), ...pathEdits(rejected, next), ...fieldEdits(rejected, applied)];
    const { count, survivors } = refused(rejected, network.genesisBytes, mutants);
    expect(survivors).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(500);
  });
});
