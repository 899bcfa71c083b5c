import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/** The config of an epoch that has begun (spec/ledger.md §7). Append-only. */
@Entity({ schema: 'ledger', name: 'epoch' })
export class EpochEntity {
  @PrimaryColumn({ ...safeInteger, name: 'epoch', primaryKeyConstraintName: 'epoch_pkey' })
  epoch!: number;

  /** Height of the block that ended the epoch before; 0 for epoch 0. */
  @Column({ ...safeInteger, name: 'start_height' })
  startHeight!: number;

  /** `encodeConfig`. */
  @Column({ type: 'bytea', name: 'config' })
  config!: Buffer;

  /** `encodeViews` of the epoch before; of no views for epoch 0. */
  @Column({ type: 'bytea', name: 'previous_views' })
  previousViews!: Buffer;
}
