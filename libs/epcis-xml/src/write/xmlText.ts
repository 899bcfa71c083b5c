/** Why a document has no XML form; told with the name or the text at fault. */
export class Unwritable extends Error {
  override readonly name = 'Unwritable';
}

/** XML 1.0 §2.2: what a document may contain at all. */
const OTHER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function checked(text: string): string {
  if (OTHER.test(text)) throw new Unwritable(`a character that XML does not have: ${JSON.stringify(text.slice(0, 60))}`);
  return text;
}

/** Character data; a carriage return would come back as a line feed (XML 1.0 §2.11). */
export const escapeText = (text: string): string =>
  checked(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');

/** Attribute values lose line ends and tabs unless they are character references (§3.3.3). */
export const escapeAttribute = (text: string): string =>
  escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');

/** A name without colon (Namespaces in XML §3), of the characters that names of fields have in practice. */
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.-]*$/u;

export const isName = (text: string): boolean => NAME.test(text);

type Attributes = readonly (readonly [name: string, value: string])[];

const open = (name: string, attributes: Attributes): string =>
  `<${name}${attributes.map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join('')}`;

/** An element around XML that has been written already. */
export const element = (name: string, content: string, attributes: Attributes = []): string =>
  content === '' ? `${open(name, attributes)}/>` : `${open(name, attributes)}>${content}</${name}>`;

export const textElement = (name: string, text: string, attributes: Attributes = []): string =>
  element(name, escapeText(text), attributes);
