import type { XmlFaults, XmlPosition } from './faults.js';
import { XML_NAMESPACES } from './limits.js';

/** Elements of these, and unqualified ones, are EPCIS's own. */
const EPCIS =
  /^(?:|urn:epcglobal:epcis:xsd:[12]|urn:epcglobal:epcis-query:xsd:[12]|urn:epcglobal:epcis-masterdata:xsd:[12])$/;

export const isEpcis = (uri: string): boolean => EPCIS.test(uri);

/** Attributes of these say how XML is written, not what happened. */
const XML_ONLY: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/XMLSchema-instance',
  'http://www.w3.org/XML/1998/namespace'
]);

export const isXmlOnly = (uri: string): boolean => XML_ONLY.has(uri);

/** Namespaces that the EPCIS context defines for everybody; their XML spellings differ in the last character. */
const STANDARD: ReadonlyMap<string, string> = new Map([
  ['urn:epcglobal:cbv:mda', 'cbvmda'],
  ['urn:epcglobal:cbv:mda:', 'cbvmda'],
  ['urn:epcglobal:cbv:mda#', 'cbvmda'],
  ['https://ref.gs1.org/cbv/', 'cbv'],
  ['https://ref.gs1.org/epcis/', 'epcis'],
  ['https://gs1.org/voc/', 'gs1'],
  ['http://www.w3.org/2000/01/rdf-schema#', 'rdfs']
]);
const RESERVED: ReadonlySet<string> = new Set([...STANDARD.values(), 'xsd', 'dcterms', 'xml', 'xmlns', 'id', 'type']);

/** One prefix for each namespace of extensions, for the whole document: JSON has no narrower scope. */
export class Prefixes {
  readonly #byNamespace = new Map<string, string>();
  readonly #taken = new Set(RESERVED);

  constructor(private readonly faults: XmlFaults) {}

  /** `prefix:local`. The prefix that the document uses, with a number where it stands for another namespace, too. */
  name(uri: string, prefix: string, local: string, position: XmlPosition): string {
    const standard = STANDARD.get(uri);
    if (standard !== undefined) return `${standard}:${local}`;
    let own = this.#byNamespace.get(uri);
    if (own === undefined) {
      if (this.#byNamespace.size >= XML_NAMESPACES) {
        this.faults.add('XML_SIZE', position, `more than ${XML_NAMESPACES} namespaces`);
      }
      const wanted = /^[A-Za-z][A-Za-z0-9+.-]*$/.test(prefix) ? prefix : 'ns';
      own = wanted;
      for (let i = 2; this.#taken.has(own); i++) own = `${wanted}${i}`;
      this.#byNamespace.set(uri, own);
      this.#taken.add(own);
    }
    return `${own}:${local}`;
  }

  /** Prefix and namespace, in the order of first use. */
  get entries(): readonly (readonly [string, string])[] {
    return [...this.#byNamespace].map(([uri, prefix]) => [prefix, uri]);
  }
}
