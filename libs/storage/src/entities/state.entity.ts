import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One current entry of the authenticated state. Keyed by keyHash, whose order is (bucket, keyHash) order and whose size
 * is fixed: keys come from members' payloads, and a key too long for an index page or with a NUL in it would stop
 * every node at the same block. `key` is its UTF-8.
 */
@Entity({ schema: 'ledger', name: 'state' })
@Index('state_prefix_idx', { synchronize: false })
export class StateEntity {
  @PrimaryColumn({ type: 'bytea', name: 'key_hash', primaryKeyConstraintName: 'state_pkey' })
  keyHash!: Buffer;

  @Column({ type: 'bytea', name: 'key' })
  key!: Buffer;

  /** First D bits of key_hash. */
  @Column({ type: 'integer', name: 'bucket' })
  bucket!: number;

  @Column({ type: 'bytea', name: 'value' })
  value!: Buffer;

  @Column({ type: 'bytea', name: 'value_hash' })
  valueHash!: Buffer;
}
