import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playScenario, titleOf } from '@lading/simulator';

/** Plays the stories of *.scn (README.md has the language). */
const folder = join(process.cwd(), 'test/scenarios');
const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
const files = readdirSync(folder).filter((name) => name.endsWith('.scn'));

describe.each(files)('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');

  it(titleOf(text), () => playScenario(name, text, { sha256 }), 120_000);
});

describe('A scenario file that is wrong', () => {
  const play = (...lines: readonly string[]) => (): void => playScenario('wrong.scn', lines.join('\n'), { sha256 });

  it.each([
    ['has no network', ['100 org0 submits'], /wrong\.scn:1: the first line must say: network N/],
    [
      'has a deed without a time', ['network 4', '1 org0 submits', 'org1 submits'],
      /wrong\.scn:3: a deed or an expectation begins with its time/
    ],
    ['goes back in time', ['network 4', '', '200 org0 submits', '100 org1 submits'], /wrong\.scn:4: time runs back/],
    ['has an unknown deed', ['network 4', '# nothing', '100 org0 dances'], /wrong\.scn:3: not a deed/],
    ['names an unknown adversary', ['network 4', 'org1 is a pirate'], /wrong\.scn:2: not a line about the network/],
    ['names an unknown node', ['network 4', '100 org7 submits'], /wrong\.scn:2: no node 7/],
    ['expects what no node shows', ['network 4', '100 expect colour 3 everywhere'], /wrong\.scn:2: not an expectation/],
    ['expects what is not so', ['network 4', '100 expect height 3 everywhere'], /wrong\.scn:2: expected otherwise: height is 0, 0, 0, 0/]
  ])('%s: the error names file and line', (_, lines, message) => {
    expect(play(...lines)).toThrow(message);
  });
});

describe('README.md', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');

  it('has a line for each of the 29 pitfalls, and names only files that exist', () => {
    const rows = [...readme.matchAll(/^\| (\d+) \|.*\| ([^|]+) \|$/gm)];
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 29 }, (_, i) => i + 1));
    for (const [, , test] of rows) {
      for (const [, file] of (test ?? '').matchAll(/`([\w./-]+\.(?:scn|ts|mjs))`/g)) {
        const path = file?.includes('/') === true ? join(process.cwd(), file) : join(folder, file ?? '');
        expect(() => readFileSync(path)).not.toThrow();
      }
    }
  });
});
