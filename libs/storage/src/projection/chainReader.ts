import { chainEvents, eventsOfStatement, itemsStatement, linkedHashes, type ChainEvent } from './chainQuery.js';
import type { RunQuery } from './runQuery.js';
import { hashText } from './statement.js';

/** Connections that one trace takes at a time, and the items that make a second one worth it. */
const AT_ONCE = 2;
const ITEMS_PER_QUERY = 10_000;
const WORTH_SPLITTING = 1000;

/** Brings the events of items, round after round: no event and no item's text comes a second time. */
export class ChainReader {
  readonly #known = new Set<number>();
  /** Hash, a character a byte, → item. */
  readonly #items = new Map<string, string>();
  readonly #hashes = new Map<string, string>();

  constructor(
    private readonly ask: RunQuery,
    /** Events that all rounds bring together, but for one more that shows that there are more. */
    private readonly limit: number
  ) {}

  /** Events that name one of the items in any role, none that came before; in ledger order within a part of the items. */
  async eventsOf(items: readonly string[]): Promise<readonly ChainEvent[]> {
    const parts = partsOf(items.map((item) => this.#hashOf(item)));
    const known = [...this.#known];
    const found: ChainEvent[] = [];
    for (let i = 0; i < parts.length && this.#known.size <= this.limit; i += AT_ONCE) {
      const some = parts.slice(i, i + AT_ONCE).map((hashes) => this.#eventsOfPart(hashes, known));
      for (const events of await Promise.all(some)) {
        for (const event of events) {
          if (this.#known.has(event.sequence)) continue;
          this.#known.add(event.sequence);
          found.push(event);
        }
      }
    }
    return found;
  }

  async #eventsOfPart(hashes: readonly Uint8Array[], known: readonly number[]): Promise<readonly ChainEvent[]> {
    const { text, values } = eventsOfStatement(hashes, known, this.limit + 1);
    const row = (await this.ask(text, values)).rows[0];
    const links = linkedHashes(row);
    await this.#learn(new Set(links.filter((hash) => !this.#items.has(hash))));
    return chainEvents(row, links.map((hash) => this.#items.get(hash) ?? ''));
  }

  /** Texts of items that were not met before. */
  async #learn(unknown: ReadonlySet<string>): Promise<void> {
    for (const part of partsOf([...unknown].map((hash) => Buffer.from(hash, 'latin1')))) {
      const { text, values } = itemsStatement(part);
      const row = (await this.ask(text, values)).rows[0];
      const hashes = linkedHashes(row);
      for (const [n, item] of ((row?.['items'] ?? []) as readonly string[]).entries()) {
        const hash = hashes[n] ?? '';
        this.#items.set(hash, item);
        this.#hashes.set(item, hash);
      }
    }
  }

  #hashOf(item: string): Uint8Array {
    const known = this.#hashes.get(item);
    if (known !== undefined) return Buffer.from(known, 'latin1');
    const hash = hashText(item);
    this.#hashes.set(item, hash.toString('latin1'));
    this.#items.set(hash.toString('latin1'), item);
    return hash;
  }
}

function partsOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  const size = Math.min(ITEMS_PER_QUERY, Math.max(WORTH_SPLITTING, Math.ceil(list.length / AT_ONCE)));
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
