import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Query tables of the provenance application, in a schema of their own: they can be dropped and rebuilt from the
 * ledger, and nothing proves anything by them. Free text is indexed by half of its SHA-256, since identifiers have no
 * limit that a B-tree page would bear.
 */
@Entity({ schema: 'provenance', name: 'position' })
export class ProjectionPositionEntity {
  @PrimaryColumn({ name: 'id', type: 'smallint', primaryKeyConstraintName: 'position_pkey' })
  id!: number;
  @Column({ name: 'next_height', type: 'bigint' })
  nextHeight!: string;
  @Column({ name: 'next_index', type: 'integer' })
  nextIndex!: number;
  @Column({ name: 'reflected_height', type: 'bigint' })
  reflectedHeight!: string;
  @Column({ name: 'events', type: 'bigint' })
  events!: string;
}

@Entity({ schema: 'provenance', name: 'event' })
@Index('event_by_event_id', { synchronize: false })
@Index('event_by_event_time', ['eventTimeMs', 'sequence'])
@Index('event_by_record_time', { synchronize: false })
@Index('event_by_step_and_time', ['bizStepHash', 'eventTimeMs', 'sequence', 'type'])
@Index('event_by_type', ['type'])
@Index('event_by_error', { synchronize: false })
export class ProjectedEventEntity {
  @PrimaryColumn({ name: 'sequence', type: 'bigint', primaryKeyConstraintName: 'event_pkey' })
  sequence!: string;
  @Column({ name: 'height', type: 'bigint' })
  height!: string;
  @Column({ name: 'index', type: 'integer' })
  index!: number;
  @Column({ name: 'event_index', type: 'integer' })
  eventIndex!: number;
  @Column({ name: 'tx_id', type: 'bytea' })
  txId!: Buffer;
  @Column({ name: 'organization', type: 'text' })
  organization!: string;
  @Column({ name: 'member', type: 'text' })
  member!: string;
  @Column({ name: 'on_behalf_of', type: 'text', nullable: true })
  onBehalfOf!: string | null;
  @Column({ name: 'record_time_ms', type: 'bigint' })
  recordTimeMs!: string;
  @Column({ name: 'event_time_ms', type: 'bigint' })
  eventTimeMs!: string;
  @Column({ name: 'event_id', type: 'text' })
  eventId!: string;
  @Column({ name: 'event_id_assigned', type: 'boolean' })
  eventIdAssigned!: boolean;
  @Column({ name: 'type', type: 'text' })
  type!: string;
  @Column({ name: 'action', type: 'text', nullable: true })
  action!: string | null;
  @Column({ name: 'biz_step', type: 'text', nullable: true })
  bizStep!: string | null;
  @Column({ name: 'biz_step_hash', type: 'uuid', nullable: true })
  bizStepHash!: string | null;
  @Column({ name: 'disposition', type: 'text', nullable: true })
  disposition!: string | null;
  @Column({ name: 'read_point', type: 'text', nullable: true })
  readPoint!: string | null;
  @Column({ name: 'biz_location', type: 'text', nullable: true })
  bizLocation!: string | null;
  @Column({ name: 'transformation_id', type: 'text', nullable: true })
  transformationId!: string | null;
  @Column({ name: 'error_declared', type: 'boolean' })
  errorDeclared!: boolean;
  @Column({ name: 'content', type: 'bytea', nullable: true })
  content!: Buffer | null;
  @Column({ name: 'context', type: 'text', nullable: true })
  context!: string | null;
  @Column({ name: 'content_at', type: 'integer', nullable: true })
  contentAt!: number | null;
  @Column({ name: 'content_size', type: 'integer', nullable: true })
  contentSize!: number | null;
}

@Entity({ schema: 'provenance', name: 'item' })
@Index('item_by_label', ['labelHash'])
@Index('item_by_stem', { synchronize: false })
export class ProjectedItemEntity {
  @PrimaryColumn({ name: 'item_hash', type: 'uuid', primaryKeyConstraintName: 'item_pkey' })
  itemHash!: string;
  @Column({ name: 'item', type: 'text' })
  item!: string;
  @Column({ name: 'label_hash', type: 'uuid' })
  labelHash!: string;
  @Column({ name: 'is_class', type: 'boolean' })
  isClass!: boolean;
  @Column({ name: 'is_epc', type: 'boolean' })
  isEpc!: boolean;
}

