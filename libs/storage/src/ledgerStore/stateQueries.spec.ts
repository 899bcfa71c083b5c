import { sha256Noble } from '@lading/ledger';
import { StateQueries, type Select } from './stateQueries.js';

/** keyHash and valueHash that begin with these bytes. */
const entry = (key: readonly number[], value: number): Uint8Array => {
  const bytes = new Uint8Array(64).fill(value, 32);
  bytes.set(key);
  return bytes;
};
const FIRST = entry([0, 0x10, 1], 1);
const SECOND = entry([0, 0x10, 2], 2);
const OTHER = entry([0, 0x30, 0], 3);

/** A database with buckets of 12 bits that answers with these entries, however they are asked for. */
const queriesOver = (...entries: readonly Uint8Array[]): StateQueries => {
  const select: Select = <T>(sql: string) => {
    const depth = [{ bucket: 3, key_hash: Buffer.from(OTHER.subarray(0, 32)) }];
    const rows: readonly unknown[] = sql.includes('LIMIT 1') ? depth : [{ entries: Buffer.concat(entries), whole: true }];
    return Promise.resolve(rows as readonly T[]);
  };
  return new StateQueries(select, sha256Noble);
};
const answered = async (...entries: readonly Uint8Array[]) => {
  const found = await queriesOver(...entries).bucketEntries([1, 3]);
  return [...found].map(([bucket, held]) => [bucket, held.map(({ keyHash, valueHash }) => [keyHash[2], valueHash[0]])]);
};

describe('entries of buckets from the database', () => {
  it('are the same in whatever order its plan gives them', async () => {
    const ordered = [[1, [[1, 1], [2, 2]]], [3, [[0, 3]]]];
    expect(await answered(FIRST, SECOND, OTHER)).toEqual(ordered);
    expect(await answered(SECOND, FIRST, OTHER)).toEqual(ordered);
    expect(await answered(FIRST, OTHER, SECOND)).toEqual(ordered);
    expect(await answered(OTHER, FIRST, SECOND)).toEqual([ordered[1], ordered[0]]);
  });

  it('are refused where a key is there twice, which only a damaged index allows', async () => {
    await expect(answered(FIRST, OTHER, FIRST)).rejects.toThrow('a key twice');
  });
});
