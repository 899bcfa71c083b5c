import type { Hash, Result } from '@lading/kernel';
import { asHash, encodeUtf8, equalBytes, fromBase64Url, ok, reject, toBase64Url, ZERO_HASH } from '@lading/kernel';
import type { JsonNode } from '../json/node.js';
import { scanJson } from '../json/scanJson.js';
import type { ProofFault } from '../receipt.js';

/**
 * What a proof file holds (spec/proofs.md §4): members in their order, each a byte string, a hash, an integer, a text, a
 * list of one of these, an object, or a list of objects. One table serves the writer, the reader and the types.
 */
export type Kind = 'bytes' | 'hash' | 'uint' | 'text' | 'bytesList' | 'hashes' | 'uints' | 'texts' | Shape | readonly [Shape];
export interface Shape {
  readonly [member: string]: Kind;
}

interface Plain {
  readonly bytes: Uint8Array;
  readonly hash: Hash;
  readonly uint: number;
  readonly text: string;
  readonly bytesList: readonly Uint8Array[];
  readonly hashes: readonly Hash[];
  readonly uints: readonly number[];
  readonly texts: readonly string[];
}

type ValueOf<K> = K extends keyof Plain
  ? Plain[K]
  : K extends readonly [infer S]
    ? readonly Value<S>[]
    : Value<K>;
export type Value<S> = { readonly [M in keyof S]: ValueOf<S[M]> };

/** Bytes of a proof file, at most. */
export const PROOF_BYTES = 128 << 20;

/** Commas in a proof file, at most: each value costs memory, whatever it costs in bytes. */
export const PROOF_COMMAS = 1 << 22;

/** Formats of proofs, of this version and of others. */
const FORMAT = /^lading\/[a-z]{1,16}\/[0-9]{1,4}$/;
const UINT = /^(?:0|[1-9][0-9]{0,15})$/;

/** The one form: `format`, then the members of the shape, no white space. */
export function encodeProof<S extends Shape>(format: string, shape: S, value: Value<S>): string {
  return JSON.stringify({ format, ...objectJson(shape, value) });
}

