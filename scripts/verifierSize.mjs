#!/usr/bin/env node
// Counts what somebody reads who wants to know what the verifier does: lines of code, without comments and blank lines, of
// every source file that its entry (libs/verifier/src/index.ts) reaches by import or export, whole files, whether or not a
// bundler would keep all of them. Files that it reaches for types alone are counted too. `--files` lists them.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(path, 'utf8');
const ENTRY = join(root, 'libs/verifier/src/index.ts');

/** The file that an import of this text means, or null for a package that is not of this repository. */
function target(specifier, from) {
  if (specifier.startsWith('.')) return join(dirname(from), specifier.replace(/\.js$/, '.ts'));
  const [, lib, entry] = /^@lading\/([\w-]+)(?:\/(\w+))?$/.exec(specifier) ?? [];
  return lib === undefined ? null : join(root, 'libs', lib, 'src', `${entry ?? 'index'}.ts`);
}

/** Import and export declarations with what they name: `type` says that all of it is erased. */
const DECLARATION = /^(?:import|export)\s+(type\s)?([^'";]*?)\s*from\s+'([^']+)'/gm;
const SIDE_EFFECT = /^import\s+'([^']+)'/gm;
const isErased = (type, names) => {
  if (type !== undefined) return true;
  const list = /^\{([^}]*)\}$/.exec(names)?.[1].split(',').map((name) => name.trim()).filter((name) => name !== '');
  return list !== undefined && list.length > 0 && list.every((name) => name.startsWith('type '));
};

const foreign = new Set();
/** Files that run, and those that only types come from. */
function reached() {
  const files = new Map();
  const waiting = [[ENTRY, true]];
  while (waiting.length > 0) {
    const [file, runs] = waiting.pop();
    if (files.get(file) === true || files.get(file) === runs) continue;
    if (!existsSync(file)) throw new Error(`${file} is not there`);
    files.set(file, runs);
    const text = read(file);
    const found = [...text.matchAll(DECLARATION)].map(([, type, names, from]) => [from, runs && !isErased(type, names)]);
    for (const [, from] of text.matchAll(SIDE_EFFECT)) found.push([from, runs]);
    for (const [from, isRun] of found) {
      const path = target(from, file);
      if (path !== null) waiting.push([path, isRun]);
      else if (isRun) foreign.add(from);
    }
  }
  return files;
}

const linesOf = (file) =>
  read(file).replace(/\/\*[\s\S]*?\*\//g, '').split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;

/** What a file is read for; the first that fits. */
const PARTS = [
  ['remembering checkpoints', /verifier\/src\/(freshness|shownCheckpoint)\.ts$/],
  ['telling what was found', /verifier\/src\/(report|provenanceFacts|standing|recallStatus)\.ts$/],
  ['judging', /^libs\/verifier\//],
  ['hashes, paths, signatures', /ledger\/src\/(merkle\/|crypto\/|hash|quorum|vote|certificateCheck|state|epochLink)/],
  ['strict decoders', /^libs\/ledger\//],
  ['kernel', /^libs\/kernel\//]
];

const isIndex = (file) => /\/(index|reading)\.ts$/.test(file);
const rows = [...reached()]
  .filter(([file]) => !isIndex(file))
  .map(([file, runs]) => ({ file: relative(root, file), lines: linesOf(file), runs }))
  .sort((a, b) => a.file.localeCompare(b.file));
const sum = (list) => list.reduce((total, { lines }) => total + lines, 0);
const line = (count, text) => console.log(`${String(count).padStart(5)}  ${text}`);

if (process.argv.includes('--files')) for (const { file, lines, runs } of rows) line(lines, `${file}${runs ? '' : '  (types)'}`);
const left = new Set(rows.filter(({ runs }) => runs));
for (const [name, pattern] of PARTS) {
  const part = [...left].filter(({ file }) => pattern.test(file));
  for (const row of part) left.delete(row);
  line(sum(part), `${name} (${part.length} files)`);
}
if (left.size > 0) line(sum([...left]), 'other');
const typesOnly = rows.filter(({ runs }) => !runs);
line(sum(typesOnly), `types from files that do not run (${typesOnly.length} files)`);
line(sum(rows), `lines of code in ${rows.length} files`);
console.log(`       not counted: ${[...foreign].sort().join(', ')}; lists of exports`);
