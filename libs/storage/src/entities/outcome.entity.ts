import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/** What a transaction did. Append-only; partitioned by height. */
@Entity({ schema: 'ledger', name: 'outcome' })
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
