import pg from 'pg';
import { auditLedger, type Finding } from '@lading/engine';
import { figure } from '../e2e/figures.js';
import { columnsOf, editOneByte, type Column } from './byteEdits.js';
import { Dice } from './dice.js';
import { CONTRACTS, CRYPTO } from './executedChain.js';
import { sampleLedger, type SampleLedger } from './sampleLedger.js';
import { StoredLedger } from './storedLedger.js';

/** All of them for `npm run show:edits`, a slice otherwise. */
const EDITS = process.env['LADING_FIGURES'] === undefined ? 60 : 1000;
const SEED = Number(process.env['LADING_SEED'] ?? 1);

/** Triggers that the schema refuses changes with: an intruder with the server's rights switches them off. */
async function disarm(client: pg.Client): Promise<void> {
  for (const table of ['block', 'batch', 'transaction_pack', 'outcome', 'genesis', 'epoch', 'evidence']) {
    await client.query(`ALTER TABLE ledger.${table} DISABLE TRIGGER append_only`);
  }
}

describe('a database administrator changes one byte of a ledger', () => {
  let ledger: SampleLedger;
  let stored: StoredLedger;
  let intruder: pg.Client;

  beforeAll(async () => {
    ledger = await sampleLedger();
    stored = await StoredLedger.of(ledger);
    intruder = new pg.Client({ connectionString: stored.database.adminUrl });
    await intruder.connect();
    await disarm(intruder);
  }, 120_000);
  afterAll(async () => {
    await intruder.end();
    await stored.close();
  }, 60_000);

  async function audit(): Promise<Finding[]> {
    const found: Finding[] = [];
    const { genesisBytes } = ledger.network;
    for await (const finding of auditLedger(stored.source, genesisBytes, CONTRACTS, CRYPTO)) found.push(finding);
    return found;
  }

  it('the audit has nothing to say about an untouched one', async () => {
    expect(await audit()).toEqual([]);
  }, 30_000);

  it('the audit names table and key of every edit, in every column that there is', async () => {
    const columns = await columnsOf(intruder);
    expect(new Set(columns.map(({ table }) => table)).size).toBe(9);
    const dice = new Dice(SEED);
    const edited = new Map<string, number>();
    const missed: string[] = [];
    const tables = [...new Set(columns.map(({ table }) => table))];
    const any = (): Column => {
      const chosen = tables[dice.below(tables.length)];
      const own = columns.filter(({ table }) => table === chosen);
      return own[dice.below(own.length)] as Column;
    };
    let made = 0;
    for (let turn = 0; made < EDITS; turn++) {
      const column = columns[turn] ?? any();
      const edit = await editOneByte(intruder, column, dice);
      if (edit === null) continue;
      made += 1;
      const name = `${column.table}.${column.name}`;
      edited.set(name, (edited.get(name) ?? 0) + 1);
      const found = await audit();
      const named = found.some(({ table, key, what }) => table === edit.table && edit.keys.includes(key) && what !== '');
      if (!named) missed.push(`${edit.text}; found ${JSON.stringify(found.slice(0, 5))}`);
      await edit.undo();
    }
    expect(missed).toEqual([]);
    expect(await audit()).toEqual([]);
    figure('single-byte edits that the audit named, with table and key', made - missed.length, `of ${made}`, { exactly: EDITS });
    figure('columns of the ledger tables that were edited', edited.size, `of ${columns.length}`, { atLeast: 35 });
  }, 3_600_000);
});
