import { isSource, isTest, projectFiles, textOf } from './repository.js';

const lineCount = (path: string): number => textOf(path).split('\n').length - 1;
const sources = projectFiles().filter(isSource);

describe('sizes (ARCHITECTURE.md, "Style")', () => {
  it('no source file is longer than 400 lines, because it should be split along the algorithm', () => {
    expect(sources.filter((path) => lineCount(path) > 400)).toEqual([]);
  });

  it('no test file is longer than 600 lines', () => {
    const tests = projectFiles().filter((path) => path.endsWith('.ts') && isTest(path));
    expect(tests.filter((path) => lineCount(path) > 600)).toEqual([]);
  });

  it('no line of TypeScript is longer than 140 characters', () => {
    const long = projectFiles()
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => textOf(path).split('\n').map((line, index) => ({ at: `${path}:${index + 1}`, size: line.length })))
      .filter(({ size }) => size > 140);
    expect(long).toEqual([]);
  });

  it('the kernel stays a closed list of files with at most 400 lines', () => {
    const kernel = sources.filter((path) => path.startsWith('libs/kernel/src/'));
    expect(kernel.map((path) => path.split('/').at(-1)).sort()).toEqual(
      ['assert.ts', 'brand.ts', 'bytes.ts', 'index.ts', 'limits.ts', 'ports.ts', 'result.ts', 'utf8.ts']
    );
    expect(kernel.reduce((sum, path) => sum + lineCount(path), 0)).toBeLessThanOrEqual(400);
  });
});
