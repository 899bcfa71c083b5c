import { Column, CreateDateColumn, Entity, PrimaryColumn, Unique } from 'typeorm';
import { safeInteger } from './columns.js';

/** Proof that a validator broke the protocol (spec/consensus.md E1–E3): one for each of its places. Append-only. */
@Entity({ schema: 'ledger', name: 'evidence' })
@Unique('evidence_number_key', ['number'])
@Unique('evidence_slot_key', ['epoch', 'validator', 'kind', 'slot'])
export class EvidenceEntity {
  /** SHA-256 of `encoded`. */
  @PrimaryColumn({ type: 'bytea', name: 'digest', primaryKeyConstraintName: 'evidence_pkey' })
  digest!: Buffer;

  @Column({ type: 'text', name: 'kind' })
  kind!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'recorded_at', default: () => 'now()' })
  recordedAt!: Date;

  /** 1, 2, … in the order in which this node found them. */
  @Column({ ...safeInteger, name: 'number' })
  number!: number;

  @Column({ ...safeInteger, name: 'epoch' })
  epoch!: number;

  /** Index in the config of the epoch. */
  @Column({ type: 'smallint', name: 'validator' })
  validator!: number;

  @Column({ type: 'text', name: 'slot' })
  slot!: string;

  /** The EVIDENCE message with both statements. */
  @Column({ type: 'bytea', name: 'encoded' })
  encoded!: Buffer;
}
