/**
 * @lading/storage — where a node keeps things: PostgreSQL (schema, migrations, the ledger store, raw rows for audit),
 * append-only record logs, and a PostgreSQL server of its own for those who have none.
 * Not here: what blocks mean, when they are written, HTTP. Entities never leave this lib.
 * May import: engine (ports), api, provenance, membership, ledger, kernel; npm: typeorm, pg, reflect-metadata.
 */
export * from './database/provision.js';
export * from './database/runMigrations.js';
export * from './database/schemaDrift.js';
export * from './embedded/embeddedPostgres.js';
export { freePort } from './embedded/freePort.js';
export { removeServerFolder } from './embedded/serverLocation.js';
export * from './ledgerStore/typeOrmLedgerStore.js';
export { ExportAuditSource } from './audit/exportAuditSource.js';
export { exportLedger, type ExportProgress } from './audit/exportLedger.js';
export { exportedCheckpoints, exportPage } from './audit/exportPage.js';
export { WholeBlocks } from './audit/wholeBlocks.js';
export { frame, readFrames, splitFrames } from './audit/framedFile.js';
export { ProjectionAudit, type ProjectionFinding } from './audit/projectionAudit.js';
export * from './audit/comparedRows.js';
export type { HistoryPart } from './audit/historyStatements.js';
export { LedgerAuditSource } from './audit/ledgerAuditSource.js';
export { FileRecordLog } from './recordLog/fileRecordLog.js';
export { SnapshotFolder } from './snapshot/snapshotFolder.js';
export * from './storageFault.js';
export type { ChainEvent } from './projection/chainQuery.js';
export type { ChainReader } from './projection/chainReader.js';
export * from './projection/projection.types.js';
export * from './projection/projectionStore.js';
export * from './projection/standing.types.js';
export { DESCENDANTS, type VocabularyQueries } from './projection/vocabularyQueries.js';
export type { StandingStore } from './projection/standingStore.js';
