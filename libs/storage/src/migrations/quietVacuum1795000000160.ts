import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensurePartitions } from './createLedger1795000000000.js';
import { TIP_OR_BASE } from './ledgerBase1795000000050.js';

/** Nobody reads an index alone here, so no page has to be known as visible to all: once, before its transaction numbers get old. */
export const READ_WHOLE = 'autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 1';
/** Questions are answered from indexes alone: pages are marked while they are in memory and in the log of this checkpoint. */
const READ_BY_INDEX = `autovacuum_vacuum_insert_threshold = 20000, autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_analyze_scale_factor = 0.5`;

const SETTINGS: Readonly<Record<string, string>> = {
  'ledger.state': READ_WHOLE,
  'provenance.item': READ_WHOLE,
  'provenance.capture': READ_WHOLE,
  'provenance.event': READ_BY_INDEX,
  'provenance.event_item': READ_BY_INDEX,
  'provenance.event_field': READ_BY_INDEX
};

/**
 * Tables that only grow are looked through by autovacuum again and again: for statistics after every tenth more rows, which stay
 * what they are, and to mark pages, each of which then goes to the log as a whole.
 */
export class QuietVacuum1795000000160 implements MigrationInterface {
  readonly name = 'QuietVacuum1795000000160';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, settings] of Object.entries(SETTINGS)) await runner.query(`ALTER TABLE ${table} SET (${settings})`);
    await runner.query(onPartitions(`SET (${READ_WHOLE})`));
    await runner.query(ensurePartitions('CREATE OR REPLACE', TIP_OR_BASE, READ_WHOLE));
  }

  async down(runner: QueryRunner): Promise<void> {
    const names = ['vacuum_insert_threshold', 'vacuum_insert_scale_factor', 'analyze_scale_factor'];
    const settings = names.map((name) => `autovacuum_${name}`).join(', ');
    for (const table of Object.keys(SETTINGS)) await runner.query(`ALTER TABLE ${table} RESET (${settings})`);
    await runner.query(onPartitions(`RESET (${settings})`));
    await runner.query(ensurePartitions('CREATE OR REPLACE', TIP_OR_BASE));
  }
}

/** All partitions that there are. */
const onPartitions = (change: string): string => `
  DO $$
  DECLARE
    part regclass;
  BEGIN
    FOR part IN SELECT i.inhrelid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' LOOP
      EXECUTE format('ALTER TABLE %s ${change}', part);
    END LOOP;
  END $$`;
