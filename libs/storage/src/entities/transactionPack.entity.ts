import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/**
 * Transactions of one batch, one behind the other, which PostgreSQL compresses together. The view `ledger.transaction` shows
 * each of them as a row. Append-only; partitioned by height.
 */
@Entity({ schema: 'ledger', name: 'transaction_pack' })
@Check('transaction_pack_is_list', 'array_ndims(encoded) = 1 AND array_lower(encoded, 1) = 1')
export class TransactionPackEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'transaction_pack_pkey' })
  height!: number;

  /** Place of the first of them among all transactions of the block in ref order. */
  @PrimaryColumn({ type: 'integer', name: 'first_index', primaryKeyConstraintName: 'transaction_pack_pkey' })
  firstIndex!: number;

  @Column({ type: 'integer', name: 'ref_index' })
  refIndex!: number;

  /** Place of the first of them in its batch. */
  @Column({ type: 'integer', name: 'first_in_batch' })
  firstInBatch!: number;

  /** Of each, CBOR [protectedHeader, payload, signature]: exact bytes. */
  @Column({ type: 'bytea', array: true, name: 'encoded' })
  encoded!: Buffer[];
}
