import { encodeExportRecord, readBlockRows } from '@lading/engine';
import { frame } from './framedFile.js';
import type { LedgerAuditSource } from './ledgerAuditSource.js';

/** Transactions of one page; a page holds one block at least, however large. */
const PAGE_BYTES = 4 << 20;
const CHECKPOINTS = 1000;

/** Frames of the records from a height on (spec/export.md 5.1), no more than can be held in memory; none above the head. */
export async function exportPage(source: LedgerAuditSource, from: number): Promise<Buffer> {
  const last = await source.pageEnd(from, PAGE_BYTES);
  if (last === null) return Buffer.alloc(0);
  const frames: Buffer[] = [];
  for await (const rows of readBlockRows(source.through(last), from, () => undefined)) {
    frames.push(frame(encodeExportRecord(rows)));
  }
  return Buffer.concat(frames);
}

/** Frames of certificates of checkpoints from a height on; none where there are no more. */
export async function exportedCheckpoints(source: LedgerAuditSource, from: number): Promise<Buffer> {
  const rows = await source.checkpoints(from, CHECKPOINTS);
  return Buffer.concat(rows.map(({ encoded }) => frame(encoded)));
}
