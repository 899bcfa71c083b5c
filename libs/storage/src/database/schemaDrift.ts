import { createDataSource } from './dataSource.js';

/** Statements that would turn the database's schema into the one the entities describe; empty when they agree. */
export async function schemaDrift(ownerUrl: string): Promise<readonly string[]> {
  const source = createDataSource({
    url: ownerUrl,
    applicationName: 'lading-schema-check',
    poolSize: 2,
    statementTimeoutMs: 30_000,
    onPoolError: () => undefined
  });
  await source.initialize();
  try {
    const pending = await source.driver.createSchemaBuilder().log();
    return pending.upQueries.map((query) => query.query);
  } finally {
    await source.destroy();
  }
}
