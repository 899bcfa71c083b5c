import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Evidence with its place, by which it is stored once, and a number, by which it is read in pages. No version wrote it before. */
export class EvidencePlaces1795000000040 implements MigrationInterface {
  readonly name = 'EvidencePlaces1795000000040';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE ledger.evidence
         DROP COLUMN first,
         DROP COLUMN second,
         ADD COLUMN number bigint NOT NULL,
         ADD COLUMN epoch bigint NOT NULL,
         ADD COLUMN validator smallint NOT NULL,
         ADD COLUMN slot text NOT NULL,
         ADD COLUMN encoded bytea NOT NULL,
         ADD CONSTRAINT evidence_number_key UNIQUE (number),
         ADD CONSTRAINT evidence_slot_key UNIQUE (epoch, validator, kind, slot)`
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE ledger.evidence
         DROP COLUMN number,
         DROP COLUMN epoch,
         DROP COLUMN validator,
         DROP COLUMN slot,
         DROP COLUMN encoded,
         ADD COLUMN first bytea NOT NULL,
         ADD COLUMN second bytea NOT NULL`
    );
  }
}
