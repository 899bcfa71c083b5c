import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from './columns.js';

/** Where the ledger of a node begins that joined from a snapshot: one row, or none. Append-only. */
@Entity({ schema: 'ledger', name: 'base' })
export class BaseEntity {
  @PrimaryColumn({ ...safeInteger, name: 'height', primaryKeyConstraintName: 'base_pkey' })
  height!: number;

  /** The snapshot's manifest (spec/ledger.md 8.1). */
  @Column({ type: 'bytea', name: 'manifest' })
  manifest!: Buffer;
}
