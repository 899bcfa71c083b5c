import { asciiBytes, concatBytes, equalBytes, u32be, u64be } from '@lading/kernel';
import type { Hash } from '@lading/kernel';

/** Where a lane goes on: the number of its next batch, and the hash that batch must name. */
export interface LanePosition {
  readonly seq: number;
  readonly lastHash: Hash;
}

/** A position of the own lane in one epoch: lanes begin anew in each. */
export interface LaneMark extends LanePosition {
  readonly epoch: number;
}

const TAG = asciiBytes('lading/batchlog/2');
const MARK_BYTES = TAG.length + 4 + 8 + 32;

/**
 * First record of every batch log: the position of the own lane when the file was written. An empty file is then a
 * lost one, and a number that was ever given to a batch stays used even when the database is rebuilt from nothing.
 */
export function encodeLaneMark({ epoch, seq, lastHash }: LaneMark): Uint8Array {
  return concatBytes(TAG, u32be(epoch), u64be(seq), lastHash);
}

export function decodeLaneMark(record: Uint8Array): LaneMark | null {
  if (record.length !== MARK_BYTES || !equalBytes(record.subarray(0, TAG.length), TAG)) return null;
  const view = new DataView(record.buffer, record.byteOffset + TAG.length, 12);
  const seq = view.getUint32(4) * 0x100000000 + view.getUint32(8);
  const lastHash = record.slice(TAG.length + 12) as Hash;
  return Number.isSafeInteger(seq) ? { epoch: view.getUint32(0), seq, lastHash } : null;
}
