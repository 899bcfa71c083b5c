import type { XmlPosition } from './faults.js';

/** The JSON document that is being made. Numbers keep the digits of the XML document; every node knows its place there. */
export type Json = JsonLeaf | JsonList | JsonObject;

interface JsonLeaf extends XmlPosition {
  readonly kind: 'text' | 'number' | 'boolean';
  readonly text: string;
}

interface JsonList extends XmlPosition {
  readonly kind: 'list';
  readonly items: readonly Json[];
}

interface JsonObject extends XmlPosition {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, Json>;
}

const at = ({ line, column }: XmlPosition): XmlPosition => ({ line, column });

export const text = (value: string, position: XmlPosition): Json => ({ kind: 'text', text: value, ...at(position) });
export const list = (items: readonly Json[], position: XmlPosition): Json => ({ kind: 'list', items, ...at(position) });
export const object = (members: Iterable<readonly [string, Json]>, position: XmlPosition): Json => ({
  kind: 'object',
  members: new Map(members),
  ...at(position)
});

/** A number as JSON writes it, digits kept; a text when it is no number, for the validator to refuse. */
export function number(value: string, position: XmlPosition): Json {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(value);
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match ?? [];
  if (match === null || whole + fraction === '') return text(value, position);
  const decimals = fraction === '' ? '' : `.${fraction}`;
  const lexeme = (sign === '-' ? '-' : '') + (whole.replace(/^0+(?=\d)/, '') || '0') + decimals + exponent;
  return { kind: 'number', text: lexeme, ...at(position) };
}

export function boolean(value: string, position: XmlPosition): Json {
  if (value === 'true' || value === '1') return { kind: 'boolean', text: 'true', ...at(position) };
  return value === 'false' || value === '0' ? { kind: 'boolean', text: 'false', ...at(position) } : text(value, position);
}

export function serialise(node: Json): string {
  switch (node.kind) {
    case 'text':
      return JSON.stringify(node.text);
    case 'number':
    case 'boolean':
      return node.text;
    case 'list':
      return `[${node.items.map(serialise).join(',')}]`;
    default:
      return `{${[...node.members].map(([name, value]) => `${JSON.stringify(name)}:${serialise(value)}`).join(',')}}`;
  }
}

/** Where in the XML document the value of a JSON pointer stands; of what is missing, the element it is missing from. */
export function positionOf(root: Json, pointer: string): XmlPosition {
  let node = root;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    let next: Json | undefined;
    if (node.kind === 'list') next = node.items[Number(name)];
    else if (node.kind === 'object') next = node.members.get(name);
    if (next === undefined) break;
    node = next;
  }
  return at(node);
}
