import type { Hash, Result } from '@lading/kernel';
import { decodeUtf8, fromBase64Url, ok, reject, toBase64Url } from '@lading/kernel';

/**
 * What a JSON file in one form holds (genesis, spec/ledger.md 2.2; proofs, spec/proofs.md §4): members in their order, each of
 * a plain kind, an object, or a list of one of these. One table serves the writer, the reader and the types. Such a file is
 * read by the platform's JSON.parse, and then written again: what JSON.parse takes and we would not write so (members twice
 * or in another order, white space, escapes, other spellings of a number) differs, and is refused.
 */
export type Kind = keyof Plain | readonly [keyof Plain | Shape] | Shape;
export interface Shape {
  readonly [member: string]: Kind;
}

interface Plain {
  readonly bytes: Uint8Array;
  readonly hash: Hash;
  readonly uint: number;
  readonly text: string;
  readonly bool: boolean;
  /** A list of texts, left out where it is empty. */
  readonly someTexts: readonly string[];
}

type ValueOf<K> = K extends keyof Plain ? Plain[K] : K extends readonly [infer I] ? readonly ValueOf<I>[] : Value<K>;
export type Value<S> = { readonly [M in keyof S]: ValueOf<S[M]> };

type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [member: string]: Json;
}

interface Codec<T> {
  readonly what: string;
  /** Null for what is not that. */
  read(json: Json): T | null;
  write(value: T): Json;
}

const readBytes = (json: Json): Uint8Array | null => (typeof json === 'string' ? fromBase64Url(json) : null);
/** A surrogate that is not half of a pair: no Unicode text has one. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const isText = (json: Json): json is string => typeof json === 'string' && !LONE_SURROGATE.test(json);
const isUint = (json: Json): json is number => Number.isSafeInteger(json) && (json as number) >= 0;

const PLAIN: { readonly [K in keyof Plain]: Codec<Plain[K]> } = {
  bytes: { what: 'base64url', read: readBytes, write: toBase64Url },
  hash: { what: 'a hash', read: (json) => (readBytes(json)?.length === 32 ? (readBytes(json) as Hash) : null), write: toBase64Url },
  uint: { what: 'an integer from 0 to 2^53 − 1', read: (json) => (isUint(json) ? json : null), write: (value) => value },
  text: { what: 'a text', read: (json) => (isText(json) ? json : null), write: (value) => value },
  bool: { what: 'true or false', read: (json) => (typeof json === 'boolean' ? json : null), write: (value) => value },
  someTexts: {
    what: 'a list of texts',
    read: (json = []) => (Array.isArray(json) && json.every(isText) ? json : null),
    write: (value) => (value.length === 0 ? undefined : value)
  }
};

const isList = (kind: Shape | readonly [keyof Plain | Shape]): kind is readonly [keyof Plain | Shape] => Array.isArray(kind);

/** What JSON.stringify makes the one form of. */
export function toJson(kind: Kind, value: unknown): unknown {
  if (typeof kind === 'string') return PLAIN[kind].write(value as never);
  if (isList(kind)) return (value as readonly unknown[]).map((item) => toJson(kind[0], item));
  const members = Object.entries(kind);
  return Object.fromEntries(members.map(([member, part]) => [member, toJson(part, (value as JsonObject)[member])]));
}

/** Reads by a shape. Where there is a fault, the first one, the value means nothing. */
class Reader {
  fault: { readonly pointer: string; readonly detail: string } | null = null;

  read(kind: Kind, json: Json, pointer: string): unknown {
    if (typeof kind === 'string') return PLAIN[kind].read(json) ?? this.#refuse(pointer, `is not ${PLAIN[kind].what}`);
    if (!isList(kind)) return this.#object(kind, json, pointer);
    if (!Array.isArray(json)) return this.#refuse(pointer, 'is not a list');
    return json.map((item, index) => this.read(kind[0], item as Json, `${pointer}/${index}`));
  }

