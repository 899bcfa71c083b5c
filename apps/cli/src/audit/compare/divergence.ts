import type { HeightRowsView } from '@lading/api';
import { fromBase64Url, toBase64Url, type Hash, type Height } from '@lading/kernel';
import { decodeCbor, outcomeRoot, type OutcomeRecord } from '@lading/ledger';
import { firstHeight } from './firstHeight.js';
import type { ComparedNode, Damage, Difference, DifferencePart, Divergence, DivergenceKind } from './types.js';

const ROW_PARTS = ['blocks', 'batches', 'transactions', 'outcomes'] as const;

export interface FoundDivergence {
  readonly divergence: Divergence;
  readonly damage: readonly Damage[];
}

/** The first height at which two nodes differ (spec/compare.md §2). `quick`: hashes and roots only. */
export async function findDivergence(
  a: ComparedNode,
  b: ComparedNode,
  [from, to]: readonly [number, number],
  quick: boolean
): Promise<FoundDivergence | null> {
  let first = await firstHeight(a, b, 'roots', from, to);
  for (const part of quick ? [] : ROW_PARTS) {
    // Nothing above the first height that is known already can be the first.
    first = (await firstHeight(a, b, part, from, first ?? to)) ?? first;
  }
  return first === null ? null : at(a, b, first);
}

async function at(a: ComparedNode, b: ComparedNode, height: number): Promise<FoundDivergence | null> {
  const [one, other] = await Promise.all([a.atHeight(height), b.atHeight(height)]);
  const differences = [...blockDifferences(one, other), ...rowDifferences(one, other)];
  if (differences.length === 0) return null;
  const damage = [...outcomeDamage(a.name, one), ...outcomeDamage(b.name, other)];
  const kind = kindOf(differences);
  const ofBlock = differences.some(({ part }) => part === 'block' || part === 'blockRow');
  if (!ofBlock) return { divergence: { height, kind, differences }, damage };
  const whose = await Promise.all([a.whose(height), b.whose(height)]);
  for (const [i, { name: node }] of [a, b].entries()) {
    if (whose[i] === null) damage.push({ node, table: 'block', key: String(height), what: 'the row cannot be read as a block' });
  }
  const told = differences.map((difference) => {
    const [mine, theirs] = difference.said;
    if (difference.part !== 'block') return difference;
    return { ...difference, said: [`${mine}${whose[0] ?? ''}`, `${theirs}${whose[1] ?? ''}`] as const };
  });
  return { divergence: { height, kind, differences: told }, damage };
}

/** Two blocks have two hashes and other bytes; where only one of these differs a row was edited. */
function kindOf(differences: readonly Difference[]): DivergenceKind {
  const has = (...parts: readonly DifferencePart[]): boolean => differences.some(({ part }) => parts.includes(part));
  if (has('block') && has('blockRow')) return 'fork';
  return !has('block', 'blockRow') && has('outcomeRoot', 'stateRoot') ? 'execution' : 'rows';
}

const NONE = 'nothing';

function blockDifferences({ block: one }: HeightRowsView, { block: other }: HeightRowsView): Difference[] {
  const fields = [
    ['block', (block: NonNullable<HeightRowsView['block']>) => block.blockHash],
    ['blockRow', (block: NonNullable<HeightRowsView['block']>) => `${block.txCount} transactions, encoded ${block.encodedHash}`],
    ['outcomeRoot', (block: NonNullable<HeightRowsView['block']>) => block.outcomeRoot],
    ['stateRoot', (block: NonNullable<HeightRowsView['block']>) => block.stateRoot]
  ] as const;
  if (one === null && other === null) return [];
  return fields.flatMap(([part, read]) => {
    const said = [one === null ? NONE : read(one), other === null ? NONE : read(other)] as const;
    return said[0] === said[1] ? [] : [{ part, index: null, txId: null, said }];
  });
}

/** The first row of each table that differs. */
function rowDifferences(one: HeightRowsView, other: HeightRowsView): Difference[] {
  const batch = (row: HeightRowsView['batches'][number]): Told => ({ txId: null, text: `${row.batchHash}, header ${row.headerHash}` });
  const transaction = ({ txId, encodedHash }: HeightRowsView['transactions'][number]): Told => {
    return { txId, text: `${txId}, bytes ${encodedHash}` };
  };
  const outcome = (row: HeightRowsView['outcomes'][number]): Told => {
    const verdict = row.code === '' ? row.status : `${row.status} ${row.code}`;
    return { txId: row.txId, text: `${verdict}${detailText(row.detail)} of ${row.txId}` };
  };
  const place = ({ index }: { readonly index: number }): number => index;
  return [
    ...firstRow('batches', one.batches, other.batches, ({ refIndex }) => refIndex, batch),
    ...firstRow('transactions', one.transactions, other.transactions, place, transaction),
    ...firstRow('outcomes', one.outcomes, other.outcomes, place, outcome)
  ];
}

interface Told {
  readonly txId: string | null;
  readonly text: string;
}

function firstRow<T>(
  part: DifferencePart,
  one: readonly T[],
  other: readonly T[],
  placeOf: (row: T) => number,
  tell: (row: T) => Told
): Difference[] {
  const [mine, theirs] = [one, other].map((rows) => new Map(rows.map((row) => [placeOf(row), tell(row)])));
  const places = [...new Set([...one, ...other].map(placeOf))].sort((x, y) => x - y);
  for (const index of places) {
    const [here, there] = [mine?.get(index), theirs?.get(index)];
    if (here?.text === there?.text) continue;
    return [{ part, index, txId: here?.txId ?? there?.txId ?? null, said: [here?.text ?? NONE, there?.text ?? NONE] }];
  }
  return [];
}

/** A node whose rows of outcomes do not give the outcome root of its own block. */
function outcomeDamage(node: string, { height, block, outcomes }: HeightRowsView): Damage[] {
  if (block === null) return [{ node, table: 'block', key: String(height), what: 'there is no row' }];
  const records = outcomes.map((row) => recordOf(height, row));
  const known = records.filter((record): record is OutcomeRecord => record !== null);
  const whole = known.length === outcomes.length && outcomes.length === block.txCount;
  if (whole && toBase64Url(outcomeRoot(known)) === block.outcomeRoot) return [];
  return [{ node, table: 'outcome', key: String(height), what: 'the rows do not give the outcome root of the block' }];
}

function recordOf(height: number, row: HeightRowsView['outcomes'][number]): OutcomeRecord | null {
  const { index, status, code } = row;
  const [txId, detail] = [fromBase64Url(row.txId), detailOf(row.detail)];
  if (txId?.length !== 32 || detail === null) return null;
  if (status !== 'APPLIED' && status !== 'RECORDED' && status !== 'REJECTED') return null;
  if (status === 'APPLIED' ? code !== '' : !/^[A-Z][A-Z0-9_]{0,62}$/.test(code)) return null;
  return { height: height as Height, index, txId: txId as Hash, status, code, detail };
}

function detailOf(text: string): OutcomeRecord['detail'] | null {
  const decoded = decodeCbor(fromBase64Url(text) ?? new Uint8Array(0));
  return decoded.ok && Array.isArray(decoded.value) ? (decoded.value as OutcomeRecord['detail']) : null;
}

function detailText(text: string): string {
  const detail = detailOf(text);
  if (detail === null) return ' with a detail that does not decode';
  return detail.length === 0 ? '' : ` ${JSON.stringify(detail).slice(0, 200)}`;
}
