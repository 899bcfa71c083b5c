import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was done in a span of time is found without reading the events of other times. */
export class StepTimeIndex1795000000030 implements MigrationInterface {
  readonly name = 'StepTimeIndex1795000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX event_by_step_and_time ON provenance.event (biz_step_hash, event_time_ms, sequence, type)'
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX provenance.event_by_step_and_time');
  }
}
