import { SaxesParser, type SaxesTagNS } from 'saxes';
import { decodeUtf8 } from '@lading/kernel';
import type { XmlFaults, XmlPosition } from './faults.js';
import type { XmlLimits } from './limits.js';

export interface XmlAttribute {
  readonly uri: string;
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
}

/** An element with its namespace resolved. Comments and processing instructions are left out. */
export interface XmlElement extends XmlPosition {
  readonly uri: string;
  readonly prefix: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All text directly inside, white space at either end left out. */
  readonly text: string;
}

const NAMESPACE_DECLARATIONS = 'http://www.w3.org/2000/xmlns/';

/** Text is given to the parser in pieces, so that a fault ends the work. */
const PIECE = 1 << 16;

type Open = { -readonly [K in keyof XmlElement]: XmlElement[K] } & { children: XmlElement[] };

class TreeBuilder {
  root: XmlElement | null = null;
  readonly #open: Open[] = [];
  #nodes = 0;
  #start: XmlPosition = { line: 1, column: 1 };

  constructor(
    private readonly faults: XmlFaults,
    private readonly limits: XmlLimits
  ) {}

  begin(position: XmlPosition): void {
    this.#start = position;
  }

  open(tag: SaxesTagNS): void {
    const attributes = Object.values(tag.attributes)
      .filter(({ uri }) => uri !== NAMESPACE_DECLARATIONS)
      .map(({ uri, prefix, local, value }) => ({ uri, prefix, local, value: value.trim() }));
    this.#nodes += 1 + attributes.length;
    if (this.#nodes > this.limits.nodes) {
      this.faults.add('XML_SIZE', this.#start, `more than ${this.limits.nodes} elements and attributes`);
    }
    if (this.#open.length >= this.limits.depth) {
      this.faults.add('XML_DEPTH', this.#start, `elements nest deeper than ${this.limits.depth} levels`);
    }
    const { uri, prefix, local } = tag;
    const element: Open = { uri, prefix, local, attributes, children: [], text: '', ...this.#start };
    this.#open.at(-1)?.children.push(element);
    this.#open.push(element);
  }

  close(): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    element.text = element.text.trim();
    if (this.#open.length === 0) this.root = element;
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += text;
  }
}

/** UTF-8, with or without a byte order mark; null for other encodings. */
function decoded(bytes: Uint8Array): string | null {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return decodeUtf8(hasMark ? bytes.subarray(3) : bytes);
}

const ENCODINGS = /^(?:utf-?8|us-ascii|ascii)$/i;

/** The root element, or null with faults. Entities other than the five of XML do not exist: a DOCTYPE is refused. */
export function parseXml(bytes: Uint8Array, limits: XmlLimits, faults: XmlFaults): XmlElement | null {
  const start = { line: 1, column: 1 };
  if (bytes.length > limits.bytes) {
    faults.add('XML_SIZE', start, `more than ${limits.bytes} bytes`);
    return null;
  }
  const text = decoded(bytes);
  if (text === null) {
    faults.add('XML_ENCODING', start, 'the document is not UTF-8');
    return null;
  }
  const builder = new TreeBuilder(faults, limits);
  const parser = new SaxesParser({ xmlns: true, position: true });
  const here = (): XmlPosition => ({ line: parser.line, column: parser.column + 1 });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !ENCODINGS.test(encoding)) {
      faults.add('XML_ENCODING', start, `the encoding ${encoding} is declared; UTF-8 is read`);
    }
  });
  parser.on('doctype', () => faults.add('XML_DOCTYPE', here(), 'a document type declaration is not allowed'));
  parser.on('error', (error) => faults.add('XML_SYNTAX', here(), error.message.replace(/^\d+:\d+: /, '')));
  parser.on('opentagstart', ({ name }) => {
    // The parser stands behind the character that ends the name; when that was a line's end, the tag is on the line before.
    const column = parser.column - name.length - 1;
    builder.begin(column > 0 ? { line: parser.line, column } : { line: Math.max(1, parser.line - 1), column: 1 });
  });
  parser.on('opentag', (tag) => builder.open(tag));
  parser.on('closetag', () => builder.close());
  parser.on('text', (part) => builder.text(part));
  parser.on('cdata', (part) => builder.text(part));
  for (let at = 0; at < text.length && faults.isEmpty; at += PIECE) parser.write(text.slice(at, at + PIECE));
  if (faults.isEmpty) parser.close();
  return faults.isEmpty ? builder.root : null;
}
