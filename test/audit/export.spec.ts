import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLedger, LedgerAudit, type AuditSource, type Finding } from '@lading/engine';
import { toBase64Url } from '@lading/kernel';
import { ExportAuditSource, exportLedger } from '@lading/storage';
import { Dice } from './dice.js';
import { CONTRACTS, CRYPTO } from './executedChain.js';
import { sampleLedger, type SampleLedger } from './sampleLedger.js';
import { StoredLedger } from './storedLedger.js';

describe('a ledger exported into a folder', () => {
  let ledger: SampleLedger;
  let stored: StoredLedger;
  let folder: string;

  beforeAll(async () => {
    ledger = await sampleLedger();
    stored = await StoredLedger.of(ledger);
    folder = await mkdtemp(join(tmpdir(), 'lading-export-'));
    await exportLedger(stored.source, toBase64Url(ledger.network.chainId), folder);
  }, 120_000);
  afterAll(async () => {
    await stored.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const tools = () => ({ genesisBytes: ledger.network.genesisBytes, contracts: CONTRACTS, crypto: CRYPTO });

  async function audit(source: AuditSource): Promise<Finding[]> {
    const found: Finding[] = [];
    for await (const one of auditLedger(source, ledger.network.genesisBytes, CONTRACTS, CRYPTO)) found.push(one);
    return found;
  }

  it('is derived again from genesis without node and database', async () => {
    const source = await ExportAuditSource.open(folder);
    let seen = { height: 0, transactions: 0 };
    const found: Finding[] = [];
    const run = new LedgerAudit(source, tools()).run((progress) => (seen = progress));
    for await (const one of run) found.push(one);
    expect(found).toEqual([]);
    expect(seen.height).toBe(ledger.blocks.length - 1);
    expect(await source.extent()).toEqual({ lastHeight: seen.height, transactions: seen.transactions });
  }, 60_000);

  it('is written to its end by a second run, and never over the export of another network', async () => {
    const again = await exportLedger(stored.source, toBase64Url(ledger.network.chainId), folder);
    expect(again.files.at(-1)?.last).toBe(ledger.blocks.length - 1);
    expect((await readdir(folder)).sort()).toEqual(['blocks-000000000000.lbx', 'checkpoints.lbx', 'genesis.json', 'manifest.json']);
    await expect(exportLedger(stored.source, 'another', folder)).rejects.toMatchObject({ code: 'EXPORT_UNUSABLE' });
    await expect(ExportAuditSource.open(tmpdir())).rejects.toMatchObject({ code: 'EXPORT_UNUSABLE' });
  }, 60_000);

  it('shows every changed byte: the file by its hash, and what it holds by the blocks', async () => {
    const dice = new Dice(3);
    for (const name of ['blocks-000000000000.lbx', 'checkpoints.lbx', 'genesis.json']) {
      const path = join(folder, name);
      const whole = await readFile(path);
      for (let n = 0; n < 6; n++) {
        const damaged = Buffer.from(whole);
        const at = dice.below(damaged.length);
        damaged[at] = (damaged[at] ?? 0) ^ (1 + dice.below(255));
        await writeFile(path, damaged);
        const found = await audit(await ExportAuditSource.open(folder));
        const named = name === 'genesis.json' ? { table: 'genesis', key: '0' } : { table: 'file', key: name };
        expect(found).toContainEqual(expect.objectContaining(named));
      }
      await writeFile(path, whole);
    }
    expect(await audit(await ExportAuditSource.open(folder))).toEqual([]);
  }, 120_000);

  it('loses no file and no end without saying so', async () => {
    const path = join(folder, 'blocks-000000000000.lbx');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 9));
    expect(await audit(await ExportAuditSource.open(folder))).toContainEqual({
      ...{ table: 'file', key: 'blocks-000000000000.lbx', what: 'ends in the middle of a record' }
    });
    await rm(path);
    expect(await audit(await ExportAuditSource.open(folder))).toContainEqual(expect.objectContaining({ what: 'is missing' }));
    await writeFile(path, whole);
  }, 60_000);

  describe('an audit that is interrupted', () => {
    class Stop extends Error {}

    /** Stops after the height, and hands over what was saved there. */
    async function savedAt(height: number, source: AuditSource): Promise<Uint8Array[]> {
      const first = new LedgerAudit(source, tools());
      let records: Uint8Array[] = [];
      const work = async (): Promise<void> => {
        const between = ({ height: at }: { readonly height: number }): void => {
          if (at < height) return;
          records = [...first.save()].map((record) => record.slice());
          throw new Stop();
        };
        for await (const finding of first.run(between)) expect(finding).toBeNull();
      };
      await expect(work()).rejects.toBeInstanceOf(Stop);
      return records;
    }

    async function* replayed(records: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
      yield* records;
    }

    it('goes on where it stopped, before and after a change of the configuration, and finds the rest clean', async () => {
      for (const height of [0, 3, 4, 7]) {
        const records = await savedAt(height, stored.source);
        const second = new LedgerAudit(stored.source, tools());
        await second.load(replayed(records));
        const found: Finding[] = [];
        const heights: number[] = [];
        for await (const one of second.run(({ height: at }) => void heights.push(at))) found.push(one);
        expect(found).toEqual([]);
        expect(heights[0]).toBe(height + 1);
        expect(second.progress.transactions).toBe(ledger.blocks.reduce((sum, { outcomes }) => sum + outcomes.length, 0));
      }
    }, 120_000);

    it('does not go on from records that are damaged, cut off, or of another network', async () => {
      const records = await savedAt(5, stored.source);
      const fresh = () => new LedgerAudit(stored.source, tools());
      const refused = { code: 'AUDIT_SAVED_UNUSABLE' };
      await expect(fresh().load(replayed(records.slice(0, -1)))).rejects.toMatchObject(refused);
      for (const index of [0, 1, records.length - 3]) {
        const damaged = records.map((record) => record.slice());
        const bytes = damaged[index] as Uint8Array;
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        await expect(fresh().load(replayed(damaged))).rejects.toMatchObject(refused);
      }
    }, 60_000);
  });
});
