#!/usr/bin/env node
// Counts what somebody reads who wants to know what the verifier does: lines of code, without comments and blank lines, of
// libs/verifier and of every file of membership, ledger and kernel that it reaches by the names it imports.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(path, 'utf8');
const isTest = (path) => /\.(spec|test-kit)\.ts$/.test(path);
const filesOf = (lib) =>
  readdirSync(join(root, 'libs', lib, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !isTest(name))
    .map((name) => join(root, 'libs', lib, 'src', name));

/** Exported value names of a lib → the file that declares them. Types are erased: nobody runs them. */
const declaredIn = new Map();
for (const lib of ['kernel', 'ledger', 'membership'])
  for (const file of filesOf(lib))
    for (const found of read(file).matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)) declaredIn.set(`${lib}/${found[1]}`, file);

const seen = new Set();
const waiting = filesOf('verifier').filter((file) => !file.endsWith('index.ts'));
while (waiting.length > 0) {
  const file = waiting.pop();
  if (seen.has(file)) continue;
  seen.add(file);
  for (const [, names, from] of read(file).matchAll(/^import (?!type)[^'{]*\{([^}]*)\} from '([^']+)'/gm)) {
    const values = names.split(',').map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('type '));
    const lib = /^@lading\/(\w+)$/.exec(from)?.[1];
    if (lib !== undefined) waiting.push(...values.map((name) => declaredIn.get(`${lib}/${name}`)).filter((path) => path !== undefined));
    else if (from.startsWith('.') && values.length > 0) waiting.push(join(dirname(file), from.replace(/\.js$/, '.ts')));
  }
}

const linesOf = (file) => read(file).replace(/\/\*[\s\S]*?\*\//g, '').split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
const byLib = new Map();
const rows = [...seen].map((file) => ({ file: relative(root, file), lines: linesOf(file) })).sort((a, b) => a.file.localeCompare(b.file));
for (const { file, lines } of rows) {
  const lib = file.split('/')[1];
  byLib.set(lib, (byLib.get(lib) ?? 0) + lines);
  if (process.argv.includes('--files')) console.log(`${String(lines).padStart(5)}  ${file}`);
}
for (const [lib, lines] of byLib) console.log(`${String(lines).padStart(5)}  ${lib}`);
console.log(`${String(rows.reduce((sum, { lines }) => sum + lines, 0)).padStart(5)}  lines of code in ${rows.length} files`);
