import { decodeOutcome, keyHash, outcomeLeaf, type Contract, type ExecutionContext, type Outcome } from '@lading/ledger';
import { reject, type Height, type Rejection } from '@lading/kernel';
import { runContract } from './runContract.js';
import { WorkingState } from './workingState.js';

const context = {} as ExecutionContext;
const state = (): WorkingState => new WorkingState(() => Promise.resolve(new Map()));
const answering = (outcome: Outcome): Contract => ({
  name: 'test',
  operations: [],
  parse: () => ({ ok: true, value: null }),
  keys: () => [],
  apply: () => outcome
});

async function leafOf(contract: Contract, parsed: { ok: true; value: unknown } | Rejection) {
  const { outcome } = await runContract(contract, parsed, context, state());
  const record = { ...outcome, height: 1 as Height, index: 0, txId: keyHash('tx') };
  const decoded = decodeOutcome(outcomeLeaf(record));
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.value;
}

describe('the outcome of a transaction', () => {
  it('can be read from its leaf however long the pointer of a fault in the payload is', async () => {
    const any = answering({ status: 'APPLIED', code: '', detail: [] });
    const long = await leafOf(any, reject('FIELD_UNKNOWN', 'no such field', `/${'k'.repeat(300_000)}`));
    expect(long).toMatchObject({ status: 'REJECTED', code: 'FIELD_UNKNOWN', detail: [`/${'k'.repeat(1023)}`] });
    const split = await leafOf(any, reject('FIELD_UNKNOWN', 'no such field', `/${'\u{1f600}'.repeat(900)}`));
    expect(split.detail).toEqual([`/${'\u{1f600}'.repeat(511)}`]);
  });

  it('loses a detail that a contract makes too long, and keeps its status and code', async () => {
    const detail = Array.from({ length: 300 }, () => 'x'.repeat(1000));
    const outcome = await leafOf(answering({ status: 'REJECTED', code: 'TOY', detail }), { ok: true, value: null });
    expect(outcome).toMatchObject({ status: 'REJECTED', code: 'TOY', detail: [] });
  });

  it('is CONTRACT_FAULT when the contract answers with something that has no leaf', async () => {
    for (const bad of [
      { status: 'REJECTED', code: 'prose here', detail: [] },
      { status: 'REJECTED', code: 'TOY', detail: ['\ud800'] },
      { status: 'REJECTED', code: 'TOY', detail: [1.5] }
    ] as const) {
      const outcome = await leafOf(answering(bad), { ok: true, value: null });
      expect(outcome).toMatchObject({ status: 'REJECTED', code: 'CONTRACT_FAULT' });
    }
  });
});
