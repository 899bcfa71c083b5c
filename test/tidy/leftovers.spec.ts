import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSource, isTest, projectFiles, root, textOf } from './repository.js';

const TEXT = /\.(ts|mjs|cjs|js|json|md|yml|yaml|sh|scn)$|(^|\/)(Dockerfile|run|\.npmrc)$/;
const files = projectFiles().filter((path) => TEXT.test(path));

describe('leftovers', () => {
  it('no marker of unfinished work stands in the code', () => {
    const marker = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);
    expect(files.filter((path) => path !== 'package-lock.json' && marker.test(textOf(path)))).toEqual([]);
  });

  it('no test is focused or skipped without saying why in its name', () => {
    const tests = projectFiles().filter((path) => path.endsWith('.spec.ts') && !path.startsWith('test/tidy/'));
    expect(tests.filter((path) => /\b(describe|it|test)\.only\(|\bf(it|describe)\(/.test(textOf(path)))).toEqual([]);
    expect(tests.filter((path) => /\b(describe|it|test)\.skip\(\s*['"](?![^'"]*(skipped|because|needs))/.test(textOf(path)))).toEqual([]);
  });

  it('the lockfile and the configuration name no package registry', () => {
    const lock = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { resolved?: string; link?: boolean }> };
    const named = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith('http') === true && entry.link !== true);
    expect(named.slice(0, 3)).toEqual([]);
    expect(textOf('.npmrc')).not.toMatch(/registry/);
  });

  it('no file holds an absolute path of a developer machine', () => {
    const machinePath = new RegExp(`(^|[\\s"'\`(=])/(${['wo' + 'rk', 'ro' + 'ot', 'ho' + 'me'].join('|')})/[a-z]`, 'm');
    expect(files.filter((path) => path !== 'package-lock.json' && machinePath.test(textOf(path)))).toEqual([]);
  });

  it('every source file is reachable from an index, an entry point or a test', () => {
    const sources = projectFiles().filter(isSource);
    const imported = new Set<string>();
    for (const path of projectFiles().filter((file) => file.endsWith('.ts')))
      for (const match of textOf(path).matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)\.js['"]/g))
        imported.add(join(path, '..', `${match[1] as string}.ts`));
    // Types of packages that have none of their own.
    for (const path of sources)
      for (const match of textOf(path).matchAll(/<reference path="(\.[^"]+)"/g)) imported.add(join(path, '..', match[1] as string));
    const entry = /\/src\/(index|main|migrate|audit|dev|simMain)\.ts$/;
    const named = (path: string): boolean =>
      [...projectFiles().filter((file) => /^scripts\/.*\.mjs$|docker-compose\.yml$|Dockerfile$/.test(file))].some((script) =>
        textOf(script).includes(path.replace('/src/', '/dist/').replace(/\.ts$/, '.js'))
      );
    expect(sources.filter((path) => !imported.has(path) && !entry.test(path) && !named(path) && !isTest(path))).toEqual([]);
  });
});

describe('pages', () => {
  const codePattern = /^[A-Z][A-Z0-9_]+$/;

  it('every page in docs/errors is named after a code and says what to do', () => {
    const pages = projectFiles().filter((path) => path.startsWith('docs/errors/') && path.endsWith('.md') && !path.endsWith('README.md'));
    expect(pages.length).toBeGreaterThan(0);
    for (const page of pages) {
      expect(page.replace('docs/errors/', '').replace('.md', '')).toMatch(codePattern);
      expect(textOf(page)).toMatch(/what to do/i);
    }
  });

  it('every relative link in the documents leads to a file', () => {
    const broken = projectFiles().filter((path) => path.endsWith('.md')).flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => ({ path, target: join(path, '..', match[1] as string) }))
        .filter(({ target }) => !existsSync(join(root, target)))
    );
    expect(broken).toEqual([]);
  });
});
