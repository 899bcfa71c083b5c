import { decodePersistRecord, encodePersistRecord } from '@lading/consensus';
import type { PersistRecord, Safety } from '@lading/consensus';
import { ZERO_HASH } from '@lading/kernel';
import { decodeBatch, genesisBlock } from '@lading/ledger';
import type { Batch, Block, Genesis, LaneCursor } from '@lading/ledger';
import type { CheckTools } from '../audit/checkBlock.js';
import { decodeSignRight, encodeSignRight } from '../driver/signRight.js';
import type { SignRight } from '../driver/signRight.js';
import { EngineFault } from '../fault.js';
import { decodeLaneMark, encodeLaneMark } from '../lanes/laneMark.js';
import type { LanePosition } from '../lanes/laneMark.js';
import type { RecordLog } from '../ports.js';

const LOST = 'is missing or empty although this node has taken part before';

export interface RestoredSafety {
  readonly safety: Safety | null;
  readonly proposals: readonly Block[];
  readonly records: readonly { readonly record: PersistRecord; readonly bytes: Uint8Array }[];
  /** UNPROVEN when the log was made now, or was made earlier and nothing has been decided since. */
  readonly right: SignRight;
}

/**
 * Reads the safety log. `isNew`: the database is new too, so a missing log is a first start; a first record is then
 * written, by which a log that got lost later can be told from one that never was, and the key stays silent until it
 * is known that it never signed (driver/signGuard.ts). A node that forgot what it signed must not sign again with the
 * same key (consensus.md §2.8): LOG_DAMAGED.
 */
export async function restoreSafety(
  log: RecordLog,
  genesis: Genesis,
  isNew: boolean,
  tools: CheckTools
): Promise<RestoredSafety> {
  const stored = await log.readAll();
  if (stored.length === 0) {
    if (!isNew) {
      throw new EngineFault('LOG_DAMAGED', `the safety log ${LOST}`);
    }
    const { header, blockHash } = genesisBlock(genesis, tools.sha256);
    const first: Safety = {
      epoch: genesis.config.epoch,
      view: 0,
      mode: 'NORMAL',
      base: { height: header.height, hash: blockHash },
      baseProof: null,
      lastPrepared: null,
      highCert: null,
      ownViewChange: null
    };
    const record: PersistRecord = { kind: 'Safety', safety: first };
    const bytes = encodePersistRecord(record);
    log.append(bytes);
    log.append(encodeSignRight('UNPROVEN'));
    await log.flush();
    return { safety: first, proposals: [], records: [{ record, bytes }], right: 'UNPROVEN' };
  }
  let right: SignRight = 'PROVEN';
  const ofCore = stored.filter((bytes) => {
    const decoded = decodeSignRight(bytes);
    right = decoded ?? right;
    return decoded === null;
  });
  const records = ofCore.map((bytes, index) => {
    const decoded = decodePersistRecord(bytes, genesis.config, tools.sha256);
    if (decoded.ok) return { record: decoded.value, bytes };
    throw new EngineFault('LOG_DAMAGED', `record ${index} of the safety log does not decode: ${decoded.code}`);
  });
  let safety: Safety | null = null;
  const proposals: Block[] = [];
  for (const { record } of records) {
    if (record.kind === 'Safety') safety = record.safety;
    else proposals.push(record.block);
  }
  return { safety, proposals, records, right };
}

export interface RestoredBatches {
  /** Where the own lane was when the file was last rewritten. */
  readonly mark: LanePosition;
  readonly batches: readonly Batch[];
}

/** Batches of the log that no executed block holds. Signatures of transactions were checked before they were stored. */
export async function restoreBatches(
  log: RecordLog,
  cursors: readonly LaneCursor[],
  isNew: boolean,
  tools: CheckTools
): Promise<RestoredBatches> {
  const stored = await log.readAll();
  const [first, ...rest] = stored;
  const mark = first === undefined ? null : decodeLaneMark(first);
  if (mark === null) {
    if (first !== undefined || !isNew) {
      throw new EngineFault('LOG_DAMAGED', `the batch log ${LOST}`);
    }
    const start = { seq: 0, lastHash: ZERO_HASH };
    log.append(encodeLaneMark(start));
    await log.flush();
    return { mark: start, batches: [] };
  }
  const batches: Batch[] = [];
  for (const [index, bytes] of rest.entries()) {
    const context = { config: tools.config, alreadyVerified: () => true };
    const decoded = decodeBatch(bytes, context, tools.verify, tools.sha256);
    if (!decoded.ok) throw new EngineFault('LOG_DAMAGED', `record ${index + 1} of the batch log: ${decoded.code}`);
    const { lane, seq } = decoded.value.header;
    if (seq >= (cursors[lane]?.nextSeq ?? 0)) batches.push(decoded.value);
  }
  return { mark, batches };
}
