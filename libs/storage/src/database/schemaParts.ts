import type { MigrationInterface } from 'typeorm';
import { BaseEntity } from '../entities/base.entity.js';
import { BatchEntity } from '../entities/batch.entity.js';
import { BlockEntity } from '../entities/block.entity.js';
import { CheckpointEntity } from '../entities/checkpoint.entity.js';
import { EpochEntity } from '../entities/epoch.entity.js';
import { EvidenceEntity } from '../entities/evidence.entity.js';
import { GenesisEntity } from '../entities/genesis.entity.js';
import { OutcomeEntity } from '../entities/outcome.entity.js';
import { StateEntity } from '../entities/state.entity.js';
import { TransactionPackEntity } from '../entities/transactionPack.entity.js';
import { CreateLedger1795000000000 } from '../migrations/createLedger1795000000000.js';
import { CheckpointTreeRoot1795000000002 } from '../migrations/checkpointTreeRoot1795000000002.js';
import { EpochTable1795000000010 } from '../migrations/epochTable1795000000010.js';
import { EvidencePlaces1795000000040 } from '../migrations/evidencePlaces1795000000040.js';
import { LeanIndexes1795000000090 } from '../migrations/leanIndexes1795000000090.js';
import { LedgerBase1795000000050 } from '../migrations/ledgerBase1795000000050.js';
import { LeanState1795000000150 } from '../migrations/leanState1795000000150.js';
import { QuietVacuum1795000000160 } from '../migrations/quietVacuum1795000000160.js';
import { QuietStatistics1795000000110 } from '../migrations/quietStatistics1795000000110.js';
import { FullPages1795000000210 } from '../migrations/fullPages1795000000210.js';
import { TransactionPacks1795000000200 } from '../migrations/transactionPacks1795000000200.js';
import { ChainNotes1795000000080 } from '../migrations/chainNotes1795000000080.js';
import { ChainExtensionEntity, LeafLinksEntity } from '../entities/chainNote.entity.js';
import { PROJECTION_ENTITIES } from '../projection/projection.entity.js';
import { NoPlaceIndex1795000000120 } from '../projection/noPlaceIndex.migration.js';
import { OneFieldIndex1795000000130 } from '../projection/oneFieldIndex.migration.js';
import { ThinRows1795000000140 } from '../projection/thinRows.migration.js';
import { ItemStem1795000000070 } from '../projection/itemStem.migration.js';
import { CreateProjection1795000000001 } from '../projection/projection.migration.js';
import { QueryTables1795000000020 } from '../projection/queryTables.migration.js';
import { STANDING_ENTITIES } from '../projection/standing.entity.js';
import { LeanProjection1795000000100 } from '../projection/leanProjection.migration.js';
import { StepTimeIndex1795000000030 } from '../projection/stepTimeIndex.migration.js';

type Class<T> = new () => T;

/** A PostgreSQL schema with its entities and its migrations, oldest first. */
export interface SchemaPart {
  readonly schema: 'ledger' | 'provenance';
  readonly entities: readonly Class<object>[];
  readonly migrations: readonly Class<MigrationInterface>[];
}

const LEDGER_ENTITIES = [
  BaseEntity,
  BatchEntity,
  BlockEntity,
  CheckpointEntity,
  EpochEntity,
  EvidenceEntity,
  GenesisEntity,
  OutcomeEntity,
  StateEntity,
  TransactionPackEntity
] as const;

/** Everything that the migrations build. */
export const SCHEMA_PARTS: readonly SchemaPart[] = [
  {
    schema: 'ledger',
    entities: LEDGER_ENTITIES,
    migrations: [
      CreateLedger1795000000000,
      CheckpointTreeRoot1795000000002,
      EpochTable1795000000010,
      EvidencePlaces1795000000040,
      LedgerBase1795000000050,
      LeanIndexes1795000000090,
      LeanState1795000000150,
      TransactionPacks1795000000200
    ]
  },
  {
    schema: 'provenance',
    entities: [...PROJECTION_ENTITIES, ...STANDING_ENTITIES, ChainExtensionEntity, LeafLinksEntity],
    migrations: [
      CreateProjection1795000000001,
      QueryTables1795000000020,
      StepTimeIndex1795000000030,
      ItemStem1795000000070,
      ChainNotes1795000000080,
      LeanProjection1795000000100,
      QuietStatistics1795000000110,
      NoPlaceIndex1795000000120,
      OneFieldIndex1795000000130,
      ThinRows1795000000140,
      QuietVacuum1795000000160,
      FullPages1795000000210
    ]
  }
];
