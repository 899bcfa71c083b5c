import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The genesis file this database belongs to: one row, exact bytes. Append-only. */
@Entity({ schema: 'ledger', name: 'genesis' })
export class GenesisEntity {
  /** H("lading/chain/1", bytes). */
  @PrimaryColumn({ type: 'bytea', name: 'chain_id', primaryKeyConstraintName: 'genesis_pkey' })
  chainId!: Buffer;

  @Column({ type: 'bytea', name: 'bytes' })
  bytes!: Buffer;
}
