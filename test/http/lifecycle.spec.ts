import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NETWORK_FILES } from '@lading/identity';
import { explain, readNodeFiles, readParts, startNode, Telemetry } from '@lading/node';
import { tamper } from '../fixtures/postgres.js';
import { root } from '../tidy/repository.js';
import { bytes, objectEvent, serial } from './sampleEvents.js';
import { ORGANIZATION, SingleNode } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const pages = join(root, 'docs/errors');

/** Starts a second node over the files; resolves with what stderr would say. */
async function refusal(node: SingleNode, environment: Record<string, string> = {}): Promise<string> {
  const telemetry = new Telemetry({ format: 'human', write: () => undefined, onFatal: () => undefined });
  try {
    const files = await readNodeFiles(join(node.directory, ORGANIZATION, NETWORK_FILES.node), environment);
    const running = await startNode(await readParts(files), files, telemetry);
    await running.stop();
    return 'started';
  } catch (error) {
    return explain(error, pages);
  } finally {
    telemetry.close();
  }
}

describe('a node that stops and starts', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('answers every request that was under way when it was told to stop, and keeps what it acknowledged', async () => {
    const posts = Array.from({ length: 40 }, (_, i) =>
      node.postEpcis(EVENTS, bytes(objectEvent({ epcList: [serial(`stop${i}`)] })))
    );
    // At least one request has been served, the others are anywhere between their socket and the ledger.
    await Promise.race(posts);
    const restarted = node.restart();
    const answers = await Promise.allSettled(posts);
    await restarted;
    let acknowledged = 0;
    for (const [i, answer] of answers.entries()) {
      // A socket that was not accepted before the port closed is refused, which says plainly: nothing happened.
      if (answer.status === 'rejected') continue;
      expect([201, 503, 504]).toContain(answer.value.status);
      if (answer.value.status !== 201) continue;
      acknowledged += 1;
      expect((await node.get(`/v1/items/stop${i}`)).status).toBe(200);
    }
    expect(acknowledged).toBeGreaterThan(0);
  }, 60_000);

  it('lets no second process at the same database', async () => {
    expect(await refusal(node)).toMatch(/^NODE_ALREADY_RUNNING: .*\nWhat to do: /s);
  });

  it('names the field of node.json that is wrong, and files that are missing', async () => {
    const file = join(node.directory, ORGANIZATION, NETWORK_FILES.node);
    await copyFile(file, `${file}.kept`);
    const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...config, http: { host: '127.0.0.1', port: 'x' } }));
    expect(await refusal(node)).toMatch(/^CONFIG_INVALID: .*http\.port: .*\nWhat to do: /s);
    await writeFile(file, '{');
    expect(await refusal(node)).toMatch(/^CONFIG_INVALID: .*is not JSON/);
    await writeFile(file, JSON.stringify({ ...config, organization: 'somebody-else' }));
    expect(await refusal(node)).toMatch(/^ORGANIZATION_UNKNOWN: genesis does not name somebody-else/);
    await copyFile(`${file}.kept`, file);
    const elsewhere = { LADING_GENESIS_FILE: '/nowhere/genesis.json' };
    expect(await refusal(node, elsewhere)).toMatch(/^GENESIS_UNUSABLE: \/nowhere\/genesis\.json cannot be read/);
  });

  it('does not start on a head block that was changed, and says what is damaged and what to do', async () => {
    await node.whileStopped(async () => {
      const last = '(SELECT max(height) FROM ledger.transaction)';
      await tamper(node.database.adminUrl, [
        `UPDATE ledger.transaction SET encoded = set_byte(encoded, 200, get_byte(encoded, 200) # 1) WHERE height = ${last}`
      ]);
      expect(await refusal(node)).toMatch(/^(STORE_DAMAGED|STORE_CORRUPT): .*transaction.*\nWhat to do: /s);
      await tamper(node.database.adminUrl, [
        `UPDATE ledger.transaction SET encoded = set_byte(encoded, 200, get_byte(encoded, 200) # 1) WHERE height = ${last}`
      ]);
    });
    expect((await node.get('/status')).status).toBe(200);
  }, 60_000);
});