/** The same in pieces, one for each element of a list, for answers that are sent while they are written. */
export function* encodeProofPieces<S extends Shape>(format: string, shape: S, value: Value<S>): Generator<string> {
  yield `{"format":${JSON.stringify(format)}`;
  for (const [member, kind] of Object.entries(shape)) {
    const json = toJson(kind, value[member]);
    yield `,${JSON.stringify(member)}:`;
    if (!Array.isArray(json)) {
      yield JSON.stringify(json);
      continue;
    }
    yield '[';
    for (const [index, item] of json.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(item)}`;
    yield ']';
  }
  yield '}';
}

function objectJson(shape: Shape, value: Value<Shape>): object {
  return Object.fromEntries(Object.entries(shape).map(([member, kind]) => [member, toJson(kind, value[member])]));
}

function toJson(kind: Kind, value: unknown): unknown {
  switch (kind) {
    case 'bytes':
    case 'hash':
      return toBase64Url(value as Uint8Array);
    case 'bytesList':
    case 'hashes':
      return (value as readonly Uint8Array[]).map(toBase64Url);
    case 'uint':
    case 'text':
    case 'uints':
    case 'texts':
      return value;
    default:
      return isList(kind)
        ? (value as readonly Value<Shape>[]).map((item) => objectJson(kind[0], item))
        : objectJson(kind, value as Value<Shape>);
  }
}

const isList = (kind: Shape | readonly [Shape]): kind is readonly [Shape] => Array.isArray(kind);

/** The format that a file says it has, or null. */
export function formatOfProof(file: Uint8Array | string): string | null {
  const head = typeof file === 'string' ? file.slice(0, 64) : String.fromCharCode(...file.subarray(0, 64));
  const found = /^\{"format":"([^"\\]{1,40})"/.exec(head)?.[1] ?? '';
  return FORMAT.test(found) ? found : null;
}

/** Form only: exactly the members, their types, and the one form. Meaning is the verifier's. */
export function decodeProof<S extends Shape>(
  file: Uint8Array | string,
  format: string,
  shape: S
): Result<Value<S>, ProofFault> {
  if (file.length > PROOF_BYTES) return reject('PROOF_TOO_LARGE', `over ${PROOF_BYTES} bytes`);
  const bytes = typeof file === 'string' ? encodeUtf8(file) : file;
  if (bytes === null) return reject('PROOF_MALFORMED', 'not Unicode text');
  if (hasTooManyCommas(bytes)) return reject('PROOF_TOO_LARGE', `over ${PROOF_COMMAS} values`);
  const scanned = scanJson(bytes);
  if (!scanned.ok) return reject('PROOF_MALFORMED', `${scanned.code}: ${scanned.detail}`, scanned.pointer ?? '');
  const reader = new Reader();
  const value = reader.object({ format: 'text', ...shape }, scanned.value, '') as Value<S> & { readonly format: string };
  if (value.format !== format && FORMAT.test(value.format)) {
    return reject('PROOF_UNSUPPORTED', `a ${value.format}, where a ${format} is read`, '/format');
  }
  if (value.format !== format) reader.refuse('/format', `is not ${format}`);
  if (reader.fault !== null) return reject('PROOF_MALFORMED', reader.fault.detail, reader.fault.pointer);
  if (!equalBytes(encodeUtf8(encodeProof(format, shape, value)) ?? new Uint8Array(0), bytes)) {
    return reject('PROOF_NOT_ONE_FORM', 'order, white space or spelling differs from spec/proofs.md §4');
  }
  return ok(value);
}

function hasTooManyCommas(bytes: Uint8Array): boolean {
  if (bytes.length <= PROOF_COMMAS) return false;
  let commas = 0;
  for (let at = bytes.indexOf(0x2c); at >= 0 && commas <= PROOF_COMMAS; at = bytes.indexOf(0x2c, at + 1)) commas += 1;
  return commas > PROOF_COMMAS;
}

/** Reads by a shape; the first fault sticks, later reads give harmless values. */
class Reader {
  fault: { readonly pointer: string; readonly detail: string } | null = null;

  refuse(pointer: string, detail: string): void {
    this.fault ??= { pointer, detail };
  }

  object(shape: Shape, node: JsonNode | undefined, pointer: string): Value<Shape> {
    const members = node?.type === 'object' ? node.members : new Map<string, JsonNode>();
    if (node?.type !== 'object') this.refuse(pointer, 'is not an object');
    for (const name of members.keys()) if (!Object.hasOwn(shape, name)) this.refuse(pointer, `has a member ${name.slice(0, 40)}`);
    const entries = Object.entries(shape).map(([name, kind]) => [name, this.#read(kind, members.get(name), `${pointer}/${name}`)]);
    return Object.fromEntries(entries) as Value<Shape>;
  }

  #read(kind: Kind, node: JsonNode | undefined, pointer: string): unknown {
    switch (kind) {
      case 'bytes':
        return this.#bytes(node, pointer);
      case 'hash':
        return this.#hash(node, pointer);
      case 'uint':
        return this.#uint(node, pointer);
      case 'text':
        return this.#text(node, pointer);
      case 'bytesList':
        return this.#list(node, pointer, (item, at) => this.#bytes(item, at));
      case 'hashes':
        return this.#list(node, pointer, (item, at) => this.#hash(item, at));
      case 'uints':
        return this.#list(node, pointer, (item, at) => this.#uint(item, at));
      case 'texts':
        return this.#list(node, pointer, (item, at) => this.#text(item, at));
      default:
        return isList(kind)
          ? this.#list(node, pointer, (item, at) => this.object(kind[0], item, at))
          : this.object(kind, node, pointer);
    }
  }

  #list<T>(node: JsonNode | undefined, pointer: string, read: (item: JsonNode, pointer: string) => T): readonly T[] {
    if (node?.type === 'array') return node.items.map((item, index) => read(item, `${pointer}/${index}`));
    this.refuse(pointer, 'is not a list');
    return [];
  }

  #bytes(node: JsonNode | undefined, pointer: string): Uint8Array {
    const bytes = node?.type === 'string' && !node.escaped ? fromBase64Url(node.value) : null;
    if (bytes === null) this.refuse(pointer, 'is not base64url');
    return bytes ?? new Uint8Array(0);
  }

  #hash(node: JsonNode | undefined, pointer: string): Hash {
    const bytes = this.#bytes(node, pointer);
    if (bytes.length === 32) return asHash(bytes);
    this.refuse(pointer, 'is not a hash');
    return ZERO_HASH;
  }

  #uint(node: JsonNode | undefined, pointer: string): number {
    const value = node?.type === 'number' && UINT.test(node.lexeme) ? Number(node.lexeme) : -1;
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    this.refuse(pointer, 'is not an integer in plain digits');
    return 0;
  }

  #text(node: JsonNode | undefined, pointer: string): string {
    if (node?.type === 'string') return node.value;
    this.refuse(pointer, 'is not a text');
    return '';
  }
}
