import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/** A batch as ordered in a block; its transactions are rows of their own. Append-only; partitioned by height. */
@Entity({ schema: 'ledger', name: 'batch' })
@Index('batch_hash_idx', ['batchHash'])
export class BatchEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'batch_pkey' })
  height!: number;

  @PrimaryColumn({ type: 'integer', name: 'ref_index', primaryKeyConstraintName: 'batch_pkey' })
  refIndex!: number;

  @Column({ type: 'smallint', name: 'lane' })
  lane!: number;

  @Column({ ...safeInteger, name: 'seq' })
  seq!: number;

  @Column({ type: 'bytea', name: 'batch_hash' })
  batchHash!: Buffer;

  /** CBOR of the header, the bytes under the lane author's signature. */
  @Column({ type: 'bytea', name: 'header' })
  header!: Buffer;

  @Column({ type: 'bytea', name: 'signature' })
  signature!: Buffer;

  /** Index in the block of its first transaction, and how many it has. */
  @Column({ type: 'integer', name: 'first_index' })
  firstIndex!: number;

  @Column({ type: 'integer', name: 'tx_count' })
  txCount!: number;
}
