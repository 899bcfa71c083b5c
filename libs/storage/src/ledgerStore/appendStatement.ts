import { assert, encodeUtf8, equalBytes, type Sha256 } from '@lading/kernel';
import { blockHash, encodeBatchHeader, encodeCbor, encodeCommitProof, encodeConfig } from '@lading/ledger';
import { encodeViews } from '@lading/engine';
import type { ExecutedBlock, StateChange, StoredView } from '@lading/engine';
import { byteaArray, int4Array, int8Array, textArray } from './binaryArray.js';
import { noteColumns, NOTES_SQL } from './chainNotes.js';
import { insertPacks, packColumns } from './transactionPacks.js';

/**
 * Everything a group of executed blocks adds, in one statement: one round trip, one transaction, one fsync. The guard
 * fails it unless the stored chain ends where the group begins; the top-level SELECT makes sure the guard runs.
 */
const TEXT = `
  WITH guard AS MATERIALIZED (SELECT ledger.require_tip($1::bigint, $2::bytea) AS tip),
  blocks AS (
    INSERT INTO ledger.block (height, block_hash, encoded, proof, outcome_root, state_root, tx_count)
    SELECT unnest($3::bigint[]), unnest($4::bytea[]), unnest($5::bytea[]), unnest($6::bytea[]),
      unnest($7::bytea[]), unnest($8::bytea[]), unnest($9::int[])),
  batches AS (
    INSERT INTO ledger.batch
      (height, ref_index, lane, seq, batch_hash, header, signature, first_index, tx_count)
    SELECT unnest($10::bigint[]), unnest($11::int[]), unnest($12::int[]), unnest($13::bigint[]),
      unnest($14::bytea[]), unnest($15::bytea[]), unnest($16::bytea[]), unnest($17::int[]), unnest($18::int[])),
  transactions AS (${insertPacks(50)}),
  outcomes AS (
    INSERT INTO ledger.outcome (height, tx_index, tx_id, status, code, detail)
    SELECT unnest($19::bigint[]), unnest($20::int[]), unnest($21::bytea[]), unnest($22::text[]),
      unnest($23::text[]), unnest($24::bytea[])),
  deleted AS (DELETE FROM ledger.state WHERE key_hash = ANY ($25::bytea[])),
  written AS (
    INSERT INTO ledger.state (key_hash, key, bucket, value, value_hash)
    SELECT unnest($26::bytea[]), unnest($27::bytea[]), unnest($28::int[]), unnest($29::bytea[]),
      unnest($30::bytea[])
    ON CONFLICT (key_hash) DO UPDATE SET value = excluded.value, value_hash = excluded.value_hash),
  epochs AS (
    INSERT INTO ledger.epoch (epoch, start_height, config, previous_views)
    SELECT unnest($31::bigint[]), unnest($32::bigint[]), unnest($33::bytea[]), unnest($34::bytea[])),
  ${NOTES_SQL},
  created AS (
    INSERT INTO ledger.state (key_hash, key, bucket, value, value_hash)
    SELECT unnest($45::bytea[]), unnest($46::bytea[]), unnest($47::int[]), unnest($48::bytea[]),
      unnest($49::bytea[]))
  SELECT tip FROM guard`;

/** Blocks below a snapshot: whoever writes them has looked where they end, and a block that is there fails the statement. */
const HISTORY_TEXT = TEXT.replace('ledger.require_tip($1::bigint, $2::bytea)', '($1::bigint + 0 * length($2::bytea))');

const NO_HASH = new Uint8Array(0);

export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Views of the epoch that a block of this height ends. */
export type EndedViews = ReadonlyMap<number, readonly StoredView[]>;

/**
 * `before`: height and hash that the group builds on; height −1 for genesis. The group is contiguous. `isNew`: whether a key
 * hash surely has no row, for whose row the index need not be asked before it is put in.
 */
export function appendStatement(
  before: { readonly height: number; readonly hash: Uint8Array },
  group: readonly ExecutedBlock[],
  ended: EndedViews,
  sha256: Sha256,
  isNew: (keyHash: Uint8Array) => boolean
): Statement {
  for (const executed of group) assertConsistent(executed, sha256);
  const state = stateRows(group);
  const [created, replaced]: [StateRow[], StateRow[]] = [[], []];
  for (const row of state.written) (isNew(row.change.keyHash) ? created : replaced).push(row);
  return {
    name: 'append-blocks',
    text: TEXT,
    values: [
      before.height,
      before.hash,
      ...blockColumns(group),
      ...batchColumns(group),
      ...outcomeColumns(group),
      byteaArray(state.deleted),
      ...stateColumns(replaced),
      ...epochColumns(group, ended),
      ...noteColumns(group, sha256),
      ...stateColumns(created),
      ...packColumns(group)
    ]
  };
}

/**
 * What blocks below a snapshot add: neither state nor epochs, which came with it. `rows`: those whose block is not there;
 * the last of the group may be the snapshot's own.
 */
export function historyStatement(
  group: readonly ExecutedBlock[],
  rows: readonly ExecutedBlock[],
  sha256: Sha256
): Statement {
  for (const executed of group) assertConsistent(executed, sha256);
  return {
    name: 'append-history',
    text: HISTORY_TEXT,
    values: [
      ...[0, NO_HASH],
      ...blockColumns(rows),
      ...batchColumns(group),
      ...outcomeColumns(group),
      byteaArray([]),
      ...stateColumns([]),
      ...epochColumns([], new Map()),
      ...noteColumns(group, sha256),
      ...stateColumns([]),
      ...packColumns(group)
    ]
  };
}

