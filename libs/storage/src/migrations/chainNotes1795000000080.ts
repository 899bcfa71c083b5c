import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What proofs of provenance need and neither state nor transactions say: chains that an event extended without naming
 * their item. Written with the block; chains that were extended before this table was made cannot be proven here.
 */
export class ChainNotes1795000000080 implements MigrationInterface {
  readonly name = 'ChainNotes1795000000080';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE provenance.chain_extension (
         key_hash bytea NOT NULL,
         height bigint NOT NULL,
         tx_index integer NOT NULL,
         ordinal integer NOT NULL,
         event_index integer NOT NULL,
         kind text NOT NULL,
         CONSTRAINT chain_extension_pkey PRIMARY KEY (key_hash, height, tx_index, ordinal)
       )`
    );
    await runner.query(
      `CREATE TABLE provenance.leaf_links (
         height bigint NOT NULL,
         tx_index integer NOT NULL,
         event_index integer NOT NULL,
         links bytea NOT NULL,
         CONSTRAINT leaf_links_pkey PRIMARY KEY (height, tx_index, event_index)
       )`
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE provenance.leaf_links');
    await runner.query('DROP TABLE provenance.chain_extension');
  }
}
