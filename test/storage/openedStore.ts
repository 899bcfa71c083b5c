import { TypeOrmLedgerStore } from '@lading/storage';
import type { TestDatabase } from '../fixtures/postgres.js';

/** Work on a store that is opened for it and closed after it, as a process does. */
export async function openedStore<T>(database: TestDatabase, work: (store: TypeOrmLedgerStore) => Promise<T>): Promise<T> {
  const store = await TypeOrmLedgerStore.open({ url: database.nodeUrl });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
