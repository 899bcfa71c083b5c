import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { SCHEMA_PARTS } from './schemaParts.js';

export interface DataSourceSettings {
  readonly url: string;
  readonly applicationName: string;
  readonly poolSize: number;
  /** 0: a statement may take as long as it needs. */
  readonly statementTimeoutMs: number;
  /** Told of errors of idle connections; without a listener such an error would end the process. */
  readonly onPoolError: (error: Error) => void;
}

/** A TypeORM data source over all schema parts. Never synchronizes: migrations are the only way a table is made. */
export function createDataSource(settings: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: settings.url,
    applicationName: settings.applicationName,
    entities: SCHEMA_PARTS.flatMap((part) => [...part.entities]),
    migrations: SCHEMA_PARTS.flatMap((part) => [...part.migrations]),
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'each',
    schema: 'ledger',
    synchronize: false,
    installExtensions: false,
    poolSize: settings.poolSize,
    connectTimeoutMS: 10_000,
    poolErrorHandler: settings.onPoolError,
    extra: {
      statement_timeout: settings.statementTimeoutMs,
      // A statement that cannot be answered is not waited for longer than the server works on it.
      ...(settings.statementTimeoutMs === 0 ? {} : { query_timeout: settings.statementTimeoutMs + 5_000 }),
      keepAlive: true
    }
  });
}
