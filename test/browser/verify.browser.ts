import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromHex, toHex } from '@lading/kernel';
import { judgeFile, reportJson } from '../../apps/cli/src/verify/judge.js';
import { ed25519Cases } from '../../libs/ledger/src/crypto/ed25519Cases.test-kit.js';
import { figure } from '../e2e/figures.js';
import { describeWithData } from '../fixtures/data.js';
import { buildVerify } from '../offline/bundles.js';
import { wideStory } from '../proofs/coffee.js';
import { sampleProofs } from '../proofs/sampleProofs.js';
import { storyText } from '../proofs/storyLedger.js';
import { root } from '../tidy/repository.js';
import { Chromium } from './chromium.js';
import { JUDGE_CASES, merkleCases, rootVectors } from './merkleCases.js';

const program = process.env['LADING_CHROMIUM'] ?? 'chromium';
const HELP = `
  const b64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));
`;
const JUDGE = `${HELP}
  const started = performance.now();
  const report = ladingVerify.judge(b64(input.proof), b64(input.genesis), input.key === undefined ? {} : { key: input.key });
  return { report, milliseconds: performance.now() - started };
`;
interface Judged {
  readonly report: { readonly verdict: string; readonly checks: readonly { readonly name: string; readonly ok: boolean }[] };
  readonly milliseconds: number;
}
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');
const vector = <T>(name: string): T => JSON.parse(readFileSync(join(root, 'spec/vectors', `${name}.json`), 'utf8')) as T;

