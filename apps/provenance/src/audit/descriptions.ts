import { canonicalItem, gtinOf, prefixHolder, type StoryEvent } from '@lading/provenance';
import type { EventRow } from '@lading/storage';
import { aboutKind, tellingWord, type Saying } from '../fields/descriptions.js';
import type { ProvenanceOptions } from '../provenance.options.js';

/** Things asked about in one query. */
const THINGS = 2_000;
const PRODUCT = ['descriptionShort', 'regulatedProductName', 'functionalName', 'speciesForFisheryStatisticsPurposesName'];
const PLACE = ['name', 'streetAddressOne', 'city', 'state', 'countryCode'];

/** What people call products and places: as their master data says, and the ilmd of the events that made them. */
export class Descriptions {
  /** Thing → word → texts. */
  readonly #told = new Map<string, Map<string, Set<string>>>();

  constructor(private readonly options: ProvenanceOptions) {}

  /** Reads what captured master data says of these. */
  async read(uris: readonly string[]): Promise<void> {
    const byKind = new Map(uris.map((uri) => [aboutKind(uri), uri]));
    const kinds = [...byKind.keys()];
    for (let i = 0; i < kinds.length; i += THINGS) {
      const found = await this.options.projection.termsOf(kinds.slice(i, i + THINGS));
      const sayings = new Map<string, Saying[]>();
      for (const { kind, value } of found) {
        const uri = byKind.get(kind) ?? '';
        sayings.set(uri, [...(sayings.get(uri) ?? []), JSON.parse(value) as Saying]);
      }
      for (const [uri, said] of sayings) this.#hear(uri, said);
    }
  }

  /** The ilmd of events that bring lots into being: said of the lot, it goes before what is said of the product. */
  learn(events: readonly StoryEvent[], rows: ReadonlyMap<string, EventRow>): void {
    for (const { ref, items, action } of events) {
      const content = Buffer.from(rows.get(ref)?.content ?? '');
      if (!content.includes('"ilmd"')) continue;
      const { ilmd = {} } = JSON.parse(content.toString('utf8')) as { readonly ilmd?: Readonly<Record<string, unknown>> };
      for (const [name, value] of Object.entries(ilmd)) {
        const word = tellingWord(name);
        const text = textOf(value);
        if (word === null || text === '') continue;
        for (const { role, uri } of items) if (/^output/.test(role) || (/^epc/.test(role) && action === 'ADD')) this.#tell(uri, word, text);
      }
    }
  }

  /** Of a lot or serial, or of its product; '' when nobody has said. */
  product(uri: string): string {
    const gtin = gtinOf(uri);
    const things = gtin === '' ? [uri] : [uri, `https://id.gs1.org/01/${gtin}`];
    for (const word of PRODUCT) for (const thing of things) {
      const texts = this.#told.get(thing)?.get(word);
      if (texts !== undefined) return [...texts].sort().join('; ');
    }
    return '';
  }

  /** Name and address of a place or party. */
  place(uri: string): string {
    const words = this.#told.get(uri);
    return PLACE.flatMap((word) => [...(words?.get(word) ?? [])].sort().join('; ') || []).join(', ');
  }

  /** Of several who describe a thing the holder of its prefix is believed; what it has said differently stands side by side. */
  #hear(uri: string, sayings: readonly Saying[]): void {
    const item = canonicalItem(uri, 'class');
    const holder = item.ok ? (prefixHolder(item.value, this.options.config.organizations)?.organization ?? '') : '';
    const own = sayings.filter(([organization]) => organization === holder);
    for (const [, word, text] of own.length > 0 ? own : sayings) this.#tell(uri, word, text);
  }

  #tell(uri: string, word: string, text: string): void {
    const words = this.#told.get(uri) ?? new Map<string, Set<string>>();
    this.#told.set(uri, words);
    words.set(word, (words.get(word) ?? new Set()).add(text));
  }
}

/** A text, also as a JSON-LD value object. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  const inner = typeof value === 'object' && value !== null && '@value' in value ? value['@value'] : '';
  return typeof inner === 'string' ? inner.trim() : '';
}
