import { asHash } from '@lading/kernel';
import { sha256Noble } from '@lading/ledger';
import type { NewEvidence } from '@lading/engine';
import type { TypeOrmLedgerStore } from '@lading/storage';
import { tamper, testDatabase, type TestDatabase } from '../fixtures/postgres.js';
import { openedStore } from './openedStore.js';

/** Storage does not look into it. */
function evidence(validator: number, slot: string, more: Partial<NewEvidence> = {}): NewEvidence {
  const encoded = Uint8Array.from(Buffer.from(`${validator} ${slot} ${JSON.stringify(more)}`));
  return { digest: asHash(sha256Noble(encoded)), kind: 'COMMIT', epoch: 2, validator, slot, encoded, ...more };
}

describe('the table of evidence', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  const opened = <T>(work: (store: TypeOrmLedgerStore) => Promise<T>): Promise<T> => openedStore(database, work);

  it('holds one item for each place, numbered without gaps in the order of arrival, over restarts, and gives pages', async () => {
    const items = [evidence(3, '0:7'), evidence(3, '0:8'), evidence(1, '0:7'), evidence(3, '0:7', { kind: 'PREPARE' })];
    await opened(async (store) => {
      for (const item of items.slice(0, 2)) await store.saveEvidence(item, 32);
      await store.saveEvidence(items[0] as NewEvidence, 32);
      await store.saveEvidence(evidence(3, '0:7', { encoded: Uint8Array.of(1), digest: asHash(sha256Noble(Uint8Array.of(1))) }), 32);
    });
    await opened(async (store) => {
      for (const item of items) await store.saveEvidence(item, 32);
      const all = await store.evidenceAfter(0, 100);
      expect(all.map(({ number: _, recordedAtMs, ...item }) => ({ ...item, dated: recordedAtMs > 0 }))).toEqual(
        items.map((item) => ({ ...item, dated: true }))
      );
      expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
      expect((await store.evidenceAfter(1, 2)).map(({ number }) => number)).toEqual([2, 3]);
      expect(await store.evidenceAfter(4, 2)).toEqual([]);
    });
  });

  it('takes so many of one validator in an epoch and no more', async () => {
    await opened(async (store) => {
      for (let slot = 0; slot < 6; slot++) {
        await store.saveEvidence(evidence(3, `0:${slot}`), 4);
        await store.saveEvidence(evidence(3, `0:${slot}`, { epoch: 3 }), 4);
      }
      await store.saveEvidence(evidence(2, '0:1'), 4);
      const all = await store.evidenceAfter(0, 100);
      const count = (epoch: number, validator: number): number =>
        all.filter((item) => item.epoch === epoch && item.validator === validator).length;
      expect([count(2, 3), count(3, 3), count(2, 2)]).toEqual([4, 4, 1]);
    });
  });

  it('says that it is damaged rather than show another statement', async () => {
    await opened(async (store) => {
      await store.saveEvidence(evidence(3, '0:7'), 32);
      await tamper(database.adminUrl, [`UPDATE ledger.evidence SET encoded = '\\x00'`]);
      await expect(store.evidenceAfter(0, 10)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    });
  });
});