  #object(shape: Shape, json: Json, pointer: string): unknown {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return this.#refuse(pointer, 'is not an object');
    const members = json as JsonObject;
    const foreign = Object.keys(members).find((name) => !Object.hasOwn(shape, name));
    if (foreign !== undefined) return this.#refuse(pointer, `has a member ${foreign.slice(0, 40)}`);
    return Object.fromEntries(
      Object.entries(shape).map(([name, kind]) => [name, this.read(kind, members[name], `${pointer}/${name}`)])
    );
  }

  #refuse(pointer: string, detail: string): undefined {
    this.fault ??= { pointer, detail };
  }
}

/** Members and types; that the text is the one form is for the caller to compare. */
export function readShape<S extends Shape>(shape: S, text: string): Result<Value<S>, 'SHAPE'> {
  const reader = new Reader();
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return reject('SHAPE', 'is not JSON', '');
  }
  const value = reader.read(shape, json, '') as Value<S>;
  return reader.fault === null ? ok(value) : reject('SHAPE', reader.fault.detail, reader.fault.pointer);
}

export type ProofFault = 'PROOF_MALFORMED' | 'PROOF_NOT_ONE_FORM' | 'PROOF_TOO_LARGE' | 'PROOF_UNSUPPORTED';

/** Bytes of a proof file, at most. */
export const PROOF_BYTES = 128 << 20;

/** Commas, opening brackets and opening braces, at most so many of each: every value costs memory, whatever its bytes. */
export const PROOF_COMMAS = 1 << 22;

/** Formats of proofs, of this version and of others. */
const FORMAT = /^\{"format":"(lading\/[a-z]{1,16}\/[0-9]{1,4})"/;

/** The format that a file says it has, or null. */
export function formatOfProof(file: Uint8Array | string): string | null {
  const head = typeof file === 'string' ? file.slice(0, 64) : String.fromCharCode(...file.subarray(0, 64));
  return FORMAT.exec(head)?.[1] ?? null;
}

/** The one form: `format`, then the members of the shape, no white space. */
export function encodeProof<S extends Shape>(format: string, shape: S, value: Value<S>): string {
  return JSON.stringify({ format, ...(toJson(shape, value) as object) });
}

/** Form only: exactly the members, their types, and the one form. Meaning is the verifier's. */
export function decodeProof<S extends Shape>(
  file: Uint8Array | string,
  format: string,
  shape: S
): Result<Value<S>, ProofFault> {
  if (file.length > PROOF_BYTES) return reject('PROOF_TOO_LARGE', `over ${PROOF_BYTES} bytes`);
  const text = typeof file === 'string' ? file : decodeUtf8(file);
  if (text === null) return reject('PROOF_MALFORMED', 'not Unicode text');
  if ([',', '[', '{'].some((mark) => occursTooOften(mark, text))) return reject('PROOF_TOO_LARGE', `over ${PROOF_COMMAS} values`);
  const said = formatOfProof(text);
  if (said !== null && said !== format) return reject('PROOF_UNSUPPORTED', `a ${said}, where a ${format} is read`, '/format');
  const read = readShape({ format: 'text', ...shape }, text);
  if (!read.ok) return reject('PROOF_MALFORMED', read.detail, read.pointer);
  const value = read.value as Value<S> & { readonly format: string };
  if (value.format !== format) return reject('PROOF_MALFORMED', `is not ${format}`, '/format');
  if (encodeProof(format, shape, value) !== text) {
    return reject('PROOF_NOT_ONE_FORM', 'order, white space or spelling differs from spec/proofs.md §4');
  }
  return ok(value);
}

function occursTooOften(mark: string, text: string): boolean {
  if (text.length <= PROOF_COMMAS) return false;
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0 && count <= PROOF_COMMAS; at = text.indexOf(mark, at + 1)) count += 1;
  return count > PROOF_COMMAS;
}