let folder: string;
let browser: Chromium;
beforeAll(async () => {
  folder = buildVerify();
  browser = await Chromium.start(program);
  await browser.open(pathToFileURL(join(folder, 'lading-verify.html')).href);
}, 120_000);
afterAll(async () => {
  await browser.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('lading-verify.html in Chromium', () => {
  const judge = (proof: Uint8Array | string, genesis: Uint8Array, key?: string): Promise<Judged> =>
    browser.run<Judged>(JUDGE, { proof: base64(proof), genesis: base64(genesis), key });

  it('shows a person who chooses two files the report of the command line', async () => {
    const [proof, genesis] = [vector<{ cases: string[] }>('receipt').cases[0] ?? '', vector<{ file: string }>('genesis').file];
    writeFileSync(join(folder, 'a.proof'), proof);
    writeFileSync(join(folder, 'bad.proof'), proof.replace('"batchIndex":0', '"batchIndex":1'));
    writeFileSync(join(folder, 'genesis.json'), genesis);
    const shown = `for (let i = 0; i < 400; i++) {
      const { dataset, textContent } = document.getElementById('report');
      if (dataset.verdict === input) return textContent;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return document.getElementById('report').textContent;`;
    await browser.choose('#genesis', join(folder, 'genesis.json'));
    await browser.choose('#proof', join(folder, 'a.proof'));
    const text = await browser.run<string>(shown, 'VERIFIED');
    expect(text).toMatch(/^a\.proof {3}epcis\.capture by finca-alta\/anna/);
    expect(text.split('\n').filter((line) => line.startsWith(' ✔ '))).toHaveLength(10);
    expect(text.trimEnd()).toMatch(/VERIFIED offline, no server was contacted$/);
    await browser.choose('#proof', join(folder, 'bad.proof'));
    expect(await browser.run<string>(shown, 'FALSE')).toMatch(/FALSE: do not rely on this file$/);
  }, 120_000);

  it('reaches nothing: its policy refuses a request, and nothing but the page itself was ever asked for', async () => {
    let asked = 0;
    const server: Server = createServer((_, response) => response.end(String((asked += 1))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const refused = await browser.run<string>("return fetch(input).then(() => 'sent', () => 'refused');", url);
    const image = `return new Promise((done) => {
      const i = new Image();
      i.onload = () => done('sent');
      i.onerror = () => done('refused');
      i.src = input;
    });`;
    expect([refused, await browser.run<string>(image, url), asked]).toEqual(['refused', 'refused', 0]);
    expect(browser.requested.filter((one) => !/^(?:file|about|data|blob):/.test(one) && one !== url)).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  }, 60_000);

  it('answers every kind of proof as the library does in Node, and refuses it changed', async () => {
    let most = 0;
    for (const { kind, text, genesis, key } of await sampleProofs()) {
      const { report, milliseconds } = await judge(text, genesis, key);
      most = Math.max(most, milliseconds);
      const own = reportJson(judgeFile(Buffer.from(text), genesis, { key: key ?? null }), 'proof', 'genesis.json');
      expect([kind, report]).toEqual([kind, { ...(JSON.parse(JSON.stringify(own)) as object), trust: 'genesis' }]);
      const at = Math.floor(text.length * 0.6);
      const changed = await judge(Uint8Array.from(Buffer.from(text), (byte, i) => (i === at ? byte ^ 1 : byte)), genesis, key);
      expect([kind, changed.report.verdict]).toEqual([kind, 'FALSE']);
    }
    figure('slowest of all kinds of sample proofs', most, 'ms', { atMost: 3000 });
  }, 240_000);

  it('answers the receipt vectors, refused ones too', async () => {
    const genesis = Buffer.from(vector<{ file: string }>('genesis').file);
    const epochs = vector<{ cases: string[]; refused: { receipt: string }[] }>('receipt-epochs');
    const good = [...vector<{ cases: string[] }>('receipt').cases, ...epochs.cases];
    const verdicts: string[] = [];
    for (const text of good) verdicts.push((await judge(text, genesis)).report.verdict);
    expect(verdicts).toEqual(good.map(() => 'VERIFIED'));
    for (const { receipt } of epochs.refused) expect((await judge(receipt, genesis)).report.verdict).toBe('FALSE');
    figure('receipt vectors answered', good.length + epochs.refused.length, 'files', { atLeast: 9 });
  }, 120_000);

  it('answers the vectors of rule C1 that are its own', async () => {
    const { cases } = vector<{ cases: { name: string; admitted: boolean; accepted: boolean }[] }>('ed25519-c1');
    const answers = `${HELP} const { c1 } = ladingVerify;
      return input.map(({ publicKey, message, signature }) =>
        [c1.admitPublicKey(hex(publicKey)), c1.verify(hex(signature), hex(message), hex(publicKey))]);`;
    expect(await browser.run(answers, cases)).toEqual(cases.map(({ admitted, accepted }) => [admitted, accepted]));
  }, 120_000);

  it('verifies the story of an item with fifty ancestors', async () => {
    const { ledger, bag } = wideStory();
    const text = storyText(await ledger.story(bag));
    const { report, milliseconds } = await judge(text, ledger.network.genesisBytes);
    expect(report.verdict).toBe('VERIFIED');
    figure('story of an item with 50 ancestors', milliseconds, 'ms', { atMost: 3000 });
    figure('its size', text.length / 1024, 'KiB', { atMost: 400 });
  }, 240_000);
});

describeWithData('public vectors in Chromium', () => {
  it('answers all Merkle cases as the suites say', async () => {
    const cases = merkleCases();
    expect(cases).toHaveLength(62 + 55 + 120 + 72);
    expect(await browser.run(JUDGE_CASES, cases)).toEqual([]);
    const vectors = rootVectors();
    const rootsOf = `${HELP} const { merkleRoot } = ladingVerify.merkle;
      const text = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return input.roots.map(({ size }) => text(merkleRoot(input.leafInputs.slice(0, size).map(hex))));`;
    const expected = vectors.roots.map((one) => toHex(fromHex(one.root) ?? new Uint8Array(0)));
    expect(await browser.run(rootsOf, vectors)).toEqual(expected);
    figure('Merkle vectors answered', cases.length + vectors.roots.length, 'cases', { exactly: 315 });
  }, 120_000);

  it('answers all 751 Ed25519 cases as column c1 says', async () => {
    const cases = ed25519Cases();
    expect(cases).toHaveLength(751);
    const sent = cases.map(({ key, message, signature }) => ({ key: toHex(key), message: toHex(message), signature: toHex(signature) }));
    const answers = `${HELP} const { c1 } = ladingVerify;
      const started = performance.now();
      const found = input.map(({ key, message, signature }) => {
        const admitted = c1.admitPublicKey(hex(key));
        return [admitted, admitted && c1.verify(hex(signature), hex(message), hex(key))];
      });
      return { found, milliseconds: performance.now() - started };`;
    const { found, milliseconds } = await browser.run<{ found: boolean[][]; milliseconds: number }>(answers, sent);
    const wrong = cases.filter(({ expected }, i) => found[i]?.[0] !== expected.key_admitted || found[i]?.[1] !== expected.c1);
    expect(wrong.map(({ set, id }) => `${set} ${id}`)).toEqual([]);
    figure('C1 vectors answered', cases.length, 'cases', { exactly: 751 });
    figure('one C1 verification, mean over the vectors', milliseconds / cases.length, 'ms', { atMost: 20 });
  }, 240_000);
});
