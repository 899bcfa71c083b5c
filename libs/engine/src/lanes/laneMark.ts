import { asciiBytes, concatBytes, equalBytes, u64be } from '@lading/kernel';
import type { Hash } from '@lading/kernel';

/** Where a lane goes on: the number of its next batch, and the hash that batch must name. */
export interface LanePosition {
  readonly seq: number;
  readonly lastHash: Hash;
}

const TAG = asciiBytes('lading/batchlog/1');
const MARK_BYTES = TAG.length + 8 + 32;

/**
 * First record of every batch log: the position of the own lane when the file was written. An empty file is then a
 * lost one, and a number that was ever given to a batch stays used even when the database is rebuilt from nothing.
 */
export function encodeLaneMark({ seq, lastHash }: LanePosition): Uint8Array {
  return concatBytes(TAG, u64be(seq), lastHash);
}

export function decodeLaneMark(record: Uint8Array): LanePosition | null {
  if (record.length !== MARK_BYTES || !equalBytes(record.subarray(0, TAG.length), TAG)) return null;
  const view = new DataView(record.buffer, record.byteOffset + TAG.length, 8);
  const seq = view.getUint32(0) * 0x100000000 + view.getUint32(4);
  const lastHash = record.slice(TAG.length + 8) as Hash;
  return Number.isSafeInteger(seq) ? { seq, lastHash } : null;
}
