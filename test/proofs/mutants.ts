import { random, type Mutant } from '../../libs/verifier/src/mutants.test-kit.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };
type Path = readonly (string | number)[];

/**
 * Every field of a proof file, changed in each way that a field of its kind can be: bits, texts, numbers; elements and members
 * dropped, doubled, exchanged, cut off; values taken from elsewhere in the file and from `other`, a valid proof of another
 * statement.
 */
export function* mutantsOf(text: string, other: string, bits: number, seed = 1): Generator<Mutant> {
  const next = random(seed);
  const document = JSON.parse(text) as Json;
  const foreign = JSON.parse(other) as Json;
  for (const [path, value] of places(document, [])) {
    const name = path.join('/');
    const write = (changed: Json): string => JSON.stringify(replaced(document, path, changed));
    for (const [what, changed] of changes(value, bits, next)) yield [`${what} ${name}`, write(changed)];
    const elsewhere = at(foreign, path);
    const isOther = elsewhere !== undefined && JSON.stringify(elsewhere) !== JSON.stringify(value);
    if (path.length > 0 && isOther) yield [`foreign ${name}`, write(elsewhere)];
    const [beside, twin] = neighbour(document, path);
    if (twin !== undefined && JSON.stringify(twin) !== JSON.stringify(value)) {
      yield [`as its neighbour ${name}`, write(twin)];
      yield [`exchanged with its neighbour ${name}`, JSON.stringify(replaced(replaced(document, path, twin), beside, value))];
    }
  }
  yield ['white space', `${text} `];
  yield ['line end', `${text}\n`];
  yield ['cut off', text.slice(0, -1)];
  yield ['empty', ''];
}

function* places(value: Json, path: Path): Generator<readonly [Path, Json]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* places(item as Json, [...path, Array.isArray(value) ? Number(key) : key]);
}

function* changes(value: Json, bits: number, next: (below: number) => number): Generator<readonly [string, Json]> {
  yield ['null', null];
  if (typeof value === 'number') {
    const others = [value + 1, value - 1, value * 2 + 1, 0, -value, Number.MAX_SAFE_INTEGER];
    for (const changed of others) if (changed !== value) yield ['number', changed];
    yield ['text', String(value)];
  } else if (typeof value === 'string') {
    yield* textChanges(value, bits, next);
  } else if (Array.isArray(value)) {
    yield* listChanges(value as readonly Json[]);
  } else if (value !== null && typeof value === 'object') {
    yield* memberChanges(Object.entries(value as { readonly [member: string]: Json }));
  }
}

function* textChanges(value: string, bits: number, next: (below: number) => number): Generator<readonly [string, Json]> {
  if (value !== '') yield ['emptied', ''];
  yield ['longer', `${value}A`];
  yield ['number', 7];
  yield ['list', [value]];
  const bytes = Buffer.from(value, 'base64url');
  if (bytes.length > 0 && bytes.toString('base64url') === value) {
    for (let n = 0; n < bits; n++) {
      const flipped = Buffer.from(bytes);
      const byte = next(bytes.length);
      flipped[byte] = (flipped[byte] ?? 0) ^ (1 << next(8));
      yield [`bit ${byte}`, flipped.toString('base64url')];
    }
    yield ['shorter', bytes.subarray(0, -1).toString('base64url')];
    yield ['byte more', Buffer.concat([bytes, Buffer.of(next(256))]).toString('base64url')];
  } else if (value !== '') {
    const place = next(value.length);
    yield ['letter', `${value.slice(0, place)}${value[place] === 'a' ? 'b' : 'a'}${value.slice(place + 1)}`];
    yield ['cut', value.slice(0, -1)];
  }
}

function* listChanges(list: readonly Json[]): Generator<readonly [string, Json]> {
  for (let i = 0; i < list.length; i++) {
    yield [`dropped ${i}`, list.toSpliced(i, 1)];
    yield [`doubled ${i}`, list.toSpliced(i, 0, list[i] as Json)];
    if (i + 1 < list.length) yield [`exchanged ${i}`, list.with(i, list[i + 1] as Json).with(i + 1, list[i] as Json)];
  }
  if (list.length > 1) yield ['reversed', list.toReversed()];
  if (list.length > 0) yield ['emptied', []];
  yield ['object', {}];
}

function* memberChanges(members: readonly (readonly [string, Json])[]): Generator<readonly [string, Json]> {
  for (const [i, [name, value]] of members.entries()) {
    yield [`without ${name}`, Object.fromEntries(members.filter((_, j) => j !== i))];
    yield [`renamed ${name}`, Object.fromEntries(members.map((member, j) => (j === i ? [`${name}x`, value] : member)))];
  }
  yield ['one more', Object.fromEntries([...members, ['more', 1]])];
  if (members.length > 1) yield ['other order', Object.fromEntries(members.toReversed())];
}

function at(document: Json, path: Path): Json | undefined {
  let here: unknown = document;
  for (const step of path) here = typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[step] : undefined;
  return here as Json | undefined;
}

/** The next element of the same list, or the same member of the next element. */
function neighbour(document: Json, path: Path): readonly [Path, Json | undefined] {
  const index = path.findLastIndex((step) => typeof step === 'number');
  if (index < 0) return [path, undefined];
  const beside = path.with(index, Number(path[index]) + 1);
  return [beside, at(document, beside)];
}

function replaced(document: Json, [step, ...rest]: Path, value: Json): Json {
  if (step === undefined) return value;
  if (Array.isArray(document)) {
    const list = document as readonly Json[];
    return list.with(Number(step), replaced(list[Number(step)] as Json, rest, value));
  }
  return Object.fromEntries(
    Object.entries(document as { readonly [member: string]: Json }).map(([name, item]) => {
      return [name, name === step ? replaced(item, rest, value) : item];
    })
  );
}
