import type { Sha256 } from '@lading/kernel';
import { parseQuantity, type JsonNode, type JsonObject } from '@lading/ledger';
import { canonicalItem, type ItemKey, type ItemKind } from '../identifiers/canonicalItem.js';
import { contentHash, eventHashId } from '../hash/eventHash.js';
import type { HashWork } from '../hash/hashWork.js';
import { parseDateTime } from './dateTime.js';
import type { EventType } from './eventShapes.js';
import type { Faults } from './faults.js';
import type {
  Action,
  BizTransaction,
  EpcisEvent,
  ErrorDeclaration,
  ItemMention,
  ItemRole,
  NamedItem,
  NamedQuantity,
  Party
} from './model.js';
import { listMentions } from './namedItems.js';
import { areBounded, CONTEXT_TOO_LARGE, namespacesOf } from './namespaces.js';
import { remainingParts } from './remainingParts.js';
import { checkTextRules } from './textRules.js';
import {
  bareWord,
  BIZ_STEPS,
  DISPOSITIONS,
  ERROR_REASONS,
  PARTY_TYPES,
  TRANSACTION_TYPES,
  type Vocabulary
} from './vocabulary.js';

/** Where an event stands. */
export interface Surroundings {
  /** JSON pointer of the event. */
  readonly pointer: string;
  /** The bytes that its offsets refer to. */
  readonly payload: Uint8Array;
  /** Prefixes of the document's @context. */
  readonly namespaces: ReadonlyMap<string, string>;
  readonly faults: Faults;
  readonly sha256: Sha256;
  /** Shared by all events of the document. */
  readonly work: HashWork;
}

/** Reads an event whose shape has been checked; adds the faults of layer L2 (identifiers, quantities, text rules). */
export function readEvent(node: JsonObject, index: number, surroundings: Surroundings): EpcisEvent {
  const { pointer, payload, faults, sha256, work } = surroundings;
  const outer = surroundings.namespaces;
  const read = new EventReader(node, pointer, faults);
  const context = node.members.get('@context');
  const namespaces = context === undefined ? outer : namespacesOf(context, outer);
  if (namespaces !== outer && !areBounded(namespaces)) faults.add(`${pointer}/@context`, 'EVENT_LIMIT', CONTEXT_TOO_LARGE);
  const ownID = read.text('eventID');
  const mentions: ItemMention[] = [];
  // One literal: an object that is put together from another one is slow to make, and slow to use ever after.
  const event: EpcisEvent = {
    index,
    type: read.text('type') as EventType,
    action: read.text('action') as Action | '',
    bizStep: read.term('bizStep', BIZ_STEPS),
    disposition: read.term('disposition', DISPOSITIONS),
    persistentSet: read.persistent('set'),
    persistentUnset: read.persistent('unset'),
    eventTimeMs: parseDateTime(read.text('eventTime')) ?? 0,
    eventTimeZoneOffset: read.text('eventTimeZoneOffset'),
    eventID: ownID === '' ? eventHashId(node, namespaces, sha256, work) : ownID,
    hasOwnID: ownID !== '',
    contentHash: contentHash(node, namespaces, sha256, work),
    epcs: read.items('epcList', 'epc'),
    quantities: read.quantities('quantityList', 'epcClass'),
    parent: read.item('parentID', 'parentID', 'instance'),
    children: read.items('childEPCs', 'childEPC'),
    childQuantities: read.quantities('childQuantityList', 'childEPCClass'),
    inputs: read.items('inputEPCList', 'inputEPC'),
    inputQuantities: read.quantities('inputQuantityList', 'inputEPCClass'),
    outputs: read.items('outputEPCList', 'outputEPC'),
    outputQuantities: read.quantities('outputQuantityList', 'outputEPCClass'),
    transformationID: read.text('transformationID'),
    remaining: remainingParts(node, namespaces, pointer, faults),
    readPoint: read.place('readPoint'),
    bizLocation: read.place('bizLocation'),
    sources: read.parties('sourceList', 'source'),
    destinations: read.parties('destinationList', 'destination'),
    mentions,
    transactions: read.transactions(),
    errorDeclaration: read.errorDeclaration(),
    bytes: payload.subarray(node.start, node.end),
    node
  };
  listMentions(event, mentions);
  checkTextRules(event, pointer, faults);
  return event;
}

class EventReader {
  constructor(
    private readonly node: JsonObject,
    private readonly pointer: string,
    private readonly faults: Faults
  ) {}

  text(name: string): string {
    return textIn(this.node, name);
  }

  term(name: string, vocabulary: Vocabulary): string {
    return term(this.text(name), vocabulary);
  }

