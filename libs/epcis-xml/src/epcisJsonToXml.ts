import { itemsOf, membersOf, scalar, type JsonValue } from './write/jsonValue.js';
import { Names, prefixesOf } from './write/names.js';
import { writeEvent } from './write/writeEvent.js';
import type { CbvXmlFormat } from './write/words.js';
import { element, textElement, Unwritable } from './write/xmlText.js';

export type { CbvXmlFormat } from './write/words.js';
export type { JsonValue } from './write/jsonValue.js';

const QUERY_NAMESPACE = ['xmlns:epcisq', 'urn:epcglobal:epcis-query:xsd:2'] as const;
const CAPTURE_NAMESPACE = ['xmlns:epcisd', 'urn:epcglobal:epcis:xsd:2'] as const;
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

export interface XmlOptions {
  /** Spelling of business steps, dispositions, types and reasons; web URIs when absent. */
  readonly cbv?: CbvXmlFormat;
}

/**
 * Writes an EPCIS 2.0 JSON document (`EPCISDocument`, `EPCISQueryDocument`) as EPCIS 2.0 XML, spec/epcis-xml.md §5. Refused
 * is only what XML has no names or characters for. Master data of a header are left out.
 */
export function epcisJsonToXml(
  document: JsonValue,
  options: XmlOptions = {}
): { readonly ok: true; readonly value: string } | { readonly ok: false; readonly code: 'XML_UNWRITABLE'; readonly detail: string } {
  try {
    return { ok: true, value: write(document, options.cbv ?? 'Web_URI') };
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    return { ok: false, code: 'XML_UNWRITABLE', detail: error.message };
  }
}

function write(document: JsonValue, cbv: CbvXmlFormat): string {
  const members = membersOf(document);
  const names = new Names();
  const prefixes = prefixesOf(members.get('@context'), new Map());
  const body = membersOf(members.get('epcisBody'));
  const results = membersOf(body.get('queryResults'));
  const isQuery = scalar(members.get('type')) === 'EPCISQueryDocument';
  const list = isQuery ? membersOf(results.get('resultsBody')).get('eventList') : body.get('eventList');
  const events = element('EventList', itemsOf(list).map((event) => writeEvent(event, { names, prefixes, cbv })).join(''));
  const root = isQuery ? 'epcisq:EPCISQueryDocument' : 'epcisd:EPCISDocument';
  const namespace = isQuery ? QUERY_NAMESPACE : CAPTURE_NAMESPACE;
  const attributes = [
    namespace,
    ['xmlns:xsi', XSI] as const,
    ...names.declarations,
    ['schemaVersion', '2.0'] as const,
    ['creationDate', scalar(members.get('creationDate')) ?? ''] as const
  ];
  const content = isQuery ? queryResults(results, events) : events;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, element('EPCISBody', content), attributes)}\n`;
}

function queryResults(results: ReadonlyMap<string, JsonValue>, events: string): string {
  const told = ['queryName', 'subscriptionID'].map((name) => {
    const value = scalar(results.get(name));
    return value === null ? '' : textElement(name, value);
  });
  return element('epcisq:QueryResults', told.join('') + element('resultsBody', events));
}
