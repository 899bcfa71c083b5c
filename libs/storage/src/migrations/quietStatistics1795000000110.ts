import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Columns that no question looks for anything by: texts and bytes that are only read out, and numbers that go with a key. */
const READ_OUT: Readonly<Record<string, readonly string[]>> = {
  'ledger.block': ['block_hash', 'encoded', 'proof', 'outcome_root', 'state_root', 'tx_count'],
  'ledger.batch': ['header', 'signature', 'tx_count'],
  'ledger.transaction': ['ref_index', 'index_in_batch', 'encoded'],
  'ledger.outcome': ['tx_id', 'status', 'code', 'detail'],
  'ledger.state': ['key', 'value', 'value_hash'],
  'provenance.event': [
    ...['tx_id', 'organization', 'member', 'on_behalf_of', 'event_id', 'event_id_assigned', 'biz_step', 'disposition'],
    ...['read_point', 'biz_location', 'transformation_id', 'content', 'context']
  ],
  'provenance.item': ['is_class'],
  'provenance.event_item': ['quantity', 'unit'],
  'provenance.event_field': ['text'],
  'provenance.capture': [
    ...['tx_id', 'capture_id', 'behaviour', 'status', 'code', 'detail', 'event_count', 'record_time_ms']
  ]
};

/**
 * No statistics of what the planner never asks about: to sort thirty thousand documents, again after every tenth more of
 * them, was a quarter of the database's work under load.
 */
export class QuietStatistics1795000000110 implements MigrationInterface {
  readonly name = 'QuietStatistics1795000000110';

  async up(runner: QueryRunner): Promise<void> {
    await setTargets(runner, '0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await setTargets(runner, 'DEFAULT');
  }
}

async function setTargets(runner: QueryRunner, target: string): Promise<void> {
  for (const [table, columns] of Object.entries(READ_OUT)) {
    const changes = columns.map((column) => `ALTER COLUMN ${column} SET STATISTICS ${target}`);
    await runner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
  }
}
