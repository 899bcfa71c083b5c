import type { Hash } from '@lading/kernel';
import { asHash, encodeUtf8, fromBase64Url, ZERO_HASH } from '@lading/kernel';
import type { JsonNode, JsonString } from './json/node.js';
import { scanJson } from './json/scanJson.js';

interface FaultSlot {
  first: { readonly detail: string; readonly pointer: string } | null;
}

/** RFC 6901 §3: a foreign member name as one reference token. */
const pointerToken = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** 0, or digits without a leading zero: at most 16, so that the value is checked against the safe range exactly. */
const UINT = /^(?:0|[1-9][0-9]{0,15})$/;

/**
 * Reads a JSON object that must have exactly the given members: each once, no others, any order (the strict scanner
 * has refused duplicates). The first fault sticks, with its JSON pointer; later reads give harmless values.
 */
export class JsonFields {
  readonly #members: ReadonlyMap<string, JsonNode>;
  readonly #pointer: string;
  readonly #slot: FaultSlot;

  private constructor(members: ReadonlyMap<string, JsonNode>, pointer: string, slot: FaultSlot) {
    this.#members = members;
    this.#pointer = pointer;
    this.#slot = slot;
  }

  /** Scans `bytes` and opens the object they hold. */
  static scan(bytes: Uint8Array, names: readonly string[], optional: readonly string[] = []): JsonFields {
    const scanned = scanJson(bytes);
    if (scanned.ok) return JsonFields.#open(scanned.value, names, '', { first: null }, optional);
    const detail = `${scanned.code}: ${scanned.detail}`;
    return new JsonFields(new Map(), '', { first: { detail, pointer: scanned.pointer ?? '' } });
  }

  static of(node: JsonNode, names: readonly string[], pointer = ''): JsonFields {
    return JsonFields.#open(node, names, pointer, { first: null });
  }

  static #open(
    node: JsonNode,
    names: readonly string[],
    pointer: string,
    slot: FaultSlot,
    optional: readonly string[] = []
  ): JsonFields {
    if (node.type !== 'object') {
      slot.first ??= { detail: 'is not an object', pointer };
      return new JsonFields(new Map(), pointer, slot);
    }
    for (const name of node.members.keys()) {
      if (!names.includes(name) && !optional.includes(name))
        slot.first ??= { detail: 'is not a known member', pointer: `${pointer}/${pointerToken(name)}` };
    }
    for (const name of names) {
      if (!node.members.has(name)) slot.first ??= { detail: 'is missing', pointer: `${pointer}/${name}` };
    }
    return new JsonFields(node.members, pointer, slot);
  }

  get fault(): { readonly detail: string; readonly pointer: string } | null {
    return this.#slot.first;
  }

  /** Whether an optional member is there. */
  has(name: string): boolean {
    return this.#members.has(name);
  }

  refuse(name: string, detail: string): void {
    this.#slot.first ??= { detail, pointer: `${this.#pointer}/${name}` };
  }

  /** Text that matches `pattern` whole and has at most `max` bytes of UTF-8. */
  text(name: string, max: number, pattern?: RegExp): string {
    const node = this.#members.get(name);
    if (node?.type !== 'string') {
      this.refuse(name, 'is not a string');
      return '';
    }
    const size = node.value.length > max ? max + 1 : (encodeUtf8(node.value)?.length ?? max + 1);
    if (size > max) this.refuse(name, `is longer than ${max} bytes`);
    else if (pattern !== undefined && !pattern.test(node.value)) this.refuse(name, `does not match ${pattern.source}`);
    return node.value;
  }

  /**
   * A string of printable ASCII that the source wrote without escapes: the text between the quotation marks is the
   * value, byte for byte.
   */
  plain(name: string, max: number, pattern?: RegExp): string {
    const node = this.#members.get(name);
    const value = this.text(name, max, pattern);
    if (node?.type === 'string') this.#refuseEscapes(name, node);
    return value;
  }

  #refuseEscapes(name: string, node: JsonString): void {
    if (node.escaped || !/^[\x20-\x7e]*$/.test(node.value)) this.refuse(name, 'is not printable ASCII without escapes');
  }

  uint(name: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const node = this.#members.get(name);
    const value = node?.type === 'number' && UINT.test(node.lexeme) ? Number(node.lexeme) : -1;
    if (value >= 0 && value <= max) return value;
    this.refuse(name, `is not an integer of 0…${max} in plain digits`);
    return 0;
  }

  bool(name: string): boolean {
    const node = this.#members.get(name);
    if (node?.type !== 'boolean') this.refuse(name, 'is not true or false');
    return node?.type === 'boolean' && node.value;
  }

  /** Canonical base64url (no padding) of exactly `size` bytes. */
  bytes(name: string, size: number): Uint8Array {
    const node = this.#members.get(name);
    const bytes = node?.type === 'string' ? fromBase64Url(node.value) : null;
    if (bytes?.length === size) return bytes;
    this.refuse(name, `is not base64url of ${size} bytes`);
    return new Uint8Array(size);
  }

  bytesUpTo(name: string, max: number): Uint8Array {
    const node = this.#members.get(name);
    const bytes = node?.type === 'string' ? fromBase64Url(node.value) : null;
    if (bytes !== null && bytes.length <= max) return bytes;
    this.refuse(name, `is not base64url of at most ${max} bytes`);
    return new Uint8Array(0);
  }

  /** Items of an array of at most `max`, with the pointer of each. */
  items(name: string, max: number): readonly JsonNode[] {
    const node = this.#members.get(name);
    if (node?.type === 'array' && node.items.length <= max) return node.items;
    this.refuse(name, `is not an array of at most ${max}`);
    return [];
  }

  /** Strings of an array, each as {@link plain} wants it. */
  plainList(name: string, max: number, pattern: RegExp): readonly string[] {
    return this.items(name, max).map((item, index) => {
      if (item.type !== 'string' || !pattern.test(item.value)) {
        this.refuse(`${name}/${index}`, `does not match ${pattern.source}`);
        return '';
      }
      this.#refuseEscapes(`${name}/${index}`, item);
      return item.value;
    });
  }

  hash(name: string): Hash {
    return asHash(this.bytes(name, 32));
  }

  /** 32-byte hashes, as base64url. */
  hashList(name: string, max: number): readonly Hash[] {
    return this.items(name, max).map((item, index) => {
      const bytes = item.type === 'string' ? fromBase64Url(item.value) : null;
      if (bytes?.length === 32) return asHash(bytes);
      this.refuse(`${name}/${index}`, 'is not base64url of 32 bytes');
      return ZERO_HASH;
    });
  }

  object(name: string, names: readonly string[]): JsonFields {
    const node: JsonNode = this.#members.get(name) ?? { type: 'null', start: 0, end: 0 };
    return JsonFields.#open(node, names, `${this.#pointer}/${name}`, this.#slot);
  }

  objects(
    name: string,
    max: number,
    names: readonly string[],
    optional: readonly string[] = []
  ): readonly JsonFields[] {
    return this.items(name, max).map((item, index) =>
      JsonFields.#open(item, names, `${this.#pointer}/${name}/${index}`, this.#slot, optional)
    );
  }
}
