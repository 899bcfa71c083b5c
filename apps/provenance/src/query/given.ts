import { ApiFault } from '@lading/api';
import { encodeUtf8 } from '@lading/kernel';
import { scanJson, type JsonNode } from '@lading/ledger';
import { namespacesOf } from '@lading/provenance';

/** Query parameters as the router gives them: repeated ones as a list. */
export type RawParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Parameters of the query language with their values, and the prefixes that the asker explained. */
export interface Given {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly prefixes: ReadonlyMap<string, string>;
}

export const PAGE_PARAMETERS = ['perPage', 'nextPageToken'] as const;

/** From an address: several values are separated by `|`. */
export function givenInAddress(parameters: RawParameters, extensions: string | undefined): Given {
  const values = new Map<string, readonly string[]>();
  for (const [name, raw] of Object.entries(parameters)) {
    if (raw === undefined || (PAGE_PARAMETERS as readonly string[]).includes(name)) continue;
    const parts = single(raw, name).split('|').filter((value) => value !== '');
    // `EXISTS_x` is asked without a value, too.
    if (parts.length === 0 && !name.startsWith('EXISTS_')) throw invalid(name, 'it has no value');
    values.set(name, parts);
  }
  return { values, prefixes: prefixesOf(extensions) };
}

/** `prefix=namespace,prefix=namespace` of the header GS1-Extensions. */
export function prefixesOf(header: string | undefined): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const pair of (header ?? '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) prefixes.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return prefixes;
}

/** From the JSON text of a named query's definition, whose form has been checked. */
export function givenInDefinition(text: string, header: ReadonlyMap<string, string> = new Map()): Given {
  const scanned = scanJson(encodeUtf8(text) ?? new Uint8Array());
  if (!scanned.ok || scanned.value.type !== 'object') throw definitionFault('', 'a query is a JSON object');
  const values = new Map<string, readonly string[]>();
  for (const [name, node] of scanned.value.members) {
    if (name === '@context') continue;
    const list = node.type === 'array' ? node.items : [node];
    if (list.length === 0) throw definitionFault(`/${escaped(name)}`, 'an empty list matches nothing');
    values.set(name, list.map((item, i) => textOf(item, node.type === 'array' ? `/${escaped(name)}/${i}` : `/${escaped(name)}`)));
  }
  const context = scanned.value.members.get('@context');
  return { values, prefixes: namespacesOf(context, header) };
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function textOf(node: JsonNode, pointer: string): string {
  switch (node.type) {
    case 'string':
      return node.value;
    case 'number':
      return node.lexeme;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'true';
    default:
      throw definitionFault(pointer, 'a value is a text, a number or true');
  }
}

export function definitionFault(pointer: string, detail: string): ApiFault {
  const at = `/query${pointer}`;
  return new ApiFault('QUERY_INVALID', `${at}: ${detail}`, { errors: [{ pointer: at, code: 'QUERY_INVALID', detail }] });
}

export function single(raw: string | readonly string[], name: string): string {
  if (typeof raw === 'string') return raw;
  throw invalid(name, 'it is given more than once; separate values by |');
}

export const invalid = (name: string, why: string): ApiFault => new ApiFault('PARAMETER_INVALID', `${name}: ${why}`);
