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

/** Prefixes in force at a time, and characters of a namespace, at most. */
export const NAMESPACE_LIMITS = { prefixes: 256, characters: 512 } as const;

export const CONTEXT_TOO_LARGE =
  `at most ${NAMESPACE_LIMITS.prefixes} prefixes of at most ${NAMESPACE_LIMITS.characters} characters`;

/** Whether every prefix and namespace is within {@link NAMESPACE_LIMITS}. */
export function areBounded(namespaces: ReadonlyMap<string, string>): boolean {
  if (namespaces.size > NAMESPACE_LIMITS.prefixes) return false;
  for (const [prefix, namespace] of namespaces) {
    if (prefix.length > NAMESPACE_LIMITS.characters || namespace.length > NAMESPACE_LIMITS.characters) return false;
  }
  return true;
}

/**
 * The prefixes of a @context value on top of those already in force; that very map where it adds none. Contexts named by URL
 * are not fetched.
 */
export function namespacesOf(
  context: JsonNode | undefined,
  inForce: ReadonlyMap<string, string> = STANDARD_NAMESPACES
): ReadonlyMap<string, string> {
  const entries = context?.type === 'array' ? context.items : context === undefined ? [] : [context];
  // Most contexts only name the standard's: a copy of all prefixes for each event would cost more than reading it.
  let own: Map<string, string> | null = null;
  for (const entry of entries) {
    if (entry.type !== 'object') continue;
    for (const [prefix, value] of entry.members) {
      if (value.type !== 'string') continue;
      own ??= new Map(inForce);
      own.set(prefix, value.value);
    }
  }
  return own ?? inForce;
}
