import type { JsonNode } from '@lading/ledger';

/** Prefixes that the EPCIS 2.0 context defines for everybody. */
export const STANDARD_NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['epcis', 'https://ref.gs1.org/epcis/'],
  ['cbv', 'https://ref.gs1.org/cbv/'],
  ['gs1', 'https://gs1.org/voc/'],
  ['cbvmda', 'urn:epcglobal:cbv:mda:'],
  ['rdfs', 'http://www.w3.org/2000/01/rdf-schema#'],
  ['xsd', 'http://www.w3.org/2001/XMLSchema#'],
  ['dcterms', 'http://purl.org/dc/terms/']
]);

/** The prefixes of a @context value on top of those already in force. Contexts named by URL are not fetched. */
export function namespacesOf(
  context: JsonNode | undefined,
  inForce: ReadonlyMap<string, string> = STANDARD_NAMESPACES
): ReadonlyMap<string, string> {
  const entries = context?.type === 'array' ? context.items : context === undefined ? [] : [context];
  const own = new Map(inForce);
  for (const entry of entries) {
    if (entry.type !== 'object') continue;
    for (const [prefix, value] of entry.members) if (value.type === 'string') own.set(prefix, value.value);
  }
  return own;
}
