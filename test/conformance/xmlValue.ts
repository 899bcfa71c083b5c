import { SaxesParser } from 'saxes';

type Value = Record<string, unknown>;

/** Members that schemas have as lists, whatever their number. */
const LISTS: ReadonlySet<string> = new Set(['errors', 'member', 'parts']);

interface Open {
  readonly value: Value;
  text: string;
  isLeaf: boolean;
}

const typed = (text: string): unknown => (/^(?:true|false|\d+)$/.test(text) ? (JSON.parse(text) as unknown) : text);

/** An XML answer as JSON Schema sees it: attributes and elements are members, `root` is `{namespace}name`. */
export function xmlValue(text: string): { readonly root: string; readonly value: Value } {
  const parser = new SaxesParser({ xmlns: true });
  const open: Open[] = [{ value: {}, text: '', isLeaf: false }];
  let root = '';
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (open.length === 1) root = uri === '' ? local : `{${uri}}${local}`;
    const own = Object.values(attributes).filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns');
    const last = open.at(-1);
    if (last !== undefined) last.isLeaf = false;
    open.push({ value: Object.fromEntries(own.map(({ local: name, value }) => [name, typed(value)])), text: '', isLeaf: true });
  });
  parser.on('text', (part) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += part;
  });
  parser.on('closetag', ({ local }) => {
    const { value, text: content, isLeaf } = open.pop() ?? { value: {}, text: '', isLeaf: true };
    const parent = open.at(-1)?.value ?? {};
    const name = local === 'EPCISException' && open.length > 1 ? 'errors' : local;
    const told = isLeaf && Object.keys(value).length === 0 ? typed(content) : value;
    if (LISTS.has(name)) parent[name] = [...((parent[name] as unknown[] | undefined) ?? []), told];
    else parent[name] = told;
  });
  parser.write(text).close();
  const [document] = Object.values(open[0]?.value ?? {});
  return { root, value: document as Value };
}