/** What is written here is read back as truth: a bug upstream must not reach the disk. */
function assertConsistent({ block, batches, outcomes, nextConfig }: ExecutedBlock, sha256: Sha256): void {
  const { header, refs } = block;
  assert(equalBytes(blockHash(header, sha256), block.blockHash), 'appendBlocks: block hash');
  assert(refs.length === batches.length, 'appendBlocks: a batch for every ref');
  const inOrder = batches.every((batch, i) => equalBytes(batch.batchHash, refs[i]?.batchHash ?? NO_HASH));
  assert(inOrder, 'appendBlocks: batches in ref order');
  const count = batches.reduce((sum, batch) => sum + batch.transactions.length, 0);
  assert(count === header.txCount && count === outcomes.length, 'appendBlocks: an outcome for every transaction');
  const ordered = outcomes.every((outcome, i) => outcome.index === i && outcome.height === header.height);
  assert(ordered, 'appendBlocks: outcomes in transaction order');
  if (header.height > 0) assert(header.epochEnd === (nextConfig !== undefined), 'appendBlocks: a config at an epoch end');
}

function blockColumns(group: readonly ExecutedBlock[]): Buffer[] {
  return [
    int8Array(group.map(({ block }) => block.header.height)),
    byteaArray(group.map(({ block }) => block.blockHash)),
    byteaArray(group.map(({ block }) => block.encoded)),
    byteaArray(group.map(({ proof }) => encodeCommitProof(proof))),
    byteaArray(group.map(({ outcomeRoot }) => outcomeRoot)),
    byteaArray(group.map(({ stateRoot }) => stateRoot)),
    int4Array(group.map(({ block }) => block.header.txCount))
  ];
}

function batchColumns(group: readonly ExecutedBlock[]): Buffer[] {
  const rows = group.flatMap(({ block, batches }) => {
    let firstIndex = 0;
    return batches.map((batch, refIndex) => {
      const row = { height: block.header.height, refIndex, firstIndex, batch };
      firstIndex += batch.transactions.length;
      return row;
    });
  });
  return [
    int8Array(rows.map((row) => row.height)),
    int4Array(rows.map((row) => row.refIndex)),
    int4Array(rows.map((row) => row.batch.header.lane)),
    int8Array(rows.map((row) => row.batch.header.seq)),
    byteaArray(rows.map((row) => row.batch.batchHash)),
    byteaArray(rows.map((row) => encodeBatchHeader(row.batch.header))),
    byteaArray(rows.map((row) => row.batch.signature)),
    int4Array(rows.map((row) => row.firstIndex)),
    int4Array(rows.map((row) => row.batch.transactions.length))
  ];
}

function outcomeColumns(group: readonly ExecutedBlock[]): Buffer[] {
  const rows = group.flatMap(({ outcomes }) => outcomes);
  return [
    int8Array(rows.map((row) => row.height)),
    int4Array(rows.map((row) => row.index)),
    byteaArray(rows.map((row) => row.txId)),
    textArray(rows.map((row) => row.status)),
    textArray(rows.map((row) => row.code)),
    byteaArray(rows.map((row) => encodeCbor(row.detail)))
  ];
}

interface StateRow {
  readonly change: StateChange;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly valueHash: Uint8Array;
}

/** The last write of a key in the group wins; only that one reaches the table. */
function stateRows(group: readonly ExecutedBlock[]): { readonly deleted: readonly Uint8Array[]; readonly written: readonly StateRow[] } {
  const last = new Map<string, StateChange>();
  for (const { changes } of group) for (const change of changes) last.set(change.key, change);
  const deleted: Uint8Array[] = [];
  const written: StateRow[] = [];
  for (const change of last.values()) {
    const { value, valueHash } = change;
    if (value === null || valueHash === null) {
      deleted.push(change.keyHash);
      continue;
    }
    const key = encodeUtf8(change.key);
    assert(key !== null, 'appendBlocks: a state key has no UTF-8');
    written.push({ change, key, value, valueHash });
  }
  return { deleted, written };
}

function stateColumns(rows: readonly StateRow[]): Buffer[] {
  return [
    byteaArray(rows.map((row) => row.change.keyHash)),
    byteaArray(rows.map((row) => row.key)),
    int4Array(rows.map((row) => row.change.bucket)),
    byteaArray(rows.map((row) => row.value)),
    byteaArray(rows.map((row) => row.valueHash))
  ];
}

function epochColumns(group: readonly ExecutedBlock[], ended: EndedViews): Buffer[] {
  const rows = group.flatMap(({ block, nextConfig }) => {
    return nextConfig === undefined ? [] : [{ height: block.header.height, config: nextConfig }];
  });
  return [
    int8Array(rows.map(({ config }) => config.epoch)),
    int8Array(rows.map(({ height }) => height)),
    byteaArray(rows.map(({ config }) => encodeConfig(config))),
    byteaArray(rows.map(({ height }) => encodeViews(ended.get(height) ?? [])))
  ];
}
