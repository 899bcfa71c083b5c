import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Two contradicting signed messages of one validator. Append-only. */
@Entity({ schema: 'ledger', name: 'evidence' })
export class EvidenceEntity {
  /** SHA-256 over both messages: evidence seen again is the same row. */
  @PrimaryColumn({ type: 'bytea', name: 'digest', primaryKeyConstraintName: 'evidence_pkey' })
  digest!: Buffer;

  @Column({ type: 'text', name: 'kind' })
  kind!: string;

  @Column({ type: 'bytea', name: 'first' })
  first!: Buffer;

  @Column({ type: 'bytea', name: 'second' })
  second!: Buffer;

  @CreateDateColumn({ type: 'timestamptz', name: 'recorded_at', default: () => 'now()' })
  recordedAt!: Date;
}
