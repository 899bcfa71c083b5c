import { extensionValue } from './extensions.js';
import { flattened, listOf, plain, type Field } from './fields.js';
import { list, object, text, type Json } from './jsonTree.js';
import { isEpcis } from './namespaces.js';
import type { XmlElement } from './xmlTree.js';

/** Master data: vocabularies of a header or of a query's result (EPCIS 2.0 §9.5). */

const attributeOf = (element: XmlElement, name: string): readonly (readonly [string, Json])[] => {
  const found = element.attributes.find(({ uri, local }) => uri === '' && local === name);
  return found === undefined ? [] : [[name, text(found.value, element)]];
};

const named = (element: XmlElement, name: string): readonly XmlElement[] =>
  flattened(element).filter(({ uri, local }) => isEpcis(uri) && local === name);

/** An attribute's value is text or, for addresses and the like, what stands inside. */
const attribute: Field = (element, reading) => {
  const own = { ...element, attributes: element.attributes.filter(({ uri }) => uri !== '') };
  return object([...attributeOf(element, 'id'), ['attribute', extensionValue(own, reading.prefixes)]], element);
};

const vocabularyElement: Field = (element, reading) => {
  const attributes = named(element, 'attribute').map((child) => attribute(child, reading));
  const children = named(element, 'children').flatMap((child) => listOf('id', plain)(child, reading));
  return object(
    [
      ...attributeOf(element, 'id'),
      ...(attributes.length === 0 ? [] : [['attributes', list(attributes, element)] as const]),
      ...children.map((ids) => ['children', ids] as const)
    ],
    element
  );
};

const vocabulary: Field = (element, reading) => {
  const lists = named(element, 'VocabularyElementList');
  const elements = lists.map((child) => listOf('VocabularyElement', vocabularyElement)(child, reading));
  return object([...attributeOf(element, 'type'), ...elements.map((value) => ['vocabularyElementList', value] as const)], element);
};

export const vocabularyList: Field = listOf('Vocabulary', vocabulary);

/** The vocabulary lists of a header, whatever envelopes its version puts around them. */
export const headerLists = (element: XmlElement): readonly XmlElement[] =>
  named(element, 'EPCISMasterData').flatMap((data) => named(data, 'VocabularyList'));

const deep = (element: XmlElement, path: readonly string[]): XmlElement | undefined => {
  const [first, ...rest] = path;
  if (first === undefined) return element;
  const child = element.children.find(({ local }) => local === first);
  return child === undefined ? undefined : deep(child, rest);
};

const BUSINESS_HEADER = 'StandardBusinessDocumentHeader';

/** Sender, receiver and number of a Standard Business Document Header, as EPCIS 2.0 JSON has them. */
export function businessHeader(element: XmlElement): readonly (readonly [string, Json])[] {
  const fields: readonly (readonly [string, readonly string[]])[] = [
    ['sender', ['Sender', 'Identifier']],
    ['receiver', ['Receiver', 'Identifier']],
    ['instanceIdentifier', ['DocumentIdentification', 'InstanceIdentifier']]
  ];
  return fields.flatMap(([name, path]) => {
    const found = deep(element, [BUSINESS_HEADER, ...path]);
    return found === undefined || found.text === '' ? [] : [[name, text(found.text, found)] as const];
  });
}
