import type pg from 'pg';
import { assert, encodeUtf8 } from '@lading/kernel';
import { encodeCheckpoint, encodeCommitProof, encodeConfig } from '@lading/ledger';
import { encodeViews, type SnapshotRows, type StateChange } from '@lading/engine';
import { StorageFault } from '../storageFault.js';
import { byteaArray, int4Array, int8Array } from './binaryArray.js';

/**
 * All of a snapshot in one transaction of the writing connection: after a crash the database is empty, or begins at the
 * snapshot's block. `ahead`: heights beyond it that get partitions.
 */
export async function insertSnapshot(client: pg.Client, snapshot: SnapshotRows, ahead: number): Promise<void> {
  await client.query('BEGIN');
  try {
    const { rowCount } = await client.query('SELECT 1 FROM ledger.block LIMIT 1');
    if (rowCount !== 0) throw new StorageFault('STORE_CONFLICT', 'a snapshot needs an empty database');
    await insertChain(client, snapshot, ahead);
    for await (const rows of snapshot.state()) await insertState(client, rows);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function insertChain(client: pg.Client, snapshot: SnapshotRows, ahead: number): Promise<void> {
  const { genesis, genesisBytes, head, certified, epochs, base } = snapshot;
  const { height, chainId } = head.block.header;
  // Before the partitions: they may be made that far because the ledger begins there.
  await client.query('INSERT INTO ledger.base (height, manifest) VALUES ($1, $2)', [height, base]);
  await client.query('SELECT ledger.ensure_partitions($1)', [height + ahead]);
  await client.query('INSERT INTO ledger.genesis (chain_id, bytes) VALUES ($1, $2)', [chainId, genesisBytes]);
  const blocks = [genesis, head];
  await client.query(
    `INSERT INTO ledger.block (height, block_hash, encoded, proof, outcome_root, state_root, tx_count)
     SELECT unnest($1::bigint[]), unnest($2::bytea[]), unnest($3::bytea[]), unnest($4::bytea[]),
      unnest($5::bytea[]), unnest($6::bytea[]), unnest($7::int[])`,
    [
      int8Array(blocks.map(({ block }) => block.header.height)),
      byteaArray(blocks.map(({ block }) => block.blockHash)),
      byteaArray(blocks.map(({ block }) => block.encoded)),
      byteaArray(blocks.map(({ proof }) => encodeCommitProof(proof))),
      byteaArray(blocks.map(({ outcomeRoot }) => outcomeRoot)),
      byteaArray(blocks.map(({ stateRoot }) => stateRoot)),
      int4Array(blocks.map(({ block }) => block.header.txCount))
    ]
  );
  await client.query('INSERT INTO ledger.checkpoint (height, encoded, tree_root) VALUES ($1, $2, $3)', [
    height,
    encodeCheckpoint(certified.checkpoint),
    certified.treeRoot
  ]);
  await client.query(
    `INSERT INTO ledger.epoch (epoch, start_height, config, previous_views)
     SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bytea[]), unnest($4::bytea[])`,
    [
      int8Array(epochs.map(({ config }) => config.epoch)),
      int8Array(epochs.map(({ startHeight }) => startHeight)),
      byteaArray(epochs.map(({ config }) => encodeConfig(config))),
      byteaArray(epochs.map(({ previousViews }) => encodeViews(previousViews)))
    ]
  );
}

async function insertState(client: pg.Client, rows: readonly StateChange[]): Promise<void> {
  const keys = rows.map(({ key }) => encodeUtf8(key));
  assert(!keys.includes(null), 'insertSnapshot: a state key has no UTF-8');
  await client.query(
    `INSERT INTO ledger.state (key_hash, key, bucket, value, value_hash)
     SELECT unnest($1::bytea[]), unnest($2::bytea[]), unnest($3::int[]), unnest($4::bytea[]), unnest($5::bytea[])`,
    [
      byteaArray(rows.map(({ keyHash }) => keyHash)),
      byteaArray(keys),
      int4Array(rows.map(({ bucket }) => bucket)),
      byteaArray(rows.map(({ value }) => value)),
      byteaArray(rows.map(({ valueHash }) => valueHash))
    ]
  );
}
