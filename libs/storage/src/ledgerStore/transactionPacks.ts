import type { ExecutedBlock } from '@lading/engine';
import { byteaArray, int4Array, int8Array } from './binaryArray.js';

/**
 * Bytes of a batch's transactions that one row holds, about: one that is looked for is decompressed with all others of its row,
 * and what stands further than a few kilobytes before it does not make it smaller.
 */
export const PACK_BYTES = 32_768;

/** Consecutive transactions of one batch. */
export interface Pack {
  readonly height: number;
  readonly firstIndex: number;
  readonly refIndex: number;
  readonly firstInBatch: number;
  readonly encoded: readonly Uint8Array[];
}

/** A transaction belongs to pack ⌊bytes of its batch before it / PACK_BYTES⌋, as in the migration. */
export function packsOf({ block, batches }: Pick<ExecutedBlock, 'block' | 'batches'>): readonly Pack[] {
  const packs: Pack[] = [];
  let firstIndex = 0;
  for (const [refIndex, { transactions }] of batches.entries()) {
    let before = 0;
    let number = -1;
    let encoded: Uint8Array[] = [];
    for (const [at, tx] of transactions.entries()) {
      const own = Math.floor(before / PACK_BYTES);
      if (own !== number) {
        number = own;
        encoded = [];
        packs.push({ height: block.header.height, firstIndex: firstIndex + at, refIndex, firstInBatch: at, encoded });
      }
      encoded.push(tx.encoded);
      before += tx.encoded.length;
    }
    firstIndex += transactions.length;
  }
  return packs;
}

/**
 * INSERT of packs from seven parameters, the first of which is `$from`: height, first_index, ref_index, first_in_batch, all
 * transactions, and by pack where its own begin and end among them.
 */
export const insertPacks = (from: number): string => {
  const [height, index, ref, inBatch, encoded, low, high] = Array.from({ length: 7 }, (_, n) => `$${from + n}`);
  return `INSERT INTO ledger.transaction_pack (height, first_index, ref_index, first_in_batch, encoded)
    SELECT p.height, p.first_index, p.ref_index, p.first_in_batch, (${encoded}::bytea[])[p.low:p.high]
    FROM unnest(${height}::bigint[], ${index}::int[], ${ref}::int[], ${inBatch}::int[], ${low}::int[], ${high}::int[])
      AS p (height, first_index, ref_index, first_in_batch, low, high)`;
};

/** The parameters of {@link insertPacks}. */
export function packColumns(group: readonly Pick<ExecutedBlock, 'block' | 'batches'>[]): Buffer[] {
  const packs = group.flatMap(packsOf);
  let end = 0;
  const ends = packs.map(({ encoded }) => (end += encoded.length));
  return [
    int8Array(packs.map((pack) => pack.height)),
    int4Array(packs.map((pack) => pack.firstIndex)),
    int4Array(packs.map((pack) => pack.refIndex)),
    int4Array(packs.map((pack) => pack.firstInBatch)),
    byteaArray(packs.flatMap((pack) => pack.encoded)),
    int4Array(packs.map(({ encoded }, n) => (ends[n] ?? 0) - encoded.length + 1)),
    int4Array(ends)
  ];
}

/**
 * A place that was reckoned from others. One that was edited would lead beyond all integers: the server would fail, and nobody
 * see that it is damaged.
 */
export const reckoned = (sum: string): string => `least(${sum}, 2147483647)::int`;

/** The pack that holds a place, if any does: the last one that does not begin behind it. Both are SQL terms. */
export const packAt = (height: string, index: string): string => `
  SELECT first_index, ref_index, first_in_batch, encoded FROM ledger.transaction_pack
  WHERE height = ${height} AND first_index <= ${index} ORDER BY first_index DESC LIMIT 1`;

/** Bytes of the transaction at a place, null when there is none. Both are SQL terms. */
export const encodedAt = (height: string, index: string): string =>
  `(SELECT p.encoded[${reckoned(`${index}::bigint - p.first_index + 1`)}] FROM (${packAt(height, index)}) AS p)`;
