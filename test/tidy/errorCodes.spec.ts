import { isSource, projectFiles, textOf } from './repository.js';

const USES = [
  /\b(?:reject|rejected|recorded|refuse|new [A-Z][A-Za-z]*Fault)\(\s*'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g,
  /^\s+([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*): (?:entry|retryable)\(/gm
];

/** Codes by the files that answer with them. */
function usedCodes(): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of projectFiles().filter(isSource)) {
    const text = textOf(path);
    for (const pattern of USES) for (const match of text.matchAll(pattern)) found.set(match[1] as string, path);
  }
  return found;
}

describe('error codes', () => {
  const pages = new Set(
    projectFiles().flatMap((path) => /^docs\/errors\/(?!README)([A-Z][A-Z0-9_]+)\.md$/.exec(path)?.slice(1, 2) ?? [])
  );

  it('every code that the sources answer with has a page, because its problem document links there', () => {
    const missing = [...usedCodes()].filter(([code]) => !pages.has(code)).map(([code, path]) => `${code} (${path})`);
    expect(missing.sort()).toEqual([]);
  });

  it('every page belongs to a code that still stands in the sources', () => {
    const sources = projectFiles().filter((path) => isSource(path) || path.startsWith('scripts/')).map(textOf).join('\n');
    expect([...pages].filter((code) => !sources.includes(code))).toEqual([]);
  });
});
