import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/** One executed block. Append-only; range-partitioned by height. */
@Entity({ schema: 'ledger', name: 'block' })
export class BlockEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'block_pkey' })
  height!: number;

  @Column({ type: 'bytea', name: 'block_hash' })
  blockHash!: Buffer;

  /** CBOR [header, [ref…]]. */
  @Column({ type: 'bytea', name: 'encoded' })
  encoded!: Buffer;

  /** The commit proof this node got; others may hold another one. Empty for genesis. */
  @Column({ type: 'bytea', name: 'proof' })
  proof!: Buffer;

  @Column({ type: 'bytea', name: 'outcome_root' })
  outcomeRoot!: Buffer;

  @Column({ type: 'bytea', name: 'state_root' })
  stateRoot!: Buffer;

  @Column({ type: 'integer', name: 'tx_count' })
  txCount!: number;
}
