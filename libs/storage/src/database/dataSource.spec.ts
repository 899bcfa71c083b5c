import { createDataSource } from './dataSource.js';

const settings = { url: 'postgresql://nobody@127.0.0.1:1/none', applicationName: 'a', poolSize: 1, onPoolError: () => undefined };
const extra = (statementTimeoutMs: number): unknown => createDataSource({ ...settings, statementTimeoutMs }).options.extra;

describe('connections over all schema parts', () => {
  it('wait a little longer than the server works, and without end where it may work without end, as migrations do', () => {
    expect(extra(30_000)).toMatchObject({ statement_timeout: 30_000, query_timeout: 35_000 });
    expect(extra(0)).not.toHaveProperty('query_timeout');
  });
});
