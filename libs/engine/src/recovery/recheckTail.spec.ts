import { sha256Noble } from '@lading/ledger';
import type { Height } from '@lading/kernel';
import type { AuditBlockRow, AuditSource } from '../auditSource.js';
import type { EpochSets } from './epochSets.js';
import { recheckTail } from './recheckTail.js';

const HEAD = 1000 as Height;
const EMPTY = new Uint8Array(0);

/** A store of damaged blocks: the first one that is looked at is refused by its height. */
function damagedStore(txCount: number): AuditSource {
  const row = (height: number): AuditBlockRow => {
    return { height, txCount, blockHash: EMPTY, encoded: EMPTY, proof: EMPTY, outcomeRoot: EMPTY, stateRoot: EMPTY };
  };
  const none = (): Promise<never[]> => Promise.resolve([]);
  return {
    ...{ genesisBytes: () => Promise.resolve(null), batches: none, transactions: none, outcomes: none, state: none },
    ...{ checkpoints: none, epochs: none },
    blocks: (from, limit) => {
      const count = Math.max(0, Math.min(limit, HEAD - from + 1));
      return Promise.resolve(Array.from({ length: count }, (_, i) => row(from + i)));
    }
  };
}

async function firstChecked(txCount: number): Promise<string> {
  const epochs = { after: () => ({}) } as unknown as EpochSets;
  const crypto = { verify: () => true, sha256: sha256Noble };
  return recheckTail(damagedStore(txCount), HEAD, epochs, crypto, 0).then(
    () => 'none',
    (error: unknown) => /key (\d+)/.exec(String(error))?.[1] ?? String(error)
  );
}

describe('the tail that a start checks again', () => {
  it('is so many blocks while they are small, and so many transactions when they are large, but never nothing', async () => {
    expect(await firstChecked(0)).toBe('937');
    expect(await firstChecked(64)).toBe('937');
    expect(await firstChecked(500)).toBe('993');
    expect(await firstChecked(4096)).toBe('1000');
    expect(await firstChecked(50_000)).toBe('1000');
  });
});
