import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/** One extension of a chain that the event's bytes do not tell of (spec/proofs.md 7.1). */
@Entity({ schema: 'provenance', name: 'chain_extension' })
export class ChainExtensionEntity {
  @PrimaryColumn({ type: 'bytea', name: 'key_hash', primaryKeyConstraintName: 'chain_extension_pkey' })
  keyHash!: Buffer;

  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'chain_extension_pkey' })
  height!: number;

  @PrimaryColumn({ type: 'integer', name: 'tx_index', primaryKeyConstraintName: 'chain_extension_pkey' })
  txIndex!: number;

  /** In the order in which the chains were extended. */
  @PrimaryColumn({ type: 'integer', name: 'ordinal', primaryKeyConstraintName: 'chain_extension_pkey' })
  ordinal!: number;

  @Column({ type: 'integer', name: 'event_index' })
  eventIndex!: number;

  /** '' but on chains of anomalies. */
  @Column({ type: 'text', name: 'kind' })
  kind!: string;
}

/** Links of a leaf, where they are more than the event's bytes name. */
@Entity({ schema: 'provenance', name: 'leaf_links' })
export class LeafLinksEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'leaf_links_pkey' })
  height!: number;

  @PrimaryColumn({ type: 'integer', name: 'tx_index', primaryKeyConstraintName: 'leaf_links_pkey' })
  txIndex!: number;

  @PrimaryColumn({ type: 'integer', name: 'event_index', primaryKeyConstraintName: 'leaf_links_pkey' })
  eventIndex!: number;

  @Column({ type: 'bytea', name: 'links' })
  links!: Buffer;
}
