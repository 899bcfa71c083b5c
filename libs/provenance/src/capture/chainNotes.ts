import { toHex, type Hash, type Sha256 } from '@lading/kernel';
import { encodeLinks, type ChainNote, type ItemLink, type Outcome, type StateWriter } from '@lading/ledger';
import type { EpcisEvent } from '../event/model.js';
import { namedItems } from '../event/namedItems.js';
import { itemStateKey } from '../identifiers/canonicalItem.js';
import type { OperationBody } from '../operations/operationRequest.js';
import { anomalyKey, ItemBook } from '../state/itemBook.js';
import { recallChainKey } from '../state/recallRecord.js';
import { eventLinks, type EventResult } from './applyEvent.js';

/**
 * What proofs need and an event's bytes do not say (spec/proofs.md 7.1): which chains it extended beyond those of the items
 * that it names, and the anomaly chains. Nodes keep it beside the block; nothing of it is hashed.
 */
export class RecordingBook extends ItemBook {
  readonly #anomalies: { readonly uri: string; readonly kind: string; readonly leaf: string }[] = [];
  readonly #notes: ChainNote[] = [];

  override extendAnomaly(uri: string, kind: string, leaf: Hash): void {
    super.extendAnomaly(uri, kind, leaf);
    this.#anomalies.push({ uri, kind, leaf: toHex(leaf) });
  }

  /** An event that has extended chains of items which it does not name: `links` are those to them. */
  noted(event: EpcisEvent, organization: string, links: readonly ItemLink[]): void {
    const known = new Set(namedItems(event, organization).map(({ uri }) => uri));
    const unnamed = new Set(links.map(({ itemKey }) => itemKey).filter((uri) => !known.has(uri)));
    if (unnamed.size === 0) return;
    const added = links.filter(({ itemKey }) => unnamed.has(itemKey));
    const { type, action, bizStep } = event;
    const encoded = encodeLinks({ type, action, bizStep, links: [...eventLinks(event, organization), ...added] });
    this.#notes.push({ eventIndex: event.index, kind: '', keys: [...unnamed].map(itemStateKey), links: encoded });
  }

  /** Hands over what stays of the transaction. */
  handOver(results: readonly EventResult[], outcome: Outcome, state: StateWriter): void {
    if (outcome.status === 'APPLIED') for (const note of this.#notes) state.note?.(note);
    if (this.#anomalies.length === 0) return;
    const indexOf = new Map(results.flatMap((result, index) => ('leaf' in result ? [[toHex(result.leaf), index] as const] : [])));
    for (const { uri, kind, leaf } of this.#anomalies) {
      state.note?.({ eventIndex: indexOf.get(leaf) ?? 0, kind, keys: [anomalyKey(uri)], links: NAMED });
    }
  }
}

/** Stands for the links that the event's own bytes name. */
const NAMED = new Uint8Array(0);

/** A writer that remembers which chains an operation extends: each item that it writes, and those of its recalls. */
export class RecordingWriter implements StateWriter {
  readonly #items: string[] = [];
  readonly #recalls: string[] = [];

  constructor(private readonly state: StateWriter) {}

  get(key: string): Uint8Array | null {
    return this.state.get(key);
  }

  put(key: string, value: Uint8Array | null): void {
    this.state.put(key, value);
    const [item, recall] = [itemStateKey(''), recallChainKey('')];
    if (key.startsWith(item)) this.#items.push(key.slice(item.length));
    if (key.startsWith(recall)) this.#recalls.push(key.slice(recall.length));
  }

  handOver({ op }: OperationBody, outcome: Outcome): void {
    if (outcome.status !== 'APPLIED' || this.#items.length + this.#recalls.length === 0) return;
    const links = encodeLinks({
      type: op,
      action: '',
      bizStep: '',
      links: [
        ...this.#items.map((itemKey) => ({ role: 'item', itemKey })),
        ...this.#recalls.map((itemKey) => ({ role: 'recall', itemKey }))
      ]
    });
    const keys = [...this.#items.map(itemStateKey), ...this.#recalls.map(recallChainKey)];
    this.state.note?.({ eventIndex: 0, kind: '', keys, links });
    for (const entry of outcome.detail) {
      const [, kind, item] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
      if (typeof kind === 'string' && typeof item === 'string') {
        this.state.note?.({ eventIndex: 0, kind, keys: [anomalyKey(item)], links });
      }
    }
  }
}

/** The recorder is the book itself where somebody listens. */
export const bookFor = (state: StateWriter, sha256: Sha256, keyOf: (uri: string) => string): ItemBook =>
  state.note === undefined ? new ItemBook(state, sha256, keyOf) : new RecordingBook(state, sha256, keyOf);
