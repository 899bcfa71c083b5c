import type { Hash, Result } from '@lading/kernel';
import { compareBytes, encodeUtf8, ok, reject, toHex } from '@lading/kernel';
import {
  anomalyLeaf, decodeLinks, decodeTransaction, eventLeaf, extendHead, linksHash,
  type EventLinks, type ProvenanceProof, type ProvenChain, type ProvenEvent, type Transaction
} from '@lading/ledger/reading';
import { CERTIFIED, type Certified } from './anchor.js';
import type { ChainView, StoryView } from './closure.js';
import type { VerifierCrypto } from './crypto.js';
import { inside, openParts } from './openParts.js';
import { readStateValue, type StateValue } from './stateValue.js';

/** An event with its links read and its leaf computed from the members that are shown. */
export interface OpenEvent {
  readonly event: ProvenEvent;
  readonly links: EventLinks;
  readonly leaf: Hash;
}

/** A proof of provenance with every part decoded and hashed. Nothing is verified yet. */
export interface OpenProvenance {
  readonly proof: ProvenanceProof;
  readonly certified: Certified;
  readonly events: readonly OpenEvent[];
  /** By txId in hex. */
  readonly transactions: ReadonlyMap<string, Transaction>;
  readonly view: StoryView;
}

/** Opens the parts with their strict decoders, and refuses lists that are not in their order. */
export function openProvenance(proof: ProvenanceProof, { sha256 }: VerifierCrypto): Result<OpenProvenance> {
  const certified = openParts(proof, CERTIFIED);
  if (!certified.ok) return certified;
  const events: OpenEvent[] = [];
  for (const [index, event] of proof.events.entries()) {
    const links = decodeLinks(event.links);
    if (!links.ok) return inside(`/events/${index}/links`, links);
    events.push({ event, links: links.value, leaf: eventLeaf({ ...event, linksHash: linksHash(event.links, sha256) }, sha256) });
  }
  const transactions = new Map<string, Transaction>();
  for (const [index, encoded] of proof.transactions.entries()) {
    const transaction = decodeTransaction(encoded, sha256);
    if (!transaction.ok) return inside(`/transactions/${index}`, transaction);
    transactions.set(toHex(transaction.value.txId), transaction.value);
  }
  const fault = disorder(proof, [...transactions.keys()]);
  if (fault !== null) return reject('PROOF_NOT_ONE_FORM', 'is not in the order of spec/proofs.md §7, or out of range', fault);
  return ok({ proof, certified: certified.value, events, transactions, view: viewOf(proof, events) });
}

/** Pointer of the first list that is not strictly ascending, or that names an event the file does not have. */
function disorder({ state, chains, events, transactions, scope }: ProvenanceProof, txIds: readonly string[]): string | null {
  const utf8 = (text: string): Uint8Array => encodeUtf8(text) ?? new Uint8Array(0);
  const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => compareBytes(utf8(a.key), utf8(b.key));
  const byPlace = (a: ProvenEvent, b: ProvenEvent): number =>
    a.height - b.height || compareBytes(a.txId, b.txId) || a.eventIndex - b.eventIndex;
  if (scope !== 'history' && scope !== 'conditions') return '/scope';
  if (!ascends(state, byKey)) return '/state';
  if (!ascends(chains, byKey)) return '/chains';
  if (!ascends(events, byPlace)) return '/events';
  if (!ascends(txIds, (a, b) => (a < b ? -1 : 1)) || txIds.length !== transactions.length) return '/transactions';
  const unknown = chains.findIndex((chain) => chain.events.some((index) => index >= events.length));
  return unknown < 0 ? null : `/chains/${unknown}/events`;
}

function ascends<T>(list: readonly T[], compare: (a: T, b: T) => number): boolean {
  return list.every((item, index) => index === 0 || compare(list[index - 1] as T, item) < 0);
}

function viewOf({ state, chains }: ProvenanceProof, events: readonly OpenEvent[]): StoryView {
  const values = new Map<string, StateValue | null>(
    state.map(({ key, value }) => [key, value.length === 0 ? null : readStateValue(value)])
  );
  const shown = new Map<string, ChainView>(chains.map((chain) => [chain.key, chain]));
  const at = (index: number): OpenEvent => events[index] as OpenEvent;
  return {
    state: (key) => values.get(key),
    chain: (key) => shown.get(key),
    links: (event) => at(event).links,
    height: (event) => at(event).event.height
  };
}

/** Head that a chain leads to (spec/proofs.md 7.1). */
export function headOf(chain: ProvenChain, events: readonly OpenEvent[], { sha256 }: VerifierCrypto): Hash {
  const extend = (head: Hash, leaf: Hash): Hash => extendHead(head, leaf, sha256);
  const leaves = chain.events.map((index, place) => {
    const { leaf } = events[index] as OpenEvent;
    const kind = chain.kinds[place];
    return kind === undefined ? leaf : anomalyLeaf(kind, leaf, sha256);
  });
  return chain.after.reduce(extend, leaves.reduce(extend, chain.base));
}
