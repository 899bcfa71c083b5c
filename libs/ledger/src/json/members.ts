import type { JsonNode } from './node.js';

/** Members up to which looking at one name after the other is as quick as a map, and takes a third of its memory. */
export const FEW_MEMBERS = 16;

/** Lists of names that objects of one shape have in common: a document says the same few hundreds of times. */
const KEPT_LISTS = 512;
const LISTS: (readonly string[] | undefined)[] = new Array<undefined>(KEPT_LISTS).fill(undefined);
/** Longer names are not kept. */
const KEPT_CHARACTERS = 80;

/** The names from … to − 1 as a list: one that was made before, where they are few. */
export function namesBetween(names: readonly string[], from: number, to: number): readonly string[] {
  if (to - from > FEW_MEMBERS) return names.slice(from, to);
  let place = to - from;
  for (let i = from; i < to; i++) {
    const { length } = names[i] as string;
    if (length > KEPT_CHARACTERS) return names.slice(from, to);
    place = (31 * place + length) & (KEPT_LISTS - 1);
  }
  const known = LISTS[place];
  if (known !== undefined && isSame(known, names, from, to)) return known;
  const list = names.slice(from, to);
  LISTS[place] = list;
  return list;
}

function isSame(known: readonly string[], names: readonly string[], from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== names[from + i]) return false;
  return true;
}

/**
 * The members of an object in the order of its text. Names that the scanner has made are the very texts that programs name
 * them by, so most comparisons are of one word of memory.
 */
export class JsonMembers implements ReadonlyMap<string, JsonNode> {
  readonly #names: readonly string[];
  readonly #nodes: readonly JsonNode[];
  #places: ReadonlyMap<string, number> | null = null;

  /** As many nodes as names; each name once. */
  constructor(names: readonly string[], nodes: readonly JsonNode[]) {
    this.#names = names;
    this.#nodes = nodes;
  }

  get size(): number {
    return this.#names.length;
  }

  get(name: string): JsonNode | undefined {
    const names = this.#names;
    if (names.length > FEW_MEMBERS) {
      const place = this.#placeOf(name);
      return place === undefined ? undefined : this.#nodes[place];
    }
    for (let i = 0; i < names.length; i++) if (names[i] === name) return this.#nodes[i];
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  forEach(callback: (node: JsonNode, name: string, members: ReadonlyMap<string, JsonNode>) => void): void {
    for (let i = 0; i < this.#names.length; i++) callback(this.#nodes[i] as JsonNode, this.#names[i] as string, this);
  }

  keys(): MapIterator<string> {
    return this.#names[Symbol.iterator]();
  }

  values(): MapIterator<JsonNode> {
    return this.#nodes[Symbol.iterator]();
  }

  entries(): MapIterator<[string, JsonNode]> {
    return this.#names.map((name, i): [string, JsonNode] => [name, this.#nodes[i] as JsonNode])[Symbol.iterator]();
  }

  [Symbol.iterator](): MapIterator<[string, JsonNode]> {
    return this.entries();
  }

  #placeOf(name: string): number | undefined {
    this.#places ??= new Map(this.#names.map((known, place) => [known, place]));
    return this.#places.get(name);
  }
}
