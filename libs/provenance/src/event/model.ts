import type { JsonObject } from '@lading/ledger';
import type { ItemKey, ItemKind } from '../identifiers/canonicalItem.js';
import type { EventType } from './eventShapes.js';

/** Where in an event an item is named; `…Class` are class-level items with a quantity. */
export type ItemRole =
  | 'epc'
  | 'parentID'
  | 'childEPC'
  | 'inputEPC'
  | 'outputEPC'
  | 'epcClass'
  | 'childEPCClass'
  | 'inputEPCClass'
  | 'outputEPCClass'
  | 'readPoint'
  | 'bizLocation'
  | 'source'
  | 'destination'
  | 'transformation';

export interface NamedItem {
  readonly role: ItemRole;
  readonly item: ItemKey;
  /** The URI as it was sent. */
  readonly text: string;
}

/** An item whose chain the event extends, with the part it plays there. */
export interface ItemMention {
  readonly role: ItemRole;
  readonly uri: string;
  /** The same by the name that links have for it. */
  readonly itemKey: string;
  readonly kind: ItemKind;
  /** Of its state. */
  readonly key: string;
}

export interface NamedQuantity extends NamedItem {
  /** Millionths; null when the event gives no quantity. */
  readonly amount: bigint | null;
  /** UN/CEFACT Recommendation 20 code; '' counts pieces. */
  readonly uom: string;
}

/** What is left of a thing; millionths, 0: nothing. */
export interface RemainingPart {
  readonly uom: string;
  readonly amount: bigint;
}

/** An entry of sourceList or destinationList. */
export interface Party {
  /** Bare word `possessing_party`, `owning_party`, `location`, or a URI. */
  readonly type: string;
  readonly item: ItemKey;
  readonly text: string;
}

export interface BizTransaction {
  /** Bare word, a URI, or ''. */
  readonly type: string;
  readonly id: string;
}

export interface ErrorDeclaration {
  readonly declarationTimeMs: number;
  /** Bare word, a URI, or ''. */
  readonly reason: string;
  readonly correctiveEventIDs: readonly string[];
}

export type Action = 'OBSERVE' | 'ADD' | 'DELETE';

/**
 * A valid EPCIS 2.0 event (L0–L2 of spec/provenance.md), read for the rules: CBV values as bare words, identifiers as
 * canonical keys. What the rules do not look at stays in `node`. Texts that are absent are ''.
 */
export interface EpcisEvent {
  /** Position in the document's event list. */
  readonly index: number;
  readonly type: EventType;
  /** '' for a TransformationEvent. */
  readonly action: Action | '';
  readonly bizStep: string;
  readonly disposition: string;
  readonly persistentSet: readonly string[];
  readonly persistentUnset: readonly string[];
  readonly eventTimeMs: number;
  readonly eventTimeZoneOffset: string;
  /** As sent, or the event hash id of CBV 2.0 when it was absent. */
  readonly eventID: string;
  /** True when the sender gave the eventID. */
  readonly hasOwnID: boolean;
  /** SHA-256 over everything but eventID, recordTime and errorDeclaration: decides "same content" (rules R23, R24). */
  readonly contentHash: Uint8Array;
  readonly epcs: readonly NamedItem[];
  readonly quantities: readonly NamedQuantity[];
  readonly parent: NamedItem | null;
  readonly children: readonly NamedItem[];
  readonly childQuantities: readonly NamedQuantity[];
  readonly inputs: readonly NamedItem[];
  readonly inputQuantities: readonly NamedQuantity[];
  readonly outputs: readonly NamedItem[];
  readonly outputQuantities: readonly NamedQuantity[];
  readonly transformationID: string;
  /** What is left of inputs that are used in part, by canonical URI (spec/provenance.md 7.13). */
  readonly remaining: ReadonlyMap<string, RemainingPart>;
  readonly readPoint: NamedItem | null;
  readonly bizLocation: NamedItem | null;
  readonly sources: readonly Party[];
  readonly destinations: readonly Party[];
  /** All of them in one list, but for the group of a transformation: see `namedItems`. */
  readonly mentions: readonly ItemMention[];
  readonly transactions: readonly BizTransaction[];
  readonly errorDeclaration: ErrorDeclaration | null;
  /** The event's bytes: from its `{` to its `}` in the submitted payload. */
  readonly bytes: Uint8Array;
  readonly node: JsonObject;
}

export type DocumentType = 'EPCISDocument' | 'EPCISQueryDocument' | EventType;

export interface EpcisDocument {
  readonly type: DocumentType;
  readonly events: readonly EpcisEvent[];
  /** Prefix → namespace of the document's @context, standard ones included. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** The whole of it: what stands beside the events is master data and context. */
  readonly node: JsonObject;
}
