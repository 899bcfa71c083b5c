import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/**
 * What a transaction did, and where the transaction of an id is. The same transaction can be ordered twice (two lanes), so tx_id is
 * not unique. Append-only; partitioned by height.
 */
@Entity({ schema: 'ledger', name: 'outcome' })
@Index('outcome_id_idx', { synchronize: false })
export class OutcomeEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'outcome_pkey' })
  height!: number;

  @PrimaryColumn({ type: 'integer', name: 'tx_index', primaryKeyConstraintName: 'outcome_pkey' })
  index!: number;

  @Column({ type: 'bytea', name: 'tx_id' })
  txId!: Buffer;

  @Column({ type: 'text', name: 'status' })
  status!: string;

  @Column({ type: 'text', name: 'code' })
  code!: string;

  /** CBOR of the detail. */
  @Column({ type: 'bytea', name: 'detail' })
  detail!: Buffer;
}
