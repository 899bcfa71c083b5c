import { assert, decodeUtf8 } from '@lading/kernel';

/**
 * What the scanner returns. `start` and `end` are byte offsets [start, end) of the value's text in the input, so the
 * bytes of any element can be hashed or stored as they were sent. Texts are decoded when asked for, not before.
 */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

interface Span {
  readonly start: number;
  readonly end: number;
}

export interface JsonObject extends Span {
  readonly type: 'object';
  /** In the order of the text. */
  readonly members: ReadonlyMap<string, JsonNode>;
}

export interface JsonArray extends Span {
  readonly type: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonBoolean extends Span {
  readonly type: 'boolean';
  readonly value: boolean;
}

export interface JsonNull extends Span {
  readonly type: 'null';
}

/** A string that the scanner has checked. */
export class JsonString implements Span {
  readonly type = 'string';
  #value: string | null = null;
  readonly #bytes: Uint8Array;

  constructor(
    bytes: Uint8Array,
    readonly start: number,
    readonly end: number,
    /** Whether the text uses a backslash: two texts of one string differ only then. */
    readonly escaped: boolean
  ) {
    this.#bytes = bytes;
  }

  get value(): string {
    this.#value ??= stringValue(this.#bytes, this.start, this.end, this.escaped);
    return this.#value;
  }
}

/** What the string says whose checked text, with its quotation marks, is bytes[start, end). */
export const stringValue = (bytes: Uint8Array, start: number, end: number, escaped: boolean): string =>
  escaped ? unescape(bytes, start + 1, end - 1) : text(bytes, start + 1, end - 1);

/** A number that the scanner has checked, as its text: never rounded on the way to the one who reads it. */
export class JsonNumber implements Span {
  readonly type = 'number';
  readonly #bytes: Uint8Array;

  constructor(
    bytes: Uint8Array,
    readonly start: number,
    readonly end: number
  ) {
    this.#bytes = bytes;
  }

  get lexeme(): string {
    return text(this.#bytes, this.start, this.end);
  }
}

/**
 * The name of a member, checked as above. Usual ones are made once, as the text that the program itself has for them: the
 * engine keeps one of each name of a property.
 */
export function memberName(bytes: Uint8Array, start: number, end: number, escaped: boolean): string {
  if (escaped || end - start > KEPT_BYTES) return stringValue(bytes, start, end, escaped);
  const [from, to] = [start + 1, end - 1];
  const place = placeOf(bytes, from, to) & (KEPT_NAMES - 1);
  const known = NAMES[place];
  if (known !== undefined && isSame(known, bytes, from, to)) return known;
  const value = decodedText(bytes, from, to);
  if (value.length !== to - from) return value;
  const [name = value] = Object.keys({ [value]: null });
  NAMES[place] = name;
  return name;
}

const KEPT_NAMES = 2048;
const NAMES: (string | undefined)[] = new Array<string | undefined>(KEPT_NAMES).fill(undefined);

function text(bytes: Uint8Array, start: number, end: number): string {
  return end - start <= KEPT_BYTES ? keptText(bytes, start, end) : decodedText(bytes, start, end);
}

/**
 * Names of members, words of vocabularies, identifiers: a large document says the same ones again and again. One string
 * for all of them is made once, and whatever is looked up by it later is found by the same object.
 */
const KEPT_BYTES = 80;
const KEPT_TEXTS = 8192;
/** ASCII only, by a number made of the bytes; what comes later to a place takes it. */
const KEPT: (string | undefined)[] = new Array<string | undefined>(KEPT_TEXTS).fill(undefined);

function keptText(bytes: Uint8Array, start: number, end: number): string {
  let place = placeOf(bytes, start, end);
  place &= KEPT_TEXTS - 1;
  const known = KEPT[place];
  if (known !== undefined && isSame(known, bytes, start, end)) return known;
  const value = decodedText(bytes, start, end);
  if (value.length === end - start) KEPT[place] = value;
  return value;
}

/** 24 bits. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let place = end - start;
  for (let at = start; at < end; at++) place = (place * 31 + (bytes[at] as number)) & 0xffffff;
  return place;
}

function isSame(known: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

function decodedText(bytes: Uint8Array, start: number, end: number): string {
  const value = decodeUtf8(bytes, start, end);
  assert(value !== null, 'JsonNode: the scanner let invalid UTF-8 pass, or the bytes were changed since');
  return value;
}

const BACKSLASH = 0x5c;
const SIMPLE_ESCAPES = new Map([
  [0x22, '"'],
  [BACKSLASH, '\\'],
  [0x2f, '/'],
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t']
]);

/** bytes[start, end) is the checked inside of a string. */
function unescape(bytes: Uint8Array, start: number, end: number): string {
  let out = '';
  let from = start;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== BACKSLASH) continue;
    out += text(bytes, from, at);
    const letter = bytes[at + 1] as number;
    const simple = SIMPLE_ESCAPES.get(letter);
    if (simple === undefined) {
      // A surrogate pair is two escapes: two code units, which a JavaScript string joins by itself.
      out += String.fromCharCode(Number.parseInt(text(bytes, at + 2, at + 6), 16));
      at += 5;
    } else {
      out += simple;
      at += 1;
    }
    from = at + 1;
  }
  return out + text(bytes, from, end);
}

export type PlainJson = string | number | boolean | null | readonly PlainJson[] | { readonly [key: string]: PlainJson };

/**
 * Plain JavaScript values for schema validators. Objects have no prototype. Numbers go through Number(lexeme) and may
 * be rounded: whoever needs the exact value reads the lexeme.
 */
export function toPlainJson(node: JsonNode): PlainJson {
  switch (node.type) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return node.value;
    case 'number':
      return Number(node.lexeme);
    case 'array':
      return node.items.map(toPlainJson);
    case 'object': {
      const plain = Object.create(null) as Record<string, PlainJson>;
      for (const [key, value] of node.members) plain[key] = toPlainJson(value);
      return plain;
    }
  }
}
