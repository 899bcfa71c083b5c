import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/**
 * One ordered transaction, exact bytes. The same transaction can be ordered twice (two lanes), so tx_id is not unique.
 * Append-only; partitioned by height.
 */
@Entity({ schema: 'ledger', name: 'transaction' })
@Index('transaction_id_idx', { synchronize: false })
export class TransactionEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'transaction_pkey' })
  height!: number;

  /** Counted over all transactions of the block in ref order. */
  @PrimaryColumn({ type: 'integer', name: 'tx_index', primaryKeyConstraintName: 'transaction_pkey' })
  index!: number;

  @Column({ type: 'bytea', name: 'tx_id' })
  txId!: Buffer;

  @Column({ type: 'integer', name: 'ref_index' })
  refIndex!: number;

  @Column({ type: 'integer', name: 'index_in_batch' })
  indexInBatch!: number;

  /** CBOR [protectedHeader, payload, signature]. */
  @Column({ type: 'bytea', name: 'encoded' })
  encoded!: Buffer;
}
