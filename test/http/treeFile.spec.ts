import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withClient } from '@lading/storage';
import { bytes, objectEvent, serial } from './sampleEvents.js';
import { ORGANIZATION, SingleNode } from './singleNode.js';

const EVENTS = '/epcis/v2/events';

describe('the file in which a node keeps its state tree', () => {
  let node: SingleNode;
  let path: string;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    path = join(node.directory, ORGANIZATION, 'data', 'tree.log');
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const record = async (name: string): Promise<void> => {
    expect((await node.postEpcis(EVENTS, bytes(objectEvent({ epcList: [serial(name)] })))).status).toBe(201);
  };
  const stateRoot = () => node.node.status().stateRoot;

  it('gives a started node the state that it had, and so does a start without it, or with a damaged one', async () => {
    await record('T1');
    const before = stateRoot();
    await node.restart();
    expect(stateRoot()).toBe(before);
    const whole = await readFile(path);
    for (const damage of [whole.subarray(0, 40), whole.map((byte, i) => (i === 100 ? byte ^ 1 : byte)), Buffer.alloc(0)]) {
      await node.whileStopped(() => writeFile(path, damage));
      expect(stateRoot()).toBe(before);
    }
    await record('T2');
  }, 120_000);

  it('does not hide a changed row of the state', async () => {
    const root = stateRoot();
    const edit = 'UPDATE ledger.state SET value_hash = set_byte(value_hash, 3, get_byte(value_hash, 3) # 1)';
    const one = 'WHERE key_hash = (SELECT max(key_hash) FROM ledger.state)';
    const change = (): Promise<unknown> => withClient(node.database.adminUrl, (client) => client.query(`${edit} ${one}`));
    let refused: unknown = null;
    await node.whileStopped(async () => void (await change())).catch((error: unknown) => (refused = error));
    expect(refused).toMatchObject({ code: 'STATE_DAMAGED' });
    await node.whileStopped(async () => void (await change()));
    expect(stateRoot()).toBe(root);
  }, 120_000);
});
