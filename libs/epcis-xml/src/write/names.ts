import { itemsOf, membersOf, type JsonValue } from './jsonValue.js';
import { isName, Unwritable } from './xmlText.js';

/** Prefixes that the EPCIS context has for everybody, as their namespaces are spelled in XML. */
const STANDARD: ReadonlyMap<string, string> = new Map([
  ['cbvmda', 'urn:epcglobal:cbv:mda'],
  ['cbv', 'https://ref.gs1.org/cbv/'],
  ['epcis', 'https://ref.gs1.org/epcis/'],
  ['gs1', 'https://gs1.org/voc/'],
  ['rdfs', 'http://www.w3.org/2000/01/rdf-schema#']
]);

/** Prefixes that the document's own elements use; the standard's `epcis` is not among them. */
const TAKEN = ['epcisd', 'epcisq', 'xsi', 'xml', 'xmlns'];

/** Prefixes of a @context, on top of those in force. Contexts named by their address are the standard's. */
export function prefixesOf(context: JsonValue | undefined, inForce: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const own = new Map(inForce);
  for (const entry of itemsOf(context)) {
    for (const [prefix, value] of membersOf(entry)) if (value.type === 'string') own.set(prefix, value.value);
  }
  return own;
}

/** XML names of extension fields. One prefix for each namespace of the document, whatever its events call it. */
export class Names {
  readonly #byNamespace = new Map<string, string>();
  readonly #taken = new Set(TAKEN);

  /** `prefix:name`, or a whole IRI, as an element or attribute; a name without colon is its owner's. */
  of(name: string, prefixes: ReadonlyMap<string, string>): string {
    const colon = name.indexOf(':');
    if (colon < 0) return this.#checked(name, name);
    const prefix = name.slice(0, colon);
    const namespace = prefixes.get(prefix) ?? STANDARD.get(prefix);
    if (namespace !== undefined) return this.#qualified(namespace, prefix, name.slice(colon + 1), name);
    const cut = Math.max(name.lastIndexOf('/'), name.lastIndexOf('#'), name.lastIndexOf(':')) + 1;
    return this.#qualified(name.slice(0, cut), 'ns', name.slice(cut), name);
  }

  #qualified(namespace: string, wanted: string, local: string, name: string): string {
    let prefix = this.#byNamespace.get(namespace);
    if (prefix === undefined) {
      const base = isName(wanted) ? wanted : 'ns';
      prefix = base;
      for (let i = 2; this.#taken.has(prefix); i++) prefix = `${base}${i}`;
      this.#byNamespace.set(namespace, prefix);
      this.#taken.add(prefix);
    }
    return `${prefix}:${this.#checked(local, name)}`;
  }

  #checked(local: string, name: string): string {
    if (!isName(local)) throw new Unwritable(`a name that XML does not have: ${JSON.stringify(name)}`);
    return local;
  }

  /** Declarations for the root, in the order of first use. */
  get declarations(): readonly (readonly [string, string])[] {
    return [...this.#byNamespace].map(([namespace, prefix]) => [`xmlns:${prefix}`, namespace]);
  }
}
