import { expected, savedTreeBytes, type Expected, type Network, type ScaleInputs } from './scaleModel.js';

export const NETWORKS: readonly Network[] = [
  { organizations: 4, items: 1_000_000, transactions: 1_000_000, transactionsPerBlock: 250, cores: 1 },
  { organizations: 4, items: 10_000_000, transactions: 20_000_000, transactionsPerBlock: 250, cores: 1 },
  { organizations: 31, items: 1_000_000, transactions: 1_000_000, transactionsPerBlock: 250, cores: 1 },
  { organizations: 31, items: 10_000_000, transactions: 20_000_000, transactionsPerBlock: 250, cores: 1 },
  { organizations: 31, items: 10_000_000, transactions: 20_000_000, transactionsPerBlock: 1000, cores: 1 }
];

const GIGABYTE = 1e9;
const of = (value: number, digits: number): string => value.toLocaleString('en-US', { maximumFractionDigits: digits });
const count = (value: number): string => of(value, 0);

const ROWS: readonly (readonly [string, (expected: Expected, network: Network) => string])[] = [
  ['transactions', (_, { transactions }) => count(transactions)],
  ['transactions a block', (_, { transactionsPerBlock }) => count(transactionsPerBlock)],
  ['transactions a second of one core a node', ({ rate }) => count(rate)],
  ['of that core, votes', ({ votesShare }) => `${of(votesShare * 100, 1)} %`],
  ['a node sends, Mbit/s', ({ sentPerSecond }) => of((sentPerSecond * 8) / 1e6, 1)],
  ['ledger on disk, GB', ({ diskBytes }) => of(diskBytes / GIGABYTE, 1)],
  ['query tables on disk, GB', ({ queryBytes }) => of(queryBytes / GIGABYTE, 1)],
  ['entries a bucket', ({ entriesPerBucket }) => of(entriesPerBucket, 1)],
  ['hashing of a changed key, µs', ({ microsPerKey }) => of(microsPerKey, 1)],
  ['path of a key in a proof, bytes', ({ proofBytesPerKey }) => count(proofBytesPerKey)],
  ['saved tree, MB', (expected) => of(savedTreeBytes(expected) / 1e6, 1)],
  ['start, s', ({ startSeconds }) => of(startSeconds, 1)],
  ['memory at rest, MiB', ({ memoryBytes }) => count(memoryBytes / 2 ** 20)],
  ['of that the outcomes log, MiB', ({ logBytes }) => of(logBytes / 2 ** 20, 1)]
];

/** The table of docs/developers/scale.md. */
export function scaleTable(inputs: ScaleInputs): string {
  const all = NETWORKS.map((network) => ({ network, values: expected(inputs, network) }));
  const head = all.map(({ network }) => `${network.organizations} organizations, ${network.items / 1e6} M items`);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = ROWS.map(([name, show]) => line([name, ...all.map(({ network, values }) => show(values, network))]));
  return [line(['', ...head]), line(['---', ...head.map(() => '---:')]), ...rows].join('\n');
}
