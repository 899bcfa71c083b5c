import { scanJson, type JsonNode } from '@lading/ledger';
import { encodeUtf8 } from '@lading/kernel';

export const EPCIS_CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

/** The @context for a page of events that came in different documents. */
export interface MergedContexts {
  /** JSON text of the shared @context: the standard one, then every other, each prefix once. */
  readonly shared: string;
  /** Per event: its document's whole @context when a prefix of it means something else in the shared one. */
  readonly own: readonly (string | null)[];
}

interface Entries {
  readonly urls: readonly string[];
  /** prefix → JSON text of its meaning. */
  readonly prefixes: ReadonlyMap<string, string>;
}

export function mergeContexts(contexts: readonly (string | null)[]): MergedContexts {
  const urls = new Set<string>([EPCIS_CONTEXT]);
  const prefixes = new Map<string, string>();
  const read = new Map<string, Entries>();
  const own = contexts.map((text) => {
    if (text === null) return null;
    const entries = read.get(text) ?? entriesOf(text);
    read.set(text, entries);
    const clash = [...entries.prefixes].some(([prefix, meaning]) => (prefixes.get(prefix) ?? meaning) !== meaning);
    if (clash) return text;
    for (const url of entries.urls) urls.add(url);
    for (const [prefix, meaning] of entries.prefixes) prefixes.set(prefix, meaning);
    return null;
  });
  const names = [...prefixes].map(([prefix, meaning]) => `${JSON.stringify(prefix)}:${meaning}`);
  const parts = [...urls].map((url) => JSON.stringify(url));
  if (names.length > 0) parts.push(`{${names.join(',')}}`);
  return { shared: `[${parts.join(',')}]`, own };
}

function entriesOf(text: string): Entries {
  const bytes = encodeUtf8(text) ?? new Uint8Array();
  const scanned = scanJson(bytes);
  const urls: string[] = [];
  const prefixes = new Map<string, string>();
  const nodes: readonly JsonNode[] = !scanned.ok
    ? []
    : scanned.value.type === 'array'
      ? scanned.value.items
      : [scanned.value];
  for (const node of nodes) {
    if (node.type === 'string') urls.push(node.value);
    if (node.type !== 'object') continue;
    for (const [prefix, value] of node.members)
      prefixes.set(prefix, Buffer.from(bytes).toString('utf8', value.start, value.end));
  }
  return { urls, prefixes };
}
