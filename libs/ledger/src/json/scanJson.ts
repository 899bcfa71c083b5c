import type { Ok, Rejection } from '@lading/kernel';
import { assert, LIMITS, ok, reject } from '@lading/kernel';
import { FEW_MEMBERS, JsonMembers, namesBetween } from './members.js';
import { JsonNumber, JsonString, memberName, type JsonNode } from './node.js';
import { scanNumber, scanString, TOKEN, type StringToken } from './scanText.js';

export type JsonFault =
  | 'JSON_BOM'
  | 'JSON_UTF8'
  | 'JSON_SYNTAX'
  | 'JSON_DEPTH'
  | 'JSON_DUPLICATE_KEY'
  | 'JSON_FORBIDDEN_KEY'
  | 'JSON_MEMBERS'
  | 'JSON_SURROGATE'
  | 'NUMBER_RANGE';

/** `pointer` is the JSON pointer of the innermost value that the scanner was reading; `offset` a byte offset. */
export interface JsonRejection extends Rejection<JsonFault> {
  readonly pointer: string;
  readonly offset: number;
}

export interface ScanOptions {
  /**
   * `ledger` (the default) is what nodes accept. `rfc8259` is its grammar alone: repeated keys (the last counts), the
   * forbidden keys and numbers of any size pass. Both refuse byte-order marks, bad UTF-8 and lone surrogates.
   */
  readonly profile?: 'ledger' | 'rfc8259';
  readonly depth?: number;
  /** Members of one object. */
  readonly members?: number;
}

/** Keys that turn a careless copy into a change of the prototype. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

/** An open container. Its values so far lie in the scanner's list from `from` on, the names of an object in another one. */
class Frame {
  start = 0;
  isObject = false;
  from = 0;
  namesFrom = 0;
  /** Name of the member that is being read; null between members. */
  key: string | null = null;
  /** Names so far, once they are many. */
  seen: Set<string> | null = null;
}

/**
 * What is open while a text is scanned, one behind the other: lists that grow with each container would leave twice their
 * memory behind. One text is scanned at a time, so the next one uses the same; what a large one has made goes with it.
 */
class Pending {
  readonly frames: Frame[] = [];
  readonly nodes: (JsonNode | null)[] = [];
  readonly names: string[] = [];

  /** Nothing of the text is held on to. */
  release(isWhole: boolean): void {
    if (!isWhole || this.nodes.length > KEPT_NODES) {
      pending = new Pending();
      return;
    }
    this.nodes.fill(null);
    this.names.fill('');
  }
}

const KEPT_NODES = 1024;
let pending = new Pending();

class Scanner {
  fault: JsonRejection | null = null;
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #strict: boolean;
  readonly #depth: number;
  readonly #members: number;
  /** Open containers, outermost first: a list, not the call stack, so depth costs no recursion. */
  readonly #frames: Frame[];
  readonly #nodes: (JsonNode | null)[];
  readonly #names: string[];
  /** How many of each there are. */
  #open = 0;
  #nodeCount = 0;
  #nameCount = 0;
  readonly #token: StringToken = { end: 0, at: 0, escaped: false };

  constructor(bytes: Uint8Array, options: ScanOptions) {
    this.#frames = pending.frames;
    this.#nodes = pending.nodes;
    this.#names = pending.names;
    this.#bytes = bytes;
    this.#strict = options.profile !== 'rfc8259';
    this.#depth = options.depth ?? LIMITS.jsonDepth;
    this.#members = options.members ?? LIMITS.jsonMembers;
  }

