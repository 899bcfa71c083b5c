import { parseQuantity, type JsonNode, type JsonObject } from '@lading/ledger';
import { canonicalUri } from '../identifiers/canonicalItem.js';
import { step, type Faults } from './faults.js';
import type { RemainingPart } from './model.js';

/** Namespace of our extensions of EPCIS. */
export const LADING_NAMESPACE = 'urn:lading:epcis:';

const NONE: ReadonlyMap<string, RemainingPart> = new Map();
const UNIT = /^(?:[A-Z0-9]{2,3})?$/;

/** The local name of a member in our namespace, by whatever prefix; '' for others. */
function ownName(name: string, namespaces: ReadonlyMap<string, string>): string {
  const colon = name.indexOf(':');
  const namespace = namespaces.get(name.slice(0, Math.max(0, colon)));
  const iri = namespace === undefined ? name : namespace + name.slice(colon + 1);
  return iri.startsWith(LADING_NAMESPACE) ? iri.slice(LADING_NAMESPACE.length) : '';
}

/** The first member that has the name, in the order of the text; '' when there is none. */
function nameOfRemaining({ members }: JsonObject, namespaces: ReadonlyMap<string, string>): string {
  for (const name of members.keys()) if (name.includes(':') && ownName(name, namespaces) === 'remaining') return name;
  return '';
}

/**
 * The extension `remaining` of a TransformationEvent: a list of {epc, quantity, uom} in the same namespace. EPCIS allows
 * inputs to be "fully or partially consumed" (§7.4.6) and has no field that says which.
 */
export function remainingParts(
  node: JsonObject,
  namespaces: ReadonlyMap<string, string>,
  pointer: string,
  faults: Faults
): ReadonlyMap<string, RemainingPart> {
  const name = nameOfRemaining(node, namespaces);
  const value = name === '' ? undefined : node.members.get(name);
  if (value === undefined) return NONE;
  const at = pointer + step(name);
  const inputs = node.members.get('inputEPCList');
  const uris = new Set(inputs?.type === 'array' ? inputs.items.map((item) => canonicalUri(textOf(item))) : []);
  const parts = new Map<string, RemainingPart>();
  const list: readonly JsonNode[] = value.type === 'array' ? value.items : [value];
  for (const [i, entry] of list.entries()) {
    const where = value.type === 'array' ? `${at}/${i}` : at;
    const uri = canonicalUri(textOf(memberOf(entry, 'epc', namespaces)));
    const part = partOf(entry, namespaces);
    if (part === null) faults.add(where, 'FIELD_FORMAT', 'epc, quantity (a number that is not negative) and uom are expected here');
    else if (uri === null || !uris.has(uri)) faults.add(where, 'FIELD_VALUE', 'epc names no input of the event');
    else if (parts.has(uri)) faults.add(where, 'LIST_DUPLICATE', `${uri} occurs twice`);
    else parts.set(uri, part);
  }
  return parts;
}

function memberOf(node: JsonNode, local: string, namespaces: ReadonlyMap<string, string>): JsonNode | undefined {
  if (node.type !== 'object') return undefined;
  return [...node.members].find(([name]) => ownName(name, namespaces) === local)?.[1];
}

const textOf = (node: JsonNode | undefined): string => (node?.type === 'string' ? node.value : '');

/** XML knows no numbers, so a text of digits is one. */
function partOf(entry: JsonNode, namespaces: ReadonlyMap<string, string>): RemainingPart | null {
  const quantity = memberOf(entry, 'quantity', namespaces);
  const digits = quantity?.type === 'number' ? quantity.lexeme : textOf(quantity);
  const amount = parseQuantity(digits);
  const uom = textOf(memberOf(entry, 'uom', namespaces));
  return amount.ok && amount.value >= 0n && UNIT.test(uom) ? { uom, amount: amount.value } : null;
}
