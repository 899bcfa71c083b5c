import { formatQuantity } from '@lading/ledger';
import { groupUri, itemStateKey, type ItemKind } from '../identifiers/canonicalItem.js';
import type { BizTransaction, EpcisEvent, ErrorDeclaration, ItemRole, NamedItem, NamedQuantity } from './model.js';
import { namedItems } from './namedItems.js';

/** One row per item an event names: enough to answer MATCH_epc, MATCH_anyEPC and their class forms by `uri`. */
export interface IndexedItem {
  readonly role: ItemRole;
  /** Canonical URI; a question's URI goes through `canonicalUri` first. */
  readonly uri: string;
  /** State key of the item. */
  readonly key: string;
  readonly kind: ItemKind;
  readonly isClass: boolean;
  /** The identifier as it was sent; '' for a transformation group. */
  readonly text: string;
  /** Decimal text and unit of a class-level entry; null and '' otherwise. */
  readonly quantity: string | null;
  readonly uom: string;
}

export interface IndexedParty {
  readonly type: string;
  readonly uri: string;
  readonly text: string;
}

/** What queries ask of an event; the event itself is answered from its bytes. Absent texts are ''. */
export interface IndexedEvent {
  readonly type: string;
  readonly action: string;
  readonly bizStep: string;
  readonly disposition: string;
  readonly persistentSet: readonly string[];
  readonly persistentUnset: readonly string[];
  /** Milliseconds since 1970. */
  readonly eventTimeMs: number;
  readonly eventTimeZoneOffset: string;
  readonly eventID: string;
  /** False when the eventID is the computed hash id and does not stand in the bytes. */
  readonly hasOwnID: boolean;
  /** Canonical URIs. */
  readonly readPoint: string;
  readonly bizLocation: string;
  readonly items: readonly IndexedItem[];
  readonly transformationID: string;
  /** Item URI of the transformation's group, or ''. */
  readonly transformationGroup: string;
  readonly transactions: readonly BizTransaction[];
  readonly sources: readonly IndexedParty[];
  readonly destinations: readonly IndexedParty[];
  readonly errorDeclaration: ErrorDeclaration | null;
}

/** Roles that EPCIS asks for as MATCH_epc, and as MATCH_anyEPC. */
export const MATCH_EPC_ROLES: readonly ItemRole[] = ['epc', 'childEPC'];
export const MATCH_ANY_EPC_ROLES: readonly ItemRole[] = ['epc', 'childEPC', 'parentID', 'inputEPC', 'outputEPC'];
export const MATCH_EPC_CLASS_ROLES: readonly ItemRole[] = ['epcClass', 'childEPCClass'];
export const MATCH_ANY_EPC_CLASS_ROLES: readonly ItemRole[] = [
  'epcClass',
  'childEPCClass',
  'inputEPCClass',
  'outputEPCClass'
];

export function indexEvent(event: EpcisEvent, organization: string): IndexedEvent {
  const parties = (list: EpcisEvent['sources']): readonly IndexedParty[] =>
    list.map(({ type, item, text }) => ({ type, uri: item.uri, text }));
  return {
    type: event.type,
    action: event.action,
    bizStep: event.bizStep,
    disposition: event.disposition,
    persistentSet: event.persistentSet,
    persistentUnset: event.persistentUnset,
    eventTimeMs: event.eventTimeMs,
    eventTimeZoneOffset: event.eventTimeZoneOffset,
    eventID: event.eventID,
    hasOwnID: event.hasOwnID,
    readPoint: event.readPoint?.item.uri ?? '',
    bizLocation: event.bizLocation?.item.uri ?? '',
    items: indexedItems(event, organization),
    transformationID: event.transformationID,
    transformationGroup: event.transformationID === '' ? '' : groupUri(organization, event.transformationID),
    transactions: event.transactions,
    sources: parties(event.sources),
    destinations: parties(event.destinations),
    errorDeclaration: event.errorDeclaration
  };
}

function indexedItems(event: EpcisEvent, organization: string): readonly IndexedItem[] {
  const listed: readonly (NamedItem | NamedQuantity)[] = [
    ...event.epcs,
    ...(event.parent === null ? [] : [event.parent]),
    ...event.children,
    ...event.inputs,
    ...event.outputs,
    ...event.quantities,
    ...event.childQuantities,
    ...event.inputQuantities,
    ...event.outputQuantities
  ];
  const rows = listed.map((named) => {
    const { role, item, text } = named;
    const amount = 'amount' in named ? named.amount : null;
    const quantity = amount === null ? null : formatQuantity(amount);
    return row(role, item.uri, item.kind, text, quantity, 'uom' in named ? named.uom : '');
  });
  const places = namedItems(event, organization).filter(({ role }) => PLACE_ROLES.has(role));
  return [...rows, ...places.map(({ role, uri, kind }) => row(role, uri, kind, '', null, ''))];
}

const PLACE_ROLES: ReadonlySet<ItemRole> = new Set<ItemRole>([
  'readPoint',
  'bizLocation',
  'source',
  'destination',
  'transformation'
]);

const row = (
  role: ItemRole,
  uri: string,
  kind: ItemKind,
  text: string,
  quantity: string | null,
  uom: string
): IndexedItem => ({ role, uri, key: itemStateKey(uri), kind, isClass: kind === 'class', text, quantity, uom });
