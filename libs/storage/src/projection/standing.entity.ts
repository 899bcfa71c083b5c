import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What clients of this node have left with it; no projection of the ledger, so a rebuild leaves it alone. */
@Entity({ schema: 'provenance', name: 'named_query' })
export class NamedQueryEntity {
  @PrimaryColumn({ name: 'organization', type: 'text', primaryKeyConstraintName: 'named_query_pkey' })
  organization!: string;
  @PrimaryColumn({ name: 'name', type: 'text', primaryKeyConstraintName: 'named_query_pkey' })
  name!: string;
  @Column({ name: 'definition', type: 'text' })
  definition!: string;
  @Column({ name: 'member', type: 'text' })
  member!: string;
  @Column({ name: 'created_ms', type: 'bigint' })
  createdMs!: string;
}

@Entity({ schema: 'provenance', name: 'subscription' })
@Index('subscription_by_query', ['organization', 'query'])
export class SubscriptionEntity {
  @PrimaryColumn({ name: 'id', type: 'text', primaryKeyConstraintName: 'subscription_pkey' })
  id!: string;
  @Column({ name: 'organization', type: 'text' })
  organization!: string;
  @Column({ name: 'query', type: 'text' })
  query!: string;
  @Column({ name: 'target', type: 'text' })
  target!: string;
  @Column({ name: 'signature_token', type: 'text', nullable: true })
  signatureToken!: string | null;
  @Column({ name: 'epc_format', type: 'text' })
  epcFormat!: string;
  @Column({ name: 'schedule', type: 'text', nullable: true })
  schedule!: string | null;
  @Column({ name: 'report_if_empty', type: 'boolean' })
  reportIfEmpty!: boolean;
  @Column({ name: 'initial_record_time_ms', type: 'bigint', nullable: true })
  initialRecordTimeMs!: string | null;
  @Column({ name: 'created_ms', type: 'bigint' })
  createdMs!: string;
  @Column({ name: 'next_sequence', type: 'bigint' })
  nextSequence!: string;
  @Column({ name: 'last_run_ms', type: 'bigint' })
  lastRunMs!: string;
  @Column({ name: 'last_notified_ms', type: 'bigint', nullable: true })
  lastNotifiedMs!: string | null;
  @Column({ name: 'failures', type: 'integer' })
  failures!: number;
  @Column({ name: 'retry_ms', type: 'bigint', nullable: true })
  retryMs!: string | null;
}

@Entity({ schema: 'provenance', name: 'setting' })
export class SettingEntity {
  @PrimaryColumn({ name: 'name', type: 'text', primaryKeyConstraintName: 'setting_pkey' })
  name!: string;
  @Column({ name: 'value', type: 'bytea' })
  value!: Buffer;
}

export const STANDING_ENTITIES = [NamedQueryEntity, SubscriptionEntity, SettingEntity] as const;
