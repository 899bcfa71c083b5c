import { decodePersistRecord, encodePersistRecord } from '@lading/consensus';
import type { PersistRecord, Safety } from '@lading/consensus';
import { equalBytes, ZERO_HASH } from '@lading/kernel';
import type { Sha256 } from '@lading/kernel';
import { decodeBatch, genesisBlock } from '@lading/ledger';
import type { Batch, Block, Genesis, LaneCursor } from '@lading/ledger';
import type { CheckTools } from '../audit/checkBlock.js';
import { decodeSignRight, encodeSignRight } from '../driver/signRight.js';
import type { KeyRight, SignRight } from '../driver/signRight.js';
import { EngineFault } from '../fault.js';
import { decodeLaneMark, encodeLaneMark } from '../lanes/laneMark.js';
import type { LaneMark } from '../lanes/laneMark.js';
import { peekBatchHeader } from '../lanes/storedBatch.js';
import type { RecordLog } from '../ports.js';

const LOST = 'is missing or empty although this node has taken part before';

export interface RestoredSafety {
  readonly safety: Safety | null;
  readonly proposals: readonly Block[];
  readonly records: readonly { readonly record: PersistRecord; readonly bytes: Uint8Array }[];
  /**
   * Of the own key. UNPROVEN when the log was made now, was made earlier and nothing has been decided since, or knows
   * only of other keys: the organization has replaced a key.
   */
  readonly right: SignRight;
  readonly otherRights: readonly KeyRight[];
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
  key: Uint8Array,
  sha256: Sha256
): Promise<RestoredSafety> {
  const stored = await allRecords(log);
  if (stored.length === 0) {
    if (!isNew) throw new EngineFault('LOG_DAMAGED', `the safety log ${LOST}`);
    return beginSafety(log, genesis, key, sha256);
  }
  const { records: ofCore, right, otherRights } = readRights(stored, key);
  const records = ofCore.map((bytes, index) => {
    const decoded = decodePersistRecord(bytes, genesis.config, sha256);
    if (decoded.ok) return { record: decoded.value, bytes };
    throw new EngineFault('LOG_DAMAGED', `record ${index} of the safety log does not decode: ${decoded.code}`);
  });
  let safety: Safety | null = null;
  const proposals: Block[] = [];
  for (const { record } of records) {
    if (record.kind === 'Safety') safety = record.safety;
    else proposals.push(record.block);
  }
  return { safety, proposals, records, right, otherRights };
}

async function beginSafety(log: RecordLog, genesis: Genesis, key: Uint8Array, sha256: Sha256): Promise<RestoredSafety> {
  const { header, blockHash } = genesisBlock(genesis, sha256);
  const safety: Safety = {
    epoch: genesis.config.epoch,
    view: 0,
    mode: 'NORMAL',
    base: { height: header.height, hash: blockHash },
    baseProof: null,
    lastPrepared: null,
    highCert: null,
    ownViewChange: null
  };
  const record: PersistRecord = { kind: 'Safety', safety };
  const bytes = encodePersistRecord(record);
  log.append(bytes);
  log.append(encodeSignRight({ right: 'UNPROVEN', key }));
  await log.flush();
  return { safety, proposals: [], records: [{ record, bytes }], right: 'UNPROVEN', otherRights: [] };
}

/** The last word about each key, and the core's own records. */
function readRights(stored: readonly Uint8Array[], key: Uint8Array) {
  let right: SignRight = 'UNPROVEN';
  const others: KeyRight[] = [];
  const records = stored.filter((bytes) => {
    const decoded = decodeSignRight(bytes);
    if (decoded === null) return true;
    if (equalBytes(decoded.key, key)) right = decoded.right;
    else {
      const known = others.findIndex((other) => equalBytes(other.key, decoded.key));
      others.splice(known < 0 ? others.length : known, known < 0 ? 0 : 1, decoded);
    }
    return false;
  });
  return { records, right: right as SignRight, otherRights: others };
}

export interface RestoredBatches {
  /** Where the own lane was when the file was last rewritten. */
  readonly mark: LaneMark;
  /** Of the running epoch. */
  readonly batches: readonly Batch[];
}

/** Batches of the log that no executed block holds. Signatures of transactions were checked before they were stored. */
export async function restoreBatches(
  log: RecordLog,
  cursors: readonly LaneCursor[],
  isNew: boolean,
  tools: CheckTools
): Promise<RestoredBatches> {
  const { epoch } = tools.config;
  const stored = await allRecords(log);
  const [first, ...rest] = stored;
  const mark = first === undefined ? null : decodeLaneMark(first);
  if (mark === null) {
    if (first !== undefined || !isNew) throw new EngineFault('LOG_DAMAGED', `the batch log ${LOST}`);
    const start = { epoch, seq: 0, lastHash: ZERO_HASH };
    log.append(encodeLaneMark(start));
    await log.flush();
    return { mark: start, batches: [] };
  }
  const batches: Batch[] = [];
  for (const [index, bytes] of rest.entries()) {
    // What an ended epoch did not order can never be ordered; clients send it again.
    const header = peekBatchHeader(bytes);
    if (header !== null && header.epoch !== epoch) continue;
    const context = { config: tools.config, alreadyVerified: () => true };
    const decoded = decodeBatch(bytes, context, tools.verify, tools.sha256);
    if (!decoded.ok) throw new EngineFault('LOG_DAMAGED', `record ${index + 1} of the batch log: ${decoded.code}`);
    const { lane, seq } = decoded.value.header;
    if (seq >= (cursors[lane]?.nextSeq ?? 0)) batches.push(decoded.value);
  }
  return { mark, batches };
}

/** Copies of all records, for logs that are read as a whole. */
async function allRecords(log: RecordLog): Promise<readonly Uint8Array[]> {
  const records: Uint8Array[] = [];
  await log.visit((record) => records.push(record.slice()) > 0);
  return records;
}
