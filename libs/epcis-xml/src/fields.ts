import type { XmlFaults } from './faults.js';
import { extensionMember, foreignAttributes, grouped } from './extensions.js';
import { list, object, text, type Json } from './jsonTree.js';
import { isEpcis, isXmlOnly, type Prefixes } from './namespaces.js';
import type { XmlElement } from './xmlTree.js';

/** What a document's elements are read with. */
export interface Reading {
  readonly faults: XmlFaults;
  readonly prefixes: Prefixes;
}

/** Turns an element of EPCIS into its JSON value. */
export type Field = (element: XmlElement, reading: Reading) => Json;

export type Fields = Readonly<Record<string, Field>>;

/** Versions before 2.0 put what they added into these; JSON and 2.0 have no such level. */
const ENVELOPES: ReadonlySet<string> = new Set(['extension', 'baseExtension']);

const isEnvelope = (element: XmlElement): boolean => isEpcis(element.uri) && ENVELOPES.has(element.local);

const isNil = (element: XmlElement): boolean =>
  element.attributes.some(({ uri, local, value }) => isXmlOnly(uri) && local === 'nil' && (value === 'true' || value === '1'));

/** The children of an element as if versions had put nothing into envelopes; what is nil is not there. */
export function flattened(element: XmlElement): readonly XmlElement[] {
  return element.children.flatMap((child) => (isEnvelope(child) ? flattened(child) : isNil(child) ? [] : [child]));
}

export function noText(element: XmlElement, { faults }: Reading): void {
  if (element.text !== '') faults.add('XML_FIELD', element, `${element.local} holds elements, not text`);
}

/** The members of an element: the fields given, each at most once, and extensions. */
export function membersOf(element: XmlElement, fields: Fields, reading: Reading): readonly (readonly [string, Json])[] {
  noText(element, reading);
  const members: (readonly [string, Json])[] = [];
  const extensions: (readonly [string, Json])[] = [...foreignAttributes(element, reading.prefixes)];
  const seen = new Set<string>();
  for (const child of flattened(element)) {
    if (!isEpcis(child.uri)) {
      extensions.push(extensionMember(child, reading.prefixes));
      continue;
    }
    const field = Object.hasOwn(fields, child.local) ? fields[child.local] : undefined;
    if (field === undefined) reading.faults.add('XML_FIELD', child, `${element.local} has no element ${child.local}`);
    else if (seen.has(child.local)) reading.faults.add('XML_FIELD', child, `${child.local} stands twice in ${element.local}`);
    else members.push([child.local, field(child, reading)]);
    seen.add(child.local);
  }
  return [...members, ...grouped(extensions)];
}

/** A text, without elements in it. */
export const plain: Field = (element, reading) => {
  const [child] = element.children;
  if (child !== undefined) reading.faults.add('XML_FIELD', child, `${element.local} holds text, not elements`);
  return text(element.text, element);
};

export const converted =
  (convert: (value: string) => string): Field =>
  (element, reading) =>
    text(convert((plain(element, reading) as { text: string }).text), element);

/** A list of the elements named `item`. */
export const listOf =
  (item: string, field: Field): Field =>
  (element, reading) => {
    noText(element, reading);
    const items = flattened(element).flatMap((child) => {
      if (isEpcis(child.uri) && child.local === item) return [field(child, reading)];
      reading.faults.add('XML_FIELD', child, `${element.local} holds ${item} elements, not ${child.local}`);
      return [];
    });
    return list(items, element);
  };

export const objectOf =
  (fields: Fields): Field =>
  (element, reading) =>
    object(membersOf(element, fields, reading), element);

/** An element whose text is the value and whose attribute `type` says what it is. */
export const typed =
  (name: string, convert: (value: string) => string): Field =>
  (element, reading) => {
    const type = element.attributes.find(({ uri, local }) => uri === '' && local === 'type');
    const value = plain(element, reading);
    const members: (readonly [string, Json])[] = [[name, value]];
    if (type !== undefined) members.unshift(['type', text(convert(type.value), element)]);
    return object(members, element);
  };
