import { LIMITS, type Sha256 } from '@lading/kernel';
import { scanJson, sha256Noble, type JsonNode, type JsonObject } from '@lading/ledger';
import { CAPTURE_LIMITS } from '../capture/captureLimits.js';
import { HashWork } from '../hash/hashWork.js';
import { bareEvent, epcisDocument, epcisQueryDocument } from './documentShape.js';
import { isEventType } from './eventShapes.js';
import { Faults, type DocumentRejection, type EventFault } from './faults.js';
import type { DocumentType, EpcisDocument, EpcisEvent } from './model.js';
import { areBounded, CONTEXT_TOO_LARGE, namespacesOf, STANDARD_NAMESPACES } from './namespaces.js';
import { readEvent } from './readEvent.js';
import { countItems } from './textRules.js';

/** Layers L0–L2 of spec/provenance.md over the bytes as submitted. All faults found, at most FAULT_LIMIT. */
export function parseEpcisDocument(
  payload: Uint8Array,
  sha256: Sha256 = sha256Noble
): { readonly ok: true; readonly value: EpcisDocument } | DocumentRejection {
  const scanned = scanJson(payload);
  if (!scanned.ok) {
    const fault = { pointer: scanned.pointer ?? '', code: scanned.code as EventFault['code'], message: scanned.detail };
    return { ok: false, code: fault.code, detail: fault.message, pointer: fault.pointer, faults: [fault] };
  }
  return readDocument(scanned.value, payload, '', sha256);
}

/** As {@link parseEpcisDocument} for a document at `base` (a JSON pointer) inside a payload that has been scanned. */
export function readDocument(
  root: JsonNode,
  payload: Uint8Array,
  base: string,
  sha256: Sha256
): ReadDocument {
  const read = readInto(new Faults(false), root, payload, base, sha256);
  return read.ok ? read : readInto(new Faults(), root, payload, base, sha256);
}

type ReadDocument = { readonly ok: true; readonly value: EpcisDocument } | DocumentRejection;

function readInto(faults: Faults, root: JsonNode, payload: Uint8Array, base: string, sha256: Sha256): ReadDocument {
  const type = documentType(root, base, faults);
  if (type !== null) checkShape(type, root, base, faults);
  const refused = faults.rejection();
  if (refused !== null || type === null || root.type !== 'object') return refused ?? unknown();
  const found = eventNodes(type, root);
  const list = base + found.pointer;
  if (found.nodes.length > LIMITS.eventsPerTransaction) {
    faults.add(list, 'EVENT_LIMIT', `more than ${LIMITS.eventsPerTransaction} events in one transaction`);
  }
  if (found.nodes.length === 0) faults.add(list, 'LIST_LENGTH', 'the document holds no event');
  const namespaces = namespacesOf(root.members.get('@context'));
  if (namespaces !== STANDARD_NAMESPACES && !areBounded(namespaces)) faults.add(`${base}/@context`, 'EVENT_LIMIT', CONTEXT_TOO_LARGE);
  const refusedLimits = faults.rejection();
  if (refusedLimits !== null) return refusedLimits;
  const events: EpcisEvent[] = [];
  const work = new HashWork();
  let named = 0;
  for (const [i, node] of found.nodes.entries()) {
    if (faults.full || named > CAPTURE_LIMITS.namedItems || work.exhausted) break;
    const pointer = found.pointer === '' ? base : `${list}/${i}`;
    const event = readEvent(node, i, { pointer, payload, namespaces, faults, sha256, work });
    named += countItems(event);
    events.push(event);
  }
  if (named > CAPTURE_LIMITS.namedItems) {
    faults.add(list, 'EVENT_LIMIT', `more than ${CAPTURE_LIMITS.namedItems} items in one transaction`);
  }
  if (work.exhausted) faults.add(list, 'EVENT_LIMIT', 'the events take too much work: names and values repeat too often');
  return faults.rejection() ?? { ok: true, value: { type, events, namespaces, node: root } };
}

const unknown = (): DocumentRejection => ({
  ok: false,
  code: 'FIELD_TYPE',
  detail: 'not an EPCIS document',
  pointer: '',
  faults: []
});

function documentType(root: JsonNode, base: string, faults: Faults): DocumentType | null {
  if (root.type !== 'object') {
    faults.add(base, 'FIELD_TYPE', 'an EPCIS document or event is a JSON object');
    return null;
  }
  const type = root.members.get('type');
  if (type === undefined) faults.add(`${base}/type`, 'FIELD_MISSING', 'the document has no type');
  else if (type.type !== 'string') faults.add(`${base}/type`, 'FIELD_TYPE', 'type is a text');
  else if (type.value === 'EPCISDocument' || type.value === 'EPCISQueryDocument') return type.value;
  else if (isEventType(type.value)) return type.value;
  else faults.add(`${base}/type`, 'FIELD_VALUE', 'neither an EPCIS document nor one of the five event types');
  return null;
}

function checkShape(type: DocumentType, root: JsonNode, base: string, faults: Faults): void {
  if (type === 'EPCISDocument') epcisDocument(root, base, faults);
  else if (type === 'EPCISQueryDocument') epcisQueryDocument(root, base, faults);
  else bareEvent(root, base, faults);
}

/** The events of a document whose shape is right; a bare event is its own list, with no pointer step. */
function eventNodes(type: DocumentType, root: JsonObject): { nodes: readonly JsonObject[]; pointer: string } {
  if (isEventType(type)) return { nodes: [root], pointer: '' };
  const path =
    type === 'EPCISDocument' ? ['epcisBody', 'eventList'] : ['epcisBody', 'queryResults', 'resultsBody', 'eventList'];
  let node: JsonNode | undefined = root;
  for (const name of path) node = node?.type === 'object' ? node.members.get(name) : undefined;
  const items = node?.type === 'array' ? node.items : [];
  return { nodes: items.filter((item) => item.type === 'object'), pointer: `/${path.join('/')}` };
}
