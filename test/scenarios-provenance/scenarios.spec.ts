import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure } from '../e2e/figures.js';
import { root } from '../tidy/repository.js';
import { Scenario } from './scenario.js';

const folder = join(root, 'test/scenarios-provenance/stories');
const files = readdirSync(folder).filter((name) => name.endsWith('.scn')).sort();
/** The first comment of a file says what it is about. */
const titleOf = (name: string): string => /^# (.*)$/m.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? name;

describe('what the rules refuse, and what they let happen', () => {
  let [played, refused] = [0, 0];
  it.each(files.map((name) => [name, titleOf(name)]))('%s: %s', (name) => {
    const { refusals } = Scenario.play(join(folder, name));
    expect(refusals).toBeGreaterThan(0);
    played += 1;
    refused += refusals;
  });
  afterAll(() => {
    figure('scenario files that hold', played, 'files', { atLeast: 60 });
    figure('scenario files that do not', files.length - played, 'files', { exactly: 0 });
    figure('refusals in them, each with its code and the state unchanged', refused, 'refusals', { atLeast: 60 });
  });

  it('there are at least 60 of them, one for every rule and then some', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    const rules = new Set(files.map((name) => /^([rl]\d\d?)-/.exec(name)?.[1]));
    const wanted = Array.from({ length: 24 }, (_, i) => `r${String(i + 1).padStart(2, '0')}`);
    expect(wanted.filter((rule) => !rules.has(rule))).toEqual([]);
  });
});

describe('a scenario that does not hold', () => {
  const play = (...lines: readonly string[]): string => {
    const scratch = mkdtempSync(join(tmpdir(), 'scenario-'));
    const file = join(scratch, 'story.scn');
    writeFileSync(file, lines.join('\n'));
    try {
      Scenario.play(file);
      return 'holds';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    } finally {
      rmSync(scratch, { recursive: true });
    }
  };

  it.each([
    ['an expectation', ['# t', 'alpha commissions serial:1', '', 'expect serial:1 SOLD'], 'story.scn:4:'],
    ['a refusal that did not come', ['alpha commissions serial:1 => NOT_HOLDER'], 'story.scn:1:'],
    ['a refusal that did', ['alpha commissions serial:1', 'alpha commissions serial:1'], 'story.scn:2:'],
    ['a sentence nobody knows', ['alpha dances'], 'story.scn:1:'],
    ['an organization nobody knows', ['omega commissions serial:1'], 'story.scn:1:'],
    ['a thing nobody knows', ['alpha commissions box:1'], 'story.scn:1:']
  ])('says file and line of %s', (_, lines, place) => {
    expect(play(...lines)).toContain(place);
  });
});