  persistent(name: 'set' | 'unset'): readonly string[] {
    const value = this.node.members.get('persistentDisposition');
    if (value?.type !== 'object') return [];
    return texts(value.members.get(name)).map((text) => term(text, DISPOSITIONS));
  }

  item(name: string, role: ItemRole, kind: ItemKind): NamedItem | null {
    const text = this.text(name);
    return text === '' ? null : this.#named(text, role, kind, this.faults.below(this.pointer, name));
  }

  items(name: string, role: ItemRole): readonly NamedItem[] {
    const node = this.node.members.get(name);
    if (node === undefined) return NONE;
    const list = this.faults.below(this.pointer, name);
    const items: NamedItem[] = [];
    for (const [i, text] of texts(node).entries()) {
      const named = this.#named(text, role, 'instance', this.faults.below(list, i));
      if (named !== null) items.push(named);
    }
    return items;
  }

  quantities(name: string, role: ItemRole): readonly NamedQuantity[] {
    const list = objects(this.node.members.get(name));
    if (list.length === 0) return NONE;
    return list.flatMap((element, i) => {
      const pointer = this.faults.below(this.faults.below(this.pointer, name), i);
      const named = this.#named(textIn(element, 'epcClass'), role, 'class', this.faults.below(pointer, 'epcClass'));
      const amount = this.#amount(element.members.get('quantity'), this.faults.below(pointer, 'quantity'));
      return named === null ? [] : [{ ...named, amount, uom: textIn(element, 'uom') }];
    });
  }

  place(name: 'readPoint' | 'bizLocation'): NamedItem | null {
    const value = this.node.members.get(name);
    if (value?.type !== 'object') return null;
    return this.#named(textIn(value, 'id'), name, 'place', this.faults.below(this.faults.below(this.pointer, name), 'id'));
  }

  parties(name: 'sourceList' | 'destinationList', field: 'source' | 'destination'): readonly Party[] {
    const list = objects(this.node.members.get(name));
    if (list.length === 0) return NONE;
    return list.flatMap((element, i) => {
      const type = term(textIn(element, 'type'), PARTY_TYPES);
      const pointer = this.faults.below(this.faults.below(this.faults.below(this.pointer, name), i), field);
      const named = this.#named(textIn(element, field), field, type === 'location' ? 'place' : 'party', pointer);
      return named === null ? [] : [{ type, item: named.item, text: named.text }];
    });
  }

  transactions(): readonly BizTransaction[] {
    return objects(this.node.members.get('bizTransactionList')).map((element) => ({
      type: term(textIn(element, 'type'), TRANSACTION_TYPES),
      id: textIn(element, 'bizTransaction')
    }));
  }

  errorDeclaration(): ErrorDeclaration | null {
    const value = this.node.members.get('errorDeclaration');
    if (value?.type !== 'object') return null;
    return {
      declarationTimeMs: parseDateTime(textIn(value, 'declarationTime')) ?? 0,
      reason: term(textIn(value, 'reason'), ERROR_REASONS),
      correctiveEventIDs: texts(value.members.get('correctiveEventIDs'))
    };
  }

  #named(text: string, role: ItemRole, kind: ItemKind, pointer: string): NamedItem | null {
    const item = canonicalItem(text, kind);
    if (item.ok) return { role, item: item.value satisfies ItemKey, text };
    this.faults.add(pointer, item.code, item.detail);
    return null;
  }

  #amount(node: JsonNode | undefined, pointer: string): bigint | null {
    if (node?.type !== 'number') return null;
    const amount = parseQuantity(node.lexeme);
    if (!amount.ok) {
      this.faults.add(pointer, 'NUMBER_RANGE', amount.detail);
      return null;
    }
    if (amount.value >= 0n) return amount.value;
    this.faults.add(pointer, 'NUMBER_RANGE', 'a quantity is not negative');
    return null;
  }
}

function textIn(node: JsonObject, name: string): string {
  const value = node.members.get(name);
  return value?.type === 'string' ? value.value : '';
}

const term = (text: string, vocabulary: Vocabulary): string => bareWord(vocabulary, text) ?? text;

const NONE: readonly never[] = [];

function texts(node: JsonNode | undefined): readonly string[] {
  if (node?.type !== 'array') return NONE;
  const found: string[] = [];
  for (const item of node.items) if (item.type === 'string') found.push(item.value);
  return found;
}

const objects = (node: JsonNode | undefined): readonly JsonObject[] =>
  node?.type === 'array' ? node.items.flatMap((item) => (item.type === 'object' ? [item] : [])) : NONE;
