import type { JsonNode } from './node.js';

/** Members up to which looking at one name after the other is as quick as a map, and takes a third of its memory. */
export const FEW_MEMBERS = 16;

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
