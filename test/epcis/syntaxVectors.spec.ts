import { aiEntry, checkAiSet, formatAiMessage, LINTERS, parseAiBrackets, parseAiMessage } from '@lading/provenance';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWithData } from '../fixtures/data.js';
import { textOf } from '../provenance/files.js';
import { root } from '../tidy/repository.js';
import { counted, casesOf } from './vectors.js';

interface LinterCase {
  readonly linter: string;
  readonly data: string;
  readonly valid: boolean;
  readonly error: string | null;
}

interface AiCase {
  readonly test: string;
  readonly input: string;
  readonly valid: boolean;
  readonly expected: string | null;
}

describeWithData('the GS1 syntax dictionary', () => {
  it('is what the committed table was generated from', async () => {
    const script = (await import(pathToFileURL(join(root, 'scripts/generateAiTable.mjs')).href)) as {
      aiTableSource: (dictionary: string) => string;
    };
    const committed = readFileSync(join(root, 'libs/provenance/src/identifiers/syntax/aiTable.ts'), 'utf8');
    expect(script.aiTableSource(textOf('spec/gs1-syntax-dictionary.txt'))).toBe(committed);
  });

  it('names no syntax test that we do not have', () => {
    for (let ai = 0; ai < 10_000; ai++) {
      for (const text of [String(ai).padStart(2, '0'), String(ai).padStart(4, '0')]) {
        const names = aiEntry(text)?.components.flatMap(({ linters }) => linters) ?? [];
        expect(names.filter((name) => !LINTERS.has(name))).toEqual([]);
      }
    }
  });

  it('every vector of its syntax tests has our verdict', () => {
    // Two groups of rows ran upstream with a registry of prefixes that says no, or is away.
    const verdict = { GS1_LINTER_INVALID_GCP_PREFIX: 'unknown', GS1_LINTER_GCP_DATASOURCE_OFFLINE: 'offline' } as const;
    const rows = casesOf<LinterCase>('gs1-syntax-dictionary-linters');
    const wrong = rows.filter(({ linter, data, valid, error }) => {
      const state = error === null ? undefined : verdict[error as keyof typeof verdict];
      const fault = LINTERS.get(linter.slice(5))?.(data, state === undefined ? undefined : () => state);
      return (fault === null) !== valid;
    });
    expect(wrong).toEqual([]);
    counted('syntax tests', rows.length, wrong.length);
    expect(rows).toHaveLength(3371);
  });

  it('every vector of element strings has our verdict and text', () => {
    const rows = casesOf<AiCase>('gs1-engine-ai-data');
    const wrong = rows.filter(({ test, input, valid, expected }) => {
      const parsed = test === 'processAIdata' ? parseAiMessage(input.replaceAll('^', '\x1d')) : parseAiBrackets(input);
      const isFine = parsed.ok && (test !== 'validateAIs' || checkAiSet(parsed.value).ok);
      const text = parsed.ok ? formatAiMessage(parsed.value).replaceAll('\x1d', '^') : null;
      return isFine !== valid || (valid && expected !== null && text !== expected);
    });
    expect(wrong).toEqual([]);
    counted('element strings', rows.length, wrong.length);
    expect(rows).toHaveLength(92);
  });
});