@Entity({ schema: 'provenance', name: 'event_item' })
@Index('event_item_by_item', ['itemHash', 'role', 'sequence'])
export class ProjectedEventItemEntity {
  @PrimaryColumn({ name: 'sequence', type: 'bigint', primaryKeyConstraintName: 'event_item_pkey' })
  sequence!: string;
  @PrimaryColumn({ name: 'position', type: 'integer', primaryKeyConstraintName: 'event_item_pkey' })
  position!: number;
  @Column({ name: 'item_hash', type: 'uuid' })
  itemHash!: string;
  @Column({ name: 'role', type: 'text' })
  role!: string;
  @Column({ name: 'quantity', type: 'numeric', nullable: true })
  quantity!: string | null;
  @Column({ name: 'unit', type: 'text', nullable: true })
  unit!: string | null;
}

@Entity({ schema: 'provenance', name: 'capture' })
@Index('capture_by_id', { synchronize: false })
export class CapturePartEntity {
  @PrimaryColumn({ name: 'height', type: 'bigint', primaryKeyConstraintName: 'capture_pkey' })
  height!: string;
  @PrimaryColumn({ name: 'index', type: 'integer', primaryKeyConstraintName: 'capture_pkey' })
  index!: number;
  @Column({ name: 'tx_id', type: 'bytea' })
  txId!: Buffer;
  @Column({ name: 'organization', type: 'text' })
  organization!: string;
  @Column({ name: 'capture_id', type: 'text', nullable: true })
  captureId!: string | null;
  @Column({ name: 'behaviour', type: 'text' })
  behaviour!: string;
  @Column({ name: 'status', type: 'text' })
  status!: string;
  @Column({ name: 'code', type: 'text' })
  code!: string;
  @Column({ name: 'detail', type: 'text' })
  detail!: string;
  @Column({ name: 'event_count', type: 'integer' })
  eventCount!: number;
  @Column({ name: 'record_time_ms', type: 'bigint' })
  recordTimeMs!: string;
}

@Entity({ schema: 'provenance', name: 'event_field' })
@Index('event_field_by_value', ['nameHash', 'number', 'pairHash', 'sequence'])
export class ProjectedFieldEntity {
  @PrimaryColumn({ name: 'sequence', type: 'bigint', primaryKeyConstraintName: 'event_field_pkey' })
  sequence!: string;
  @PrimaryColumn({ name: 'position', type: 'integer', primaryKeyConstraintName: 'event_field_pkey' })
  position!: number;
  @Column({ name: 'name_hash', type: 'uuid' })
  nameHash!: string;
  @Column({ name: 'pair_hash', type: 'uuid', nullable: true })
  pairHash!: string | null;
  @Column({ name: 'number', type: 'numeric', nullable: true })
  number!: string | null;
  @Column({ name: 'text', type: 'text', nullable: true })
  text!: string | null;
}

@Entity({ schema: 'provenance', name: 'vocabulary' })
export class VocabularyEntity {
  @PrimaryColumn({ name: 'kind', type: 'text', primaryKeyConstraintName: 'vocabulary_pkey' })
  kind!: string;
  @PrimaryColumn({ name: 'value_hash', type: 'uuid', primaryKeyConstraintName: 'vocabulary_pkey' })
  valueHash!: string;
  @Column({ name: 'value', type: 'text' })
  value!: string;
}

@Entity({ schema: 'provenance', name: 'place_link' })
export class PlaceLinkEntity {
  @PrimaryColumn({ name: 'parent_hash', type: 'uuid', primaryKeyConstraintName: 'place_link_pkey' })
  parentHash!: string;
  @PrimaryColumn({ name: 'child_hash', type: 'uuid', primaryKeyConstraintName: 'place_link_pkey' })
  childHash!: string;
  @Column({ name: 'child', type: 'text' })
  child!: string;
}

export const PROJECTION_ENTITIES = [
  ProjectionPositionEntity,
  ProjectedEventEntity,
  ProjectedItemEntity,
  ProjectedEventItemEntity,
  ProjectedFieldEntity,
  VocabularyEntity,
  PlaceLinkEntity,
  CapturePartEntity
] as const;
