import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { withClient } from '@lading/storage';
import { tamper } from '../fixtures/postgres.js';
import { root } from '../tidy/repository.js';
import { figure } from './figures.js';
import { eventually, postEvent, statusOf } from './http.js';
import { inspection } from './load.js';
import { type RunningNetwork, startNetwork } from './network.js';
import { randomUUID } from 'node:crypto';

const EVENTS = 40;
/** Byte columns of the rows that the ledger is made of. */
const COLUMNS = [
  ['block', 'height', 'height > 2'],
  ['transaction', 'height, tx_index', 'height > 2'],
  ['outcome', 'height, tx_index', 'height > 2']
] as const;

describe('a database administrator edits one byte of a node', () => {
  let running: RunningNetwork;
  beforeAll(async () => {
    running = await startNetwork('open');
    const [clerk] = running.clerks;
    if (clerk === undefined) throw new Error('no clerk');
    for (let i = 0; i < EVENTS; i++)
      expect((await postEvent(clerk, inspection(`urn:uuid:${randomUUID()}`))).status).toBe(201);
    await eventually('all nodes at one height', 20_000, async () => {
      const heights = await Promise.all(
        running.network.layout.nodes.map(async ({ url }) => (await statusOf(url)).height)
      );
      return new Set(heights).size === 1;
    });
  }, 180_000);
  afterAll(() => running.stop(), 60_000);

  function audit(id: string): Promise<{ code: number | null; text: string }> {
    const node = running.network.layout.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) throw new Error(id);
    const child = spawn(process.execPath, [
      join(root, 'apps/node/dist/audit.js'),
      '--url-file',
      join(node.directory, 'database.url'),
      '--genesis',
      running.network.layout.genesisFile
    ]);
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    child.stderr.on('data', (chunk) => (text += String(chunk)));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
  }

  it('an untouched database passes the audit; a flipped byte in any block, transaction or outcome row is named', async () => {
    const id = 'port-logistics';
    const url = running.network.databaseAdminUrl(id);
    await running.network.nodes[1]?.stop();
    const clean = await audit(id);
    expect(clean).toMatchObject({ code: 0 });
    const cases = await byteColumns(url);
    expect(cases.length).toBeGreaterThanOrEqual(6);
    let found = 0;
    for (const { table, column, key, where } of cases) {
      const middle = `length(${column}) / 2`;
      const flipped = `set_byte(${column}, ${middle}, get_byte(${column}, ${middle}) # 1)`;
      const flip = `UPDATE ledger.${table} SET ${column} = ${flipped} WHERE ${where}`;
      await tamper(url, [flip]);
      const { code, text } = await audit(id);
      expect({ table, column, key, code, named: text.includes(table) }).toEqual({
        table,
        column,
        key,
        code: 3,
        named: true
      });
      found += 1;
      await tamper(url, [flip]);
    }
    expect((await audit(id)).code).toBe(0);
    figure('flipped bytes found by audit (one at a time)', found, `of ${cases.length}`, { exactly: cases.length });
  }, 240_000);

  it('a node with a damaged head refuses to start and names what is damaged', async () => {
    const id = 'nordic-roast';
    const node = running.network.nodes[2];
    if (node === undefined) throw new Error(id);
    await node.stop();
    const url = running.network.databaseAdminUrl(id);
    const head = '(SELECT max(height) FROM ledger.transaction)';
    const flip = (column: string): string =>
      `UPDATE ledger.transaction SET ${column} = set_byte(${column}, 20, get_byte(${column}, 20) # 1) WHERE height = ${head}`;
    const [column] = (await byteColumns(url)).filter(({ table }) => table === 'transaction').map((one) => one.column);
    await tamper(url, [flip(column as string)]);
    node.start();
    await expect(node.untilLive(20_000)).rejects.toThrow(/STORE_DAMAGED|STATE_DAMAGED/);
    await tamper(url, [flip(column as string)]);
    node.start();
    await node.untilLive(30_000);
  }, 90_000);

  /** Every byte column of the ledger tables, with one row in the middle of the chain to damage. */
  function byteColumns(url: string): Promise<{ table: string; column: string; key: string; where: string }[]> {
    return withClient(url, async (client) => {
      const cases = [];
      for (const [table, keys, condition] of COLUMNS) {
        const columns = await client.query<{ column_name: string }>(
          // The id of a transaction is that of its outcome.
          `SELECT column_name FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = $1
             AND data_type = 'bytea' AND NOT (table_name = 'transaction' AND column_name = 'tx_id')`,
          [table]
        );
        for (const { column_name: column } of columns.rows) {
          const row = await client.query<Record<string, unknown>>(
            `SELECT ${keys} FROM ledger.${table} WHERE ${condition} AND length(${column}) > 0 ORDER BY ${keys} OFFSET 10 LIMIT 1`
          );
          const values = row.rows[0];
          if (values === undefined) continue;
          const where = Object.entries(values)
            .map(([name, value]) => `${name} = ${String(value)}`)
            .join(' AND ');
          cases.push({ table, column, key: where, where });
        }
      }
      return cases;
    });
  }
});
