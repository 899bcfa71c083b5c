import { compareBytes, encodeUtf8, equalBytes, toHex } from '@lading/kernel';
import { stateEntryProof, type AnchorParts, type ProvenanceProof, type ProvenChain, type ProvenEvent } from '@lading/ledger';
import {
  closureOf, END, readStateValue, signerKey, type Closure, type Scope, type StateValue, type StoryView, type Window
} from '@lading/verifier';
import { elementHash, headAfter, LeafReader, type ChainElement, type Leaf } from './leafReader.js';
import { placeText, StoryGap, type LeafRows, type ProveKeys, type ProvenValue } from './storySource.js';

export interface StoryRequest {
  /** Canonical URI. */
  readonly subject: string;
  readonly scope: Scope;
  readonly height: number;
  readonly anchor: AnchorParts;
  readonly prove: ProveKeys;
  readonly rows: LeafRows;
  /** Transactions whose content is left out; their events' links stay. */
  readonly withhold?: (leaf: Leaf) => boolean;
}

/**
 * Collects a proof of provenance (spec/proofs.md §7). What must be in it is asked of the verifier's own walk, round after
 * round, until it misses nothing; so what is made here is what will be demanded there.
 */
export async function buildStory(request: StoryRequest): Promise<ProvenanceProof> {
  const draft = new Draft(request);
  for (;;) {
    const closure = closureOf(request.subject, request.scope, draft);
    if (closure.missing.length === 0) {
      if (closure.faults.length > 0) throw new StoryGap(closure.faults.join('; '));
      return draft.write(closure);
    }
    await draft.fetch(closure);
  }
}

class Draft implements StoryView {
  readonly #values = new Map<string, ProvenValue & { readonly parts: StateValue | null }>();
  readonly #chains = new Map<string, readonly ChainElement[]>();
  /** Leaves by their number, and numbers by place: one event has one number. */
  readonly #leaves: Leaf[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #shown = new Map<string, { readonly skipped: number; readonly events: readonly number[] }>();
  readonly #reader: LeafReader;

  constructor(private readonly request: StoryRequest) {
    this.#reader = new LeafReader(request.rows, request.height);
  }

  state(key: string): StateValue | null | undefined {
    return this.#values.get(key)?.parts;
  }

  chain(key: string): { readonly skipped: number; readonly events: readonly number[] } | undefined {
    return this.#shown.get(key);
  }

  links(event: number): Leaf['links'] {
    return this.#leaf(event).links;
  }

  height(event: number): number {
    return this.#leaf(event).event.height;
  }

  #leaf(event: number): Leaf {
    return this.#leaves[event] as Leaf;
  }

  /** Values first: a chain is fetched once the state says that there is one. */
  async fetch({ missing }: Closure): Promise<void> {
    const unknown = missing.filter((key) => !this.#values.has(key));
    await this.#prove(unknown);
    const values = new Map<string, StateValue>();
    for (const key of missing) {
      const value = this.#values.get(key)?.parts;
      if (value !== null && value !== undefined && !this.#chains.has(key) && hasChain(key)) values.set(key, value);
    }
    if (values.size === 0) return;
    for (const [key, elements] of await this.#reader.chains([...values.keys()])) this.#keep(key, values.get(key) as StateValue, elements);
  }

  async #prove(keys: readonly string[]): Promise<void> {
    for (const [key, proven] of await this.request.prove(keys)) {
      this.#values.set(key, { ...proven, parts: proven.value === null ? null : readStateValue(proven.value) });
    }
  }

  #keep(key: string, value: StateValue, elements: readonly ChainElement[]): void {
    const at = key.startsWith('provenance/item/') ? 1 : 0;
    const head = value[at + 1];
    if (elements.length !== value[at] || !(head instanceof Uint8Array) || !equalBytes(headAfter(elements), head)) {
      throw new StoryGap(`${key}: the events stored here are not those that its chain was made of`);
    }
    this.#chains.set(key, elements);
    this.#shown.set(key, { skipped: 0, events: elements.map(({ leaf }) => this.#numberOf(leaf)) });
  }

  #numberOf(leaf: Leaf): number {
    const place = placeText(leaf.place);
    const known = this.#numbers.get(place);
    if (known !== undefined) return known;
    this.#leaves.push(leaf);
    this.#numbers.set(place, this.#leaves.length - 1);
    return this.#leaves.length - 1;
  }

  async write(closure: Closure): Promise<ProvenanceProof> {
    const { subject, scope, anchor, withhold } = this.request;
    const windows = [...closure.chains].sort(([a], [b]) => compareText(a, b));
    const used = new Set<Leaf>();
    for (const [key, window] of windows) for (const { leaf } of this.#within(key, window)) used.add(leaf);
    const ordered = [...used].sort((a, b) => inFileOrder(a.event, b.event));
    const indexOf = new Map(ordered.map((leaf, index) => [leaf, index]));
    const told = ordered.filter((leaf) => withhold?.(leaf) !== true);
    const transactions = new Map(told.map(({ transaction }) => [toHex(transaction.txId), transaction]));
    const signers = [...new Set([...transactions.values()].map(({ header }) => signerKey(header.kid)))];
    await this.#prove(signers.filter((key) => !this.#values.has(key)));
    return {
      subject,
      scope,
      ...anchor,
      state: [...new Set([...closure.state, ...signers])].sort(compareText).map((key) => this.#entry(key)),
      chains: windows.map(([key, window]) => this.#written(key, window, indexOf)),
      events: ordered.map(({ event }) => (transactions.has(toHex(event.txId)) ? event : { ...event, start: 0, end: 0 })),
      transactions: [...transactions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { encoded }]) => encoded)
    };
  }

  #within(key: string, { from, to }: Window): readonly ChainElement[] {
    return (this.#chains.get(key) ?? []).slice(from, to === END ? undefined : to + 1);
  }

  #entry(key: string): ProvenanceProof['state'][number] {
    const { value, proof } = this.#values.get(key) as ProvenValue;
    return stateEntryProof(key, value, proof);
  }

  #written(key: string, window: Window, indexOf: ReadonlyMap<Leaf, number>): ProvenChain {
    const all = this.#chains.get(key) ?? [];
    const shown = this.#within(key, window);
    return {
      key,
      skipped: window.from,
      base: headAfter(all.slice(0, window.from)),
      events: shown.map(({ leaf }) => indexOf.get(leaf) ?? 0),
      kinds: key.startsWith('provenance/anomaly/') ? shown.map(({ kind }) => kind) : [],
      after: all.slice(window.from + shown.length).map(elementHash)
    };
  }
}

const hasChain = (key: string): boolean => /^provenance\/(?:item|anomaly|recalls)\//.test(key);

const utf8 = (text: string): Uint8Array => encodeUtf8(text) ?? new Uint8Array(0);
const compareText = (a: string, b: string): number => compareBytes(utf8(a), utf8(b));

const inFileOrder = (a: ProvenEvent, b: ProvenEvent): number =>
  a.height - b.height || compareBytes(a.txId, b.txId) || a.eventIndex - b.eventIndex;
