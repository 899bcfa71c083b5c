import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { verifyCountersigned } from '@lading/verifier';
import { loadStory } from '../../apps/node/src/dev/storyLoader.js';
import { lading } from '../cli/runCli.js';
import { WitnessProcess } from '../cli/witnessNetwork.js';
import { buildVerify, canUnshare, runNode } from '../offline/bundles.js';
import { figure } from './figures.js';
import { bearer, call, eventually, postEvent, statusOf } from './http.js';
import { inspection } from './load.js';
import { startNetwork, type RunningNetwork } from './network.js';

/** A node as it shows itself through somebody who changes its answers. */
interface LyingNode {
  readonly url: string;
  /** Changes the text of an answer; the path says to which question. */
  lie: ((path: string, text: string) => string) | null;
  close(): Promise<void>;
}

async function lyingNode(target: string): Promise<LyingNode> {
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    void call(`${target}${path}`, { headers: { authorization: request.headers.authorization ?? '' } }).then(
      ({ status, headers, text }) => {
        response.writeHead(status, { 'content-type': headers.get('content-type') ?? '' });
        response.end(node.lie === null ? text : node.lie(path, text));
      },
      () => response.destroy()
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const node: LyingNode = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  return node;
}

describe('an auditor outside of the network', () => {
  let running: RunningNetwork;
  let cwd: string;
  let genesis: Uint8Array;
  beforeAll(async () => {
    running = await startNetwork('open');
    cwd = await mkdtemp(join(tmpdir(), 'lading-auditor-'));
    genesis = await readFile(running.network.layout.genesisFile);
    await writeFile(join(cwd, 'genesis.json'), genesis);
    await writeFile(join(cwd, 'token'), running.clerks[0]?.token() ?? '', { mode: 0o600 });
  }, 180_000);
  afterAll(async () => {
    await running.stop();
    await rm(cwd, { recursive: true, force: true });
  }, 60_000);

  const certified = (): Promise<number> =>
    eventually('all is certified', 30_000, async () => {
      const { height, certifiedHeight } = await statusOf(running.network.layout.nodes[0]?.url ?? '');
      return height > 0 && certifiedHeight === height;
    });

  it('verifies the story of the demo with one file and no network, and finds one changed character', async () => {
    await loadStory(running.network.layout, running.network.genesis, () => undefined);
    await certified();
    const [clerk] = running.clerks;
    if (clerk === undefined) throw new Error('no clerk');
    const answer = await call(`${clerk.node.url}/v1/items/LOT-7F3/proof`, { headers: bearer(clerk) });
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    const folder = buildVerify();
    await writeFile(join(folder, 'lot.proof'), answer.text);
    await writeFile(join(folder, 'genesis.json'), genesis);
    const started = performance.now();
    const args = ['lading-verify.mjs', 'lot.proof', '--trust', 'genesis.json'];
    const { code, stdout } = await runNode(folder, args, canUnshare);
    figure('bundle of the demo verified unplugged', canUnshare ? 1 : 0, 'bundle', { exactly: 1 });
    figure('its verification, with the start of Node', performance.now() - started, 'ms', { atMost: 5000 });
    figure('its size', answer.text.length / 1024, 'KiB', { atMost: 1024 });
    expect([code, /^lot\.proof {3}the story of LOT-7F3/.test(stdout)]).toEqual([0, true]);
    expect(stdout.trimEnd()).toMatch(/VERIFIED offline, no server was contacted$/);
    const at = Math.floor(answer.text.length / 2);
    const swapped = answer.text[at] === 'A' ? 'B' : 'A';
    await writeFile(join(folder, 'lot.proof'), answer.text.slice(0, at) + swapped + answer.text.slice(at + 1));
    expect((await runNode(folder, args, canUnshare)).code).toBe(3);
    await rm(folder, { recursive: true });
  }, 180_000);

  it('follows real nodes, one of which lies, countersigns what holds, and takes no false answer', async () => {
    const { nodes } = running.network.layout;
    const [clerk] = running.clerks;
    if (clerk === undefined) throw new Error('no clerk');
    const liar = await lyingNode(nodes[2]?.url ?? '');
    await certified();
    const witness = WitnessProcess.start(cwd, [nodes[0]?.url ?? '', nodes[1]?.url ?? '', liar.url], '--dev-only');
    try {
      await witness.until(() => /countersigned height \d+/.test(witness.stdout));
      const flip = (text: string): string => text.replace(/"toCheckpoint":"(.{40})./, (_, head: string) => `"toCheckpoint":"${head}_`);
      liar.lie = (path, text) => (path.startsWith('/v1/proofs') ? flip(text) : text);
      for (let i = 0; i < 6; i++) expect((await postEvent(clerk, inspection(`urn:uuid:${randomUUID()}`))).status).toBe(201);
      await certified();
      const { height } = await statusOf(nodes[0]?.url ?? '');
      await witness.until(() => witness.stdout.includes(`countersigned height ${height}\n`));
      await witness.until(() => witness.stderr.includes('FALSE-ANSWER'));
      const text = await (await fetch(await witness.url())).text();
      const { verdict, facts } = verifyCountersigned(text, genesis);
      expect([verdict, facts?.checkpointHeight]).toEqual(['VERIFIED', height]);
      figure('countersigned by a witness beside a lying node', 1, 'witness', { exactly: 1 });
      await writeFile(join(cwd, 'now.checkpoint'), text);
      expect((await lading(['verify', 'now.checkpoint', '--trust', 'genesis.json'], { cwd, offline: true })).code).toBe(0);
      expect((await readdir(join(cwd, 'state'))).filter((name) => name.startsWith('fraud-'))).toEqual([]);
      expect(await witness.stop()).toBe(0);
    } finally {
      await witness.stop('SIGKILL');
      await liar.close();
    }
  }, 180_000);
});
