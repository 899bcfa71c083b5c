import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coffeeStory } from '../proofs/coffee.js';
import { sampleProofs } from '../proofs/sampleProofs.js';
import { storyText } from '../proofs/storyLedger.js';
import { lading, type CliRun } from './runCli.js';

const { ledger, bag, names } = coffeeStory();
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lading-cli-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const verify = (file: string, genesis: Uint8Array, ...args: string[]): Promise<CliRun> => {
  writeFileSync(join(cwd, 'a.proof'), file);
  writeFileSync(join(cwd, 'genesis.json'), genesis);
  return lading(['verify', 'a.proof', '--trust', 'genesis.json', ...args], { cwd, offline: true });
};

describe('lading verify of other proofs than receipts', () => {
  it('tells the story of an item, what is strange about it, and what was not checked', async () => {
    const proof = await ledger.story(bag, 'history', ({ place }) => place.height === 3);
    const { code, stdout, stderr } = await verify(storyText(proof), ledger.network.genesisBytes);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^a\.proof {3}the story of BAG1: \d+ events on \d+ items, as of height 14/);
    expect(stdout).toContain('shipping: ');
    expect(stdout).toContain('(content withheld)');
    expect(stdout).toMatch(/Organization nordic-roast took everything out of/);
    expect(stdout).toContain('anomaly: DOUBLE_COMMISSION on BAG1');
    expect(stdout).toMatch(/^NOT RECALLED /m);
    expect(stdout).toMatch(/not checked: the content of 1 events/);
    expect(stdout.trimEnd().endsWith('VERIFIED offline, no server was contacted')).toBe(true);
    const told = JSON.parse((await verify(storyText(proof), ledger.network.genesisBytes, '--json')).stdout) as object;
    expect(told).toMatchObject({ kind: 'provenance', verdict: 'VERIFIED', facts: { withheld: 1, notRecalled: true } });
  });

  it('says RECALLED where it is, and answers 3 for a story that was changed', async () => {
    const story = coffeeStory();
    story.ledger.operate(1, 'recall.open', { recall: 'R1', destinations: [], gtin: names.gtin(1) });
    const text = storyText(await story.ledger.story(story.bag));
    const { code, stdout } = await verify(text, story.ledger.network.genesisBytes);
    expect([code, /^RECALLED: .*\/R1 on BAG1 \(subject\)$/m.test(stdout), stdout.includes('NOT RECALLED')]).toEqual([0, true, false]);
    const changed = await verify(text.replace('"kinds":["DOUBLE_COMMISSION"]', '"kinds":[]'), story.ledger.network.genesisBytes);
    expect([changed.code, /^FALSE/m.test(changed.stdout)]).toEqual([3, true]);
    expect((await verify(text.slice(0, -9), story.ledger.network.genesisBytes)).code).toBe(3);
  });

  it('judges every kind, and a proof of state by the key in question', async () => {
    for (const { text, genesis, key } of await sampleProofs()) {
      const { code, stdout } = await verify(text, genesis, ...(key === undefined ? [] : ['--key', key]));
      expect([code, stdout.includes('VERIFIED offline')]).toEqual([0, true]);
      if (key !== undefined) expect((await verify(text, genesis, '--key', `${key}/other`)).code).toBe(3);
    }
  }, 60_000);
});
