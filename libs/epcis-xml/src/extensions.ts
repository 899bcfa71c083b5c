import type { XmlAttribute, XmlElement } from './xmlTree.js';
import { isXmlOnly, type Prefixes } from './namespaces.js';
import { list, object, text, type Json } from './jsonTree.js';

/** Member that holds the text of an extension element which has attributes or children, too. */
const TEXT = '#text';

/** Inside extensions unqualified names are their owner's. */
function nameOf({ uri, prefix, local }: XmlElement | XmlAttribute, at: XmlElement, prefixes: Prefixes): string {
  return uri === '' ? local : prefixes.name(uri, prefix, local, at);
}

/** Members of the same name become one member with a list. */
export function grouped(members: readonly (readonly [string, Json])[]): readonly (readonly [string, Json])[] {
  const byName = new Map<string, Json[]>();
  for (const [name, value] of members) {
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [value]);
    else values.push(value);
  }
  return [...byName].map(([name, values]) => {
    const first = values[0] as Json;
    return [name, values.length === 1 ? first : list(values, first)] as const;
  });
}

/** An extension element and everything in it. Texts stay texts: XML does not say what is a number. */
export function extensionValue(element: XmlElement, prefixes: Prefixes): Json {
  const attributes = element.attributes.filter(({ uri }) => !isXmlOnly(uri));
  if (attributes.length === 0 && element.children.length === 0) return text(element.text, element);
  const members = [
    ...attributes.map((attribute) => [nameOf(attribute, element, prefixes), text(attribute.value, element)] as const),
    ...element.children.map((child) => [nameOf(child, child, prefixes), extensionValue(child, prefixes)] as const)
  ];
  if (element.text !== '') members.push([TEXT, text(element.text, element)]);
  return object(grouped(members), element);
}

export const extensionMember = (element: XmlElement, prefixes: Prefixes): readonly [string, Json] => [
  nameOf(element, element, prefixes),
  extensionValue(element, prefixes)
];

/** Attributes of other namespaces on an element of EPCIS. */
export const foreignAttributes = (element: XmlElement, prefixes: Prefixes): readonly (readonly [string, Json])[] =>
  element.attributes
    .filter(({ uri }) => uri !== '' && !isXmlOnly(uri))
    .map((attribute) => [nameOf(attribute, element, prefixes), text(attribute.value, element)] as const);
