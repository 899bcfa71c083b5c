import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One request of a Bruno collection (usebruno.com): what is sent and what must come back. */
export interface BrunoRequest {
  readonly file: string;
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly asserts: readonly BrunoAssert[];
  readonly tests: readonly BrunoTest[];
}

export interface BrunoAssert {
  readonly subject: string;
  readonly operator: string;
  readonly value: string;
}

/** A test's name and its `expect(…)` lines. */
export interface BrunoTest {
  readonly name: string;
  readonly expectations: readonly string[];
}

const METHODS = ['get', 'post', 'put', 'delete', 'options', 'head'];

/** All requests below a folder, folder by folder in the order of their numbers. */
export function readCollection(folder: string): readonly BrunoRequest[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bru'));
  const read = files.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const request = readRequest(relative(folder, join(folder, name)), text);
    return request === null ? [] : [{ request, sequence: Number(/^\s*seq: (\d+)/m.exec(text)?.[1] ?? 0) }];
  });
  const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
  return read
    .sort((a, b) => {
      const [first, second] = [folderOf(a.request.file), folderOf(b.request.file)];
      return first === second ? a.sequence - b.sequence : first < second ? -1 : 1;
    })
    .map(({ request }) => request);
}

/** Null for files that hold no request: environments, the collection itself. */
export function readRequest(file: string, text: string): BrunoRequest | null {
  const blocks = blocksOf(text);
  const method = METHODS.find((name) => blocks.has(name));
  if (method === undefined) return null;
  const settings = pairs(blocks.get(method) ?? '');
  return {
    file,
    name: pairs(blocks.get('meta') ?? '')['name'] ?? file,
    method: method.toUpperCase(),
    url: settings['url'] ?? '',
    headers: pairs(blocks.get('headers') ?? ''),
    body: settings['body'] === 'json' ? (blocks.get('body:json') ?? null) : null,
    variables: pairs(blocks.get('vars:pre-request') ?? ''),
    asserts: lines(blocks.get('assert') ?? '').map(assertOf),
    tests: testsOf(blocks.get('tests') ?? '')
  };
}

/** `name {` … `}` at the start of lines; what is inside is indented. */
function blocksOf(text: string): ReadonlyMap<string, string> {
  const blocks = new Map<string, string>();
  for (const match of text.matchAll(/^([a-z][a-z:-]*) \{\r?\n([\s\S]*?)^\}/gm)) blocks.set(match[1] ?? '', match[2] ?? '');
  return blocks;
}

const lines = (block: string): readonly string[] =>
  block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('~'));

function pairs(block: string): Readonly<Record<string, string>> {
  const entries = lines(block).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  return Object.fromEntries(entries);
}

function assertOf(line: string): BrunoAssert {
  const match = /^(\S+): (\S+) ?(.*)$/.exec(line);
  return { subject: match?.[1] ?? line, operator: match?.[2] ?? '', value: match?.[3] ?? '' };
}

function testsOf(block: string): readonly BrunoTest[] {
  return [...block.matchAll(/test\("([^"]*)", function\(\) \{([\s\S]*?)\n\s*\}\);/g)].map(([, name = '', body = '']) => ({
    name,
    expectations: body.split('\n').map((line) => line.trim()).filter((line) => line.startsWith('expect('))
  }));
}
