import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBase64Url } from '@lading/kernel';
import { CONSISTENCY, CONSISTENCY_FORMAT, encodeProof } from '@lading/ledger';
import { verifyCountersigned, verifyFraud, type CountersignedFacts } from '@lading/verifier';
import { TestChain } from '../fixtures/testChain.js';
import { testNetwork } from '../fixtures/testNetwork.js';
import { consistencyOf } from '../proofs/sampleProofs.js';
import { lading } from './runCli.js';
import { json, testServer, type TestServer } from './testServer.js';
import { forked, grow, ledgerServer, WitnessProcess, type ShownLedger } from './witnessNetwork.js';

const network = testNetwork({ seed: 'witness' });
const chain = new TestChain(network);
grow(network, chain, 40, 'a');

describe('lading witness run', () => {
  let cwd: string;
  const servers: TestServer[] = [];
  const witnesses: WitnessProcess[] = [];
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'lading-witness-'));
    writeFileSync(join(cwd, 'genesis.json'), network.genesisBytes);
    writeFileSync(join(cwd, 'token'), 'a token', { mode: 0o600 });
  });
  afterEach(async () => {
    for (const witness of witnesses.splice(0)) await witness.stop('SIGKILL');
    for (const server of servers.splice(0)) await server.close();
    rmSync(cwd, { recursive: true });
  });

  const serve = async (shown: ShownLedger): Promise<string> => {
    const server = await ledgerServer(network, shown);
    servers.push(server);
    return server.url;
  };
  const start = (urls: readonly string[], ...more: string[]): WitnessProcess => {
    const witness = WitnessProcess.start(cwd, urls, ...more);
    witnesses.push(witness);
    return witness;
  };
  const countersigned = (height: number) => (witness: WitnessProcess) =>
    witness.until(() => witness.stdout.includes(`countersigned height ${height}\n`));
  const factsOf = (text: string): CountersignedFacts => {
    const { verdict, facts } = verifyCountersigned(text, network.genesisBytes);
    if (facts === null || verdict !== 'VERIFIED') throw new Error(`${verdict}: ${text.slice(0, 200)}`);
    return facts;
  };
  const statements = (): readonly string[] => readFileSync(join(cwd, 'state/statements.log'), 'utf8').split('\n').slice(0, -1);

  it('countersigns what goes on from its last statement, keeps it first, and answers it to anyone on this machine', async () => {
    const shown: ShownLedger = { chain, height: 3 };
    const witness = start([await serve(shown)], '--dev-only');
    await countersigned(3)(witness);
    shown.height = 9;
    await countersigned(9)(witness);
    const answer = await fetch(await witness.url());
    expect(answer.headers.get('content-type')).toBe('application/vnd.lading.countersigned+json');
    const text = await answer.text();
    const facts = factsOf(text);
    expect(facts.checkpointHeight).toBe(9);
    expect(witness.stderr).toContain(`witness ${facts.witness} of the network`);
    expect(statements()).toHaveLength(2);
    expect(statSync(join(cwd, 'state/witness.key')).mode & 0o777).toBe(0o600);
    writeFileSync(join(cwd, 'now.checkpoint'), text);
    const told = await lading(['verify', 'now.checkpoint', '--trust', 'genesis.json', '--witness', facts.witness], { cwd, offline: true });
    expect([told.code, /the witness .* had checked height 9 on/.test(told.stdout)]).toEqual([0, true]);
    expect((await fetch(new URL('/other', await witness.url()))).status).toBe(404);
    expect(await witness.stop()).toBe(0);
    expect(existsSync(join(cwd, 'state/lock'))).toBe(false);
  }, 60_000);

  it('never signs two statements of one height, however often it is killed', async () => {
    const shown: ShownLedger = { chain, height: 1 };
    const url = await serve(shown);
    const told = new Map<number, string>();
    const line = new Map<number, string>();
    let height = 0;
    for (let life = 0; life < 6; life++) {
      const witness = start([url], ...(life === 0 ? ['--dev-only'] : []));
      const at = await witness.url();
      while (shown.height < 6 * (life + 1)) {
        await countersigned(shown.height)(witness).catch(() => undefined);
        shown.height += 2;
        const answer = await fetch(at);
        if (answer.status === 200) record(await answer.text());
      }
      // Killed while it asks, checks or writes: at another moment each time.
      await new Promise((resolve) => setImmediate(resolve));
      await witness.stop('SIGKILL');
      const log = statements();
      log.forEach((text, i) => expect(line.get(i) ?? text).toBe(text));
      log.forEach((text, i) => line.set(i, text));
    }
    expect(told.size).toBeGreaterThanOrEqual(6);
    expect(height).toBeGreaterThanOrEqual(20);

    function record(text: string): void {
      const { checkpointHeight } = factsOf(text);
      expect(told.get(checkpointHeight) ?? text).toBe(text);
      expect(checkpointHeight).toBeGreaterThanOrEqual(height);
      height = checkpointHeight;
      told.set(height, text);
    }
  }, 180_000);

  it('drops a line that a crash has cut off, and refuses any other damage', async () => {
    const shown: ShownLedger = { chain, height: 4 };
    const url = await serve(shown);
    expect(await start([url], '--dev-only', '--once').ended).toBe(0);
    const path = join(cwd, 'state/statements.log');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole + whole.slice(0, 100));
    shown.height = 5;
    expect(await start([url], '--once').ended).toBe(0);
    expect(statements()).toHaveLength(2);
    writeFileSync(path, whole.replace('"timeMs":1', '"timeMs":2'));
    const refused = start([url], '--once');
    expect(await refused.ended).toBe(1);
    expect(refused.stderr).toContain('WITNESS_STATE_DAMAGED');
  }, 60_000);

  it('does not countersign what a lying node shows, tells it once, and follows the others', async () => {
    const lie = (text: string): string => text.replace(/"inclusionPath":\["[^"]/, (part) => `${part.slice(0, -1)}A`);
    const cut: ShownLedger = { chain, height: 8, lie };
    const other = new TestChain(testNetwork({ seed: 'another network' }));
    grow(other.network, other, 9, 'z');
    const foreign: ShownLedger = { chain: other, height: 9 };
    const swapped: ShownLedger = { chain, height: 9, lie: () => '{"format":"lading/consistency/1"}' };
    const earlier = encodeProof(CONSISTENCY_FORMAT, CONSISTENCY, consistencyOf(chain, 1, 2));
    const elsewhere: ShownLedger = { chain, height: 9, lie: () => earlier };
    const honest: ShownLedger = { chain, height: 3 };
    const urls = [await serve(honest), await serve(cut), await serve(foreign), await serve(swapped), await serve(elsewhere)];
    const alarms: string[] = [];
    const hook = await testServer(({ body }) => (alarms.push(body), json({})));
    servers.push(hook);
    const witness = start(urls, '--dev-only', '--alarm-url', hook.url);
    await countersigned(3)(witness);
    honest.height = 6;
    await countersigned(6)(witness);
    await witness.until(() => (witness.stderr.match(/FALSE-ANSWER/g) ?? []).length >= 1);
    honest.height = 7;
    await countersigned(7)(witness);
    const heights = [...witness.stdout.matchAll(/height (\d+)/g)].map((match) => Number(match[1]));
    expect(heights).toEqual([3, 6, 7]);
    const said = alarms.map((body) => JSON.parse(body) as { kind: string; detail: string });
    expect(said.map(({ kind }) => kind)).toContain('false-answer');
    for (const url of urls.slice(1)) expect(said.some(({ detail }) => detail.includes(url))).toBe(true);
  }, 60_000);

  it.each([
    ['a node that changes what was countersigned', 6, 6, [6]],
    ['two nodes that show two states of one height, of which neither was countersigned before', 12, 9, [4, 12]]
  ])('ends with 3 and a fraud proof: %s', async (_, first, second, wanted) => {
    const honest: ShownLedger = { chain, height: wanted[0] ?? 0 };
    const lying: ShownLedger = { chain, height: wanted[0] ?? 0 };
    const witness = start([await serve(honest), await serve(lying)], '--dev-only');
    await countersigned(wanted[0] ?? 0)(witness);
    lying.chain = forked(network, 40, second, 'a');
    lying.height = second;
    honest.height = first;
    expect(await witness.ended).toBe(3);
    const [file = ''] = readdirSync(join(cwd, 'state')).filter((name) => name.startsWith('fraud-'));
    expect(file).toBe(`fraud-${second}.proof`);
    const { verdict, facts } = verifyFraud(readFileSync(join(cwd, 'state', file)), network.genesisBytes);
    expect([verdict, facts?.culprits.length]).toEqual(['VERIFIED', 3]);
    const again = start([await serve(honest)]);
    expect([await again.ended, again.stderr.includes('WITNESS_FORK')]).toEqual([3, true]);
  }, 60_000);

  it('cries out when announced blocks are not proved, ends then if it is told to, and not while nothing happens', async () => {
    const shown: ShownLedger = { chain, height: 5 };
    const url = await serve(shown);
    const witness = start([url], '--dev-only', '--stall', '2');
    await countersigned(5)(witness);
    const before = performance.now();
    while (performance.now() - before < 3500) await fetch(await witness.url());
    expect(witness.stderr).not.toContain('STALL');
    shown.claimed = 50;
    await witness.until(() => witness.stderr.includes('STALL no provable progress for 2 s'));
    shown.height = 50 - 10;
    shown.claimed = 40;
    await witness.until(() => witness.stderr.includes('RECOVERED'));
    await witness.stop();
    shown.isDown = true;
    const strict = start([url], '--stall', '1', '--exit-on-stall');
    expect(await strict.ended).toBe(5);
    expect(strict.stderr).toContain('NODE_HALTED');
  }, 60_000);

  it('refuses a second process with its state, and a key whose keeping was not chosen', async () => {
    const url = await serve({ chain, height: 2 });
    expect(await start([url], '--once').ended).toBe(2);
    const witness = start([url], '--dev-only');
    await countersigned(2)(witness);
    const second = start([url]);
    expect([await second.ended, second.stderr.includes('WITNESS_RUNNING')]).toEqual([1, true]);
    expect(fromBase64Url(factsOf(await (await fetch(await witness.url())).text()).witness)?.length).toBe(32);
  }, 60_000);
});
