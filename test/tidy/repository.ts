import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.lading', 'coverage']);

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Paths of the project's own files, relative to its root: what git knows, or every file in an unpacked archive. */
export function projectFiles(): string[] {
  if (existsSync(join(root, '.git'))) {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    return listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
  }
  return walk(root).map((path) => relative(root, path));
}

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
export const isSource = (path: string): boolean => /^(libs|apps)\/[^/]+\/src\/.*\.ts$/.test(path) && !isTest(path);
export const isTest = (path: string): boolean => /\.(spec|test-kit)\.ts$/.test(path) || path.startsWith('test/');
