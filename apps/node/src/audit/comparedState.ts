import { ApiFault, type StateBuckets, type StateRowsView } from '@lading/api';
import { rowFindings, type HeldRow } from '@lading/engine';
import { toBase64Url } from '@lading/kernel';
import { bucketOf, bucketStart } from '@lading/ledger';
import type { NodeContext } from '../nodeContext.js';

/** Buckets whose rows are hashed again in one answer, and how often that is tried while blocks come in between. */
const BUCKETS = 65_536;
const ATTEMPTS = 8;

type Parts = Pick<NodeContext, 'comparedRows' | 'states' | 'sha256'>;

/** The entries of buckets after the block of a height (spec/compare.md 3.2). */
export async function stateBuckets(parts: Parts, height: number, buckets: readonly number[]): Promise<StateBuckets> {
  const { depth } = parts.states.window();
  const rows = new Map<number, readonly HeldRow[]>();
  for (const bucket of buckets) rows.set(bucket, (await parts.comparedRows.state(...rangeOf(bucket, bucket + 1, depth), true)).rows);
  const entries = parts.states.entries(height, rows);
  if (!entries.ok) throw new ApiFault(entries.code, entries.detail);
  const shown = [...entries.value].map(([bucket, held]) => ({
    bucket,
    entries: held.map(({ key, keyHash, valueHash, value }) => {
      const hashes = { keyHash: toBase64Url(keyHash), valueHash: toBase64Url(valueHash) };
      return { key, ...hashes, value: value === null ? null : toBase64Url(value) };
    })
  }));
  return { height, buckets: shown };
}

/** Rows of the buckets from `first` on, against the state tree (spec/compare.md §4). */
export async function checkedRows(parts: Parts, first: number): Promise<StateRowsView> {
  for (let attempt = 0; ; attempt++) {
    const checked = await oneCheck(parts, first);
    if (!(checked instanceof ApiFault)) return checked;
    // The window has moved on while the rows were read.
    if (attempt >= ATTEMPTS) throw checked;
  }
}

async function oneCheck({ comparedRows, states, sha256 }: Parts, first: number): Promise<StateRowsView | ApiFault> {
  const { depth } = states.hold();
  const last = Math.min(2 ** depth, first + BUCKETS);
  const page = await comparedRows.state(...rangeOf(first, last, depth));
  let end = page.cut ? bucketOf(page.rows.at(-1)?.keyHash ?? new Uint8Array(3), depth) : last;
  let { height, rows } = page;
  if (end === first) {
    // One bucket with more rows than fit in a page.
    end = first + 1;
    ({ height, rows } = await comparedRows.state(...rangeOf(first, end, depth), true));
  } else rows = rows.filter(({ keyHash }) => bucketOf(keyHash, depth) < end);
  const tree = states.bucketHashes(height, first, end);
  if (!tree.ok) return new ApiFault(tree.code, tree.detail);
  const findings = rowFindings(rows, first, tree.value, depth, sha256);
  return { height, rows: rows.length, findings: [...findings], next: end === 2 ** depth ? null : end };
}

/** The first key hash of bucket `first`, and that of bucket `end`; null where it is after all. */
function rangeOf(first: number, end: number, depth: number): readonly [Uint8Array, Uint8Array | null] {
  return [bucketStart(first, depth), end >= 2 ** depth ? null : bucketStart(end, depth)];
}
