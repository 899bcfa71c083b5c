import { asHash, assert, type Hash } from '@lading/kernel';
import { EMPTY_HEAD, encodeCbor } from '@lading/ledger';
import { repeatedKeys } from './repeatedKeys.js';
import { array, integer, once, stored, text, texts } from './storedFields.js';

/** What a recall is about; `range` compares serials of one length as text. */
export type RecallScope =
  | { readonly kind: 'gtin' }
  | { readonly kind: 'lots' | 'serials'; readonly items: readonly string[] }
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'container' };

/** One organization's account of one unit, millionths. */
export interface RecallAccount {
  readonly organization: string;
  readonly uom: string;
  readonly onHand: bigint;
  readonly quarantined: bigint;
  readonly returned: bigint;
  readonly destroyed: bigint;
}

export interface RecallRecord {
  readonly isOpen: boolean;
  /** Organization that opened it; only it extends and closes. */
  readonly initiator: string;
  /** GTIN (14 digits), or canonical URI of a container or opaque item. */
  readonly subject: string;
  readonly scope: RecallScope;
  /** Canonical URIs of parties to which recalled items may be shipped; the initiator is always one. */
  readonly destinations: readonly string[];
  /** Ascending by organization, then unit. */
  readonly accounts: readonly RecallAccount[];
}

/** Acts on one GTIN or container: their chain, and the ids of recalls that are open. */
export interface RecallChain {
  readonly count: number;
  readonly head: Hash;
  readonly open: readonly string[];
}

/** `<organization>/<name>`: names of two organizations never meet. */
export const recallKey = (id: string): string => `provenance/recall/${id}`;
export const recallChainKey = repeatedKeys('provenance/recalls/');

export const NO_RECALLS: RecallChain = { count: 0, head: EMPTY_HEAD, open: [] };

/** CBOR [count, head, [id…]]. */
export const encodeRecallChain = ({ count, head, open }: RecallChain): Uint8Array => encodeCbor([count, head, open]);

export const decodeRecallChain = (value: Uint8Array | null): RecallChain =>
  value === null ? NO_RECALLS : readChain(value);

const readChain = once((value: Uint8Array): RecallChain => {
  const [count, head, open] = stored(value, 3);
  assert(head instanceof Uint8Array, 'recall chain');
  return { count: integer(count), head: asHash(head), open: texts(open) };
});

const scopeTexts = (scope: RecallScope): readonly string[] => {
  if (scope.kind === 'range') return [scope.from, scope.to];
  return 'items' in scope ? scope.items : [];
};

/** CBOR [1, open, initiator, subject, kind, [item or bound…], [destination…], [account…]]. */
export const encodeRecall = (record: RecallRecord): Uint8Array =>
  encodeCbor([
    1,
    record.isOpen,
    record.initiator,
    record.subject,
    record.scope.kind,
    scopeTexts(record.scope),
    record.destinations,
    record.accounts.map(({ organization, uom, onHand, quarantined, returned, destroyed }) => [
      organization,
      uom,
      ...[onHand, quarantined, returned, destroyed].map((amount) => amount.toString())
    ])
  ]);

export const decodeRecall = once((value: Uint8Array): RecallRecord => {
  const [, isOpen, initiator, subject, kind, scope, destinations, accounts] = stored(value, 8);
  return {
    isOpen: isOpen === true,
    initiator: text(initiator),
    subject: text(subject),
    scope: decodeScope(text(kind), texts(scope)),
    destinations: texts(destinations),
    accounts: array(accounts).map((entry) => {
      const [organization, uom, ...amounts] = array(entry, 6).map(text);
      const [onHand = 0n, quarantined = 0n, returned = 0n, destroyed = 0n] = amounts.map(BigInt);
      return { organization: organization ?? '', uom: uom ?? '', onHand, quarantined, returned, destroyed };
    })
  };
});

function decodeScope(kind: string, list: readonly string[]): RecallScope {
  if (kind === 'range') return { kind, from: list[0] ?? '', to: list[1] ?? '' };
  if (kind === 'lots' || kind === 'serials') return { kind, items: list };
  return kind === 'gtin' ? { kind } : { kind: 'container' };
}