  /** The whole text's value; null with `fault` set. */
  scan(): JsonNode | null {
    const [a, b, c] = this.#bytes;
    if (a === 0xef && b === 0xbb && c === 0xbf) return this.#fail('JSON_BOM', 'the text starts with a byte-order mark');
    this.#space();
    for (;;) {
      let value = this.#value();
      if (this.fault !== null) return null;
      if (value === null) continue;
      for (;;) {
        this.#space();
        if (this.#open === 0) return this.#end(value);
        const frame = this.#frames[this.#open - 1] as Frame;
        this.#nodes[this.#nodeCount++] = value;
        if (frame.isObject) this.#putName(frame);
        const code = this.#bytes[this.#at];
        if (code === 0x2c) {
          this.#at++;
          this.#space();
          if (frame.isObject) this.#key(frame);
          break;
        }
        value = this.#close(frame);
        if (value === null) return null;
      }
    }
  }

  #putName(frame: Frame): void {
    assert(frame.key !== null, 'scanJson: a member without a key');
    this.#names[this.#nameCount++] = frame.key;
    frame.seen?.add(frame.key);
    frame.key = null;
  }

  #end(value: JsonNode): JsonNode | null {
    return this.#at === this.#bytes.length ? value : this.#fail('JSON_SYNTAX', 'text after the value');
  }

  #space(): void {
    const bytes = this.#bytes;
    let code = bytes[this.#at];
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = bytes[++this.#at];
  }

  /** Reads a scalar or an empty container, or opens a container and returns null. */
  #value(): JsonNode | null {
    if (this.fault !== null) return null;
    switch (this.#bytes[this.#at]) {
      case 0x22:
        return this.#string();
      case 0x7b:
        return this.#openContainer(true);
      case 0x5b:
        return this.#openContainer(false);
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #openContainer(isObject: boolean): JsonNode | null {
    if (this.#open >= this.#depth) return this.#fail('JSON_DEPTH', `more than ${this.#depth} levels`);
    const frame = this.#frames[this.#open] ?? new Frame();
    this.#frames[this.#open++] = frame;
    frame.start = this.#at;
    frame.isObject = isObject;
    frame.from = this.#nodeCount;
    frame.namesFrom = this.#nameCount;
    frame.key = null;
    frame.seen = null;
    this.#at++;
    this.#space();
    const code = this.#bytes[this.#at];
    if (code === (isObject ? 0x7d : 0x5d)) return this.#close(frame);
    if (isObject) this.#key(frame);
    return null;
  }

  #close(frame: Frame): JsonNode | null {
    const code = this.#bytes[this.#at];
    const { isObject, start } = frame;
    if (code !== (isObject ? 0x7d : 0x5d)) {
      return this.#fail('JSON_SYNTAX', isObject ? 'expected "," or "}"' : 'expected "," or "]"');
    }
    this.#open--;
    const end = ++this.#at;
    const nodes = this.#nodes.slice(frame.from, this.#nodeCount) as JsonNode[];
    this.#nodeCount = frame.from;
    if (!isObject) return { type: 'array', items: nodes, start, end };
    const names = namesBetween(this.#names, frame.namesFrom, this.#nameCount);
    this.#nameCount = frame.namesFrom;
    frame.seen = null;
    // Of members with one name, which only the plain profile lets pass, the last counts.
    const members = this.#strict ? new JsonMembers(names, nodes) : new Map(names.map((name, i) => [name, nodes[i] as JsonNode]));
    return { type: 'object', members, start, end };
  }

  #isNamed(frame: Frame, key: string): boolean {
    if (frame.seen !== null) return frame.seen.has(key);
    for (let i = frame.namesFrom; i < this.#nameCount; i++) if (this.#names[i] === key) return true;
    if (this.#nameCount - frame.namesFrom >= FEW_MEMBERS) {
      frame.seen = new Set(this.#names.slice(frame.namesFrom, this.#nameCount));
    }
    return false;
  }

  #key(frame: Frame): void {
    if (this.#bytes[this.#at] !== 0x22) {
      this.#fail('JSON_SYNTAX', 'expected a member name');
      return;
    }
    const start = this.#at;
    const token = this.#token;
    scanString(this.#bytes, start, token);
    if (token.end < 0) {
      this.#failToken(token.at, token.end, 'not a JSON string');
      return;
    }
    this.#at = token.end;
    const key = memberName(this.#bytes, start, token.end, token.escaped);
    frame.key = key;
    if (this.#strict && FORBIDDEN_KEYS.has(key)) this.#failAt(start, 'JSON_FORBIDDEN_KEY', `the key ${key} is refused`);
    else if (this.#strict && this.#isNamed(frame, key)) this.#failAt(start, 'JSON_DUPLICATE_KEY', 'the key occurs twice');
    else if (this.#nameCount - frame.namesFrom >= this.#members) {
      this.#failAt(start, 'JSON_MEMBERS', `more than ${this.#members} members in one object`);
    }
    this.#space();
    if (this.#bytes[this.#at] !== 0x3a) {
      this.#fail('JSON_SYNTAX', 'expected ":"');
      return;
    }
    this.#at++;
    this.#space();
  }

  #string(): JsonString | null {
    const start = this.#at;
    const token = this.#token;
    scanString(this.#bytes, start, token);
    if (token.end < 0) return this.#failToken(token.at, token.end, 'not a JSON string');
    this.#at = token.end;
    return new JsonString(this.#bytes, start, token.end, token.escaped);
  }

  #number(): JsonNode | null {
    const start = this.#at;
    const end = scanNumber(this.#bytes, start, this.#strict);
    if (end < 0) {
      return this.#failToken(start, end, start < this.#bytes.length ? 'not a JSON value' : 'a value is missing');
    }
    this.#at = end;
    return new JsonNumber(this.#bytes, start, end);
  }

  #word(word: string, value: boolean | null): JsonNode | null {
    const start = this.#at;
    for (let i = 1; i < word.length; i++) {
      if (this.#bytes[start + i] !== word.charCodeAt(i)) return this.#fail('JSON_SYNTAX', 'not a JSON value');
    }
    const end = start + word.length;
    this.#at = end;
    return value === null ? { type: 'null', start, end } : { type: 'boolean', value, start, end };
  }

  #failToken(at: number, token: number, syntax: string): null {
    if (token === TOKEN.utf8) return this.#failAt(at, 'JSON_UTF8', 'not UTF-8');
    if (token === TOKEN.surrogate) return this.#failAt(at, 'JSON_SURROGATE', 'half of a surrogate pair');
    if (token === TOKEN.range) return this.#failAt(at, 'NUMBER_RANGE', 'too many digits, or too large or small');
    return this.#failAt(at, 'JSON_SYNTAX', syntax);
  }

  #fail(code: JsonFault, detail: string): null {
    return this.#failAt(this.#at, code, detail);
  }

  #failAt(offset: number, code: JsonFault, detail: string): null {
    const pointer = this.#pointer();
    this.fault ??= { ...reject(code, `${detail} (byte ${offset})`), pointer, offset };
    return null;
  }

  /** RFC 6901. */
  #pointer(): string {
    let pointer = '';
    for (let depth = 0; depth < this.#open; depth++) {
      const { isObject, from, key } = this.#frames[depth] as Frame;
      const until = depth + 1 < this.#open ? (this.#frames[depth + 1] as Frame).from : this.#nodeCount;
      const step = isObject ? key : String(until - from);
      if (step !== null) pointer += `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    }
    return pointer;
  }
}

/**
 * The strict scanner of spec/encoding.md §3: headers, payloads and every other JSON text that a node decides on. One
 * pass over the bytes, no recursion; nodes keep offsets into `bytes`, which must not be changed afterwards.
 */
export function scanJson(bytes: Uint8Array, options: ScanOptions = {}): Ok<JsonNode> | JsonRejection {
  const scanner = new Scanner(bytes, options);
  const value = scanner.scan();
  pending.release(value !== null);
  if (scanner.fault !== null) return scanner.fault;
  assert(value !== null, 'scanJson: neither a value nor a fault');
  return ok(value);
}
