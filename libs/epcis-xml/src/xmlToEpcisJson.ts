import { eventList, eventOf, isEvent } from './events.js';
import { XmlFaults, type XmlPosition, type XmlRejection } from './faults.js';
import { plain, type Reading } from './fields.js';
import { list, object, positionOf, serialise, text, type Json } from './jsonTree.js';
import { XML_LIMITS, type XmlLimits } from './limits.js';
import { businessHeader, headerLists, vocabularyList } from './masterData.js';
import { isEpcis, Prefixes } from './namespaces.js';
import { parseXml, type XmlElement } from './xmlTree.js';

/** An EPCIS XML document as an EPCIS 2.0 JSON document. It has not been validated as events. */
export interface ConvertedDocument {
  /** `EPCISDocument`, `EPCISQueryDocument`, or the type of an event that stands alone. */
  readonly type: string;
  /** The version that the document says, `1.2` or `2.0` for instance; '' when it says none. */
  readonly version: string;
  /** The JSON text. */
  readonly json: string;
  readonly eventCount: number;
  /** Line and column in the XML document of what a JSON pointer names; for what is missing, of what it is missing from. */
  readonly positionOf: (pointer: string) => XmlPosition;
}

const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

type Member = readonly [string, Json];

const children = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter(({ uri, local }) => isEpcis(uri) && local === name);

const attribute = (element: XmlElement, name: string): string =>
  element.attributes.find(({ uri, local }) => uri === '' && local === name)?.value ?? '';

/** The one child of a name; a fault when there is none. */
function child(element: XmlElement, name: string, { faults }: Reading): XmlElement | null {
  const [first, second] = children(element, name);
  if (second !== undefined) faults.add('XML_FIELD', second, `${name} stands twice in ${element.local}`);
  if (first === undefined) faults.add('XML_NOT_EPCIS', element, `${element.local} has no ${name}`);
  return first ?? null;
}

function documentBody(body: XmlElement, reading: Reading): readonly Member[] {
  const [events] = children(body, 'EventList');
  return [['eventList', events === undefined ? list([], body) : eventList(events, reading)]];
}

/** JSON query documents have no header: its master data go to the result. */
function queryBody(root: XmlElement, body: XmlElement, reading: Reading): readonly Member[] {
  const results = child(body, 'QueryResults', reading);
  const resultsBody = results === null ? null : child(results, 'resultsBody', reading);
  if (results === null || resultsBody === null) return [];
  const members: Member[] = (['queryName', 'subscriptionID'] as const).flatMap((name) =>
    children(results, name).map((found): Member => [name, plain(found, reading)])
  );
  const content: Member[] = [...documentBody(resultsBody, reading)];
  const vocabularies = [...children(root, 'EPCISHeader').flatMap(headerLists), ...children(resultsBody, 'VocabularyList')];
  if (vocabularies.length > 0) content.push(['vocabularyList', vocabularyList(joined(vocabularies), reading)]);
  return [['queryResults', object([...members, ['resultsBody', object(content, resultsBody)]], results)]];
}

/** Several lists of vocabularies as one. */
const joined = (lists: readonly XmlElement[]): XmlElement => ({
  ...(lists[0] as XmlElement),
  children: lists.flatMap((one) => one.children)
});

const LOCAL_DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?$/;

/** Members between the context and the body. */
function documentHead(root: XmlElement, reading: Reading): readonly Member[] {
  const members: Member[] = [['type', text(root.local, root)], ['schemaVersion', text('2.0', root)]];
  const created = attribute(root, 'creationDate');
  // XML Schema allows a date without a zone, JSON does not; it is only the date of the document.
  if (created !== '') members.push(['creationDate', text(LOCAL_DATE_TIME.test(created) ? `${created}Z` : created, root)]);
  if (root.local === 'EPCISQueryDocument') return members;
  for (const found of children(root, 'EPCISHeader')) {
    members.push(...businessHeader(found));
    const lists = headerLists(found);
    if (lists.length === 0) continue;
    const masterData = object([['vocabularyList', vocabularyList(joined(lists), reading)]], found);
    members.push(['epcisHeader', object([['epcisMasterData', masterData]], found)]);
  }
  return members;
}

function contextOf(root: XmlElement, { prefixes }: Reading): Member {
  const own = prefixes.entries.map(([prefix, uri]) => object([[prefix, text(uri, root)]], root));
  return ['@context', list([text(CONTEXT, root), ...own], root)];
}

function convert(root: XmlElement, reading: Reading): Json | null {
  if (isEvent(root)) {
    const event = eventOf(root, reading);
    return event.kind === 'object' ? object([contextOf(root, reading), ...event.members], root) : null;
  }
  const isQuery = root.local === 'EPCISQueryDocument';
  if (!isEpcis(root.uri) || (!isQuery && root.local !== 'EPCISDocument')) {
    reading.faults.add('XML_NOT_EPCIS', root, `${root.local} is neither an EPCIS document nor one of its events`);
    return null;
  }
  const body = child(root, 'EPCISBody', reading);
  if (body === null) return null;
  const content = object(isQuery ? queryBody(root, body, reading) : documentBody(body, reading), body);
  const head = documentHead(root, reading);
  return object([contextOf(root, reading), ...head, ['epcisBody', content]], root);
}

function countEvents(node: Json | undefined): number {
  if (node?.kind !== 'object') return 0;
  const events = node.members.get('eventList');
  if (events?.kind === 'list') return events.items.length;
  const inner = node.members.get('epcisBody') ?? node.members.get('queryResults') ?? node.members.get('resultsBody');
  return inner === undefined ? 0 : countEvents(inner);
}

/**
 * Reads EPCIS 1.0 to 2.0 XML (spec/epcis-xml.md) and writes the same statements as EPCIS 2.0 JSON. Refused: what is not well
 * formed, a DOCTYPE, what is too large or too deep, and unqualified elements that EPCIS does not have.
 */
export function xmlToEpcisJson(
  bytes: Uint8Array,
  limits: Partial<XmlLimits> = {}
): { readonly ok: true; readonly value: ConvertedDocument } | XmlRejection {
  const faults = new XmlFaults();
  const reading: Reading = { faults, prefixes: new Prefixes(faults) };
  const root = parseXml(bytes, { ...XML_LIMITS, ...limits }, faults);
  const document = root === null ? null : convert(root, reading);
  const refused = faults.rejection();
  if (refused !== null) return refused;
  if (root === null || document === null) {
    faults.add('XML_SYNTAX', { line: 1, column: 1 }, 'the document has no element');
    return faults.rejection() as XmlRejection;
  }
  return {
    ok: true,
    value: {
      type: root.local,
      version: attribute(root, 'schemaVersion'),
      json: serialise(document),
      eventCount: isEvent(root) ? 1 : countEvents(document),
      positionOf: (pointer) => positionOf(document, pointer)
    }
  };
}

/** Whether bytes look like XML: the first thing after a byte order mark and white space is "<". */
export function isXml(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && [0x20, 0x09, 0x0a, 0x0d].includes(bytes[at] as number)) at++;
  return bytes[at] === 0x3c;
}
