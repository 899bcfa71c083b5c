import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/** A checkpoint certificate (spec/ledger.md §6). */
@Entity({ schema: 'ledger', name: 'checkpoint' })
export class CheckpointEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'checkpoint_pkey' })
  height!: number;

  @Column({ type: 'bytea', name: 'encoded' })
  encoded!: Buffer;

  /** Root of the state tree at that height; null when the node did not know it. */
  @Column({ type: 'bytea', name: 'tree_root', nullable: true })
  treeRoot!: Buffer | null;
}
