import { scalar, type JsonValue } from './jsonValue.js';
import type { Names } from './names.js';
import type { CbvXmlFormat } from './words.js';
import { element, escapeText, textElement, Unwritable } from './xmlText.js';

/** What an event's elements are written with. */
export interface Writing {
  readonly names: Names;
  readonly prefixes: ReadonlyMap<string, string>;
  readonly cbv: CbvXmlFormat;
}

export const isExtension = (name: string): boolean => name.includes(':') && !name.startsWith('@');

/** Extension fields among the members of an object of EPCIS. */
export const extensionElements = (members: ReadonlyMap<string, JsonValue>, writing: Writing): string =>
  [...members].filter(([name]) => isExtension(name)).map(([name, value]) => extension(name, value, writing)).join('');

/** The reverse of how extensions are read: a list is an element for each entry, `#text` the text beside other members. */
function extension(name: string, value: JsonValue, writing: Writing): string {
  const tag = writing.names.of(name, writing.prefixes);
  switch (value.type) {
    case 'array':
      return value.items.map((item) => extension(name, flat(item, name), writing)).join('');
    case 'object':
      return element(tag, inner(value.members, writing));
    case 'null':
      return element(tag, '', [['xsi:nil', 'true']]);
    default:
      return textElement(tag, scalar(value) ?? '');
  }
}

function inner(members: ReadonlyMap<string, JsonValue>, writing: Writing): string {
  const parts: string[] = [];
  for (const [name, value] of members) {
    if (name === '#text') parts.push(escapeText(scalar(value) ?? ''));
    else parts.push(extension(name, value, writing));
  }
  return parts.join('');
}

function flat(item: JsonValue, name: string): JsonValue {
  if (item.type === 'array') throw new Unwritable(`a list within a list: ${JSON.stringify(name)}`);
  return item;
}
