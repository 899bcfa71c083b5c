import { ApiFault } from '@lading/api';
import { scanJson, type JsonNode, type JsonObject } from '@lading/ledger';

/** A named query as it was sent: `definition` is the JSON text of its `query`. */
export interface QueryDefinition {
  readonly name: string;
  readonly definition: string;
}

const NAME = /^[A-Za-z0-9._~-]{1,128}$/;
/** Characters of a definition. */
const MOST = 65_536;

/** The body of POST /queries. Its parameters are checked by whoever asks the question. */
export function readDefinition(bytes: Uint8Array): QueryDefinition {
  const root = objectOf(bytes, 'QUERY_INVALID', 'send {"name": …, "query": {…}}');
  const name = root.members.get('name');
  const query = root.members.get('query');
  if (name?.type !== 'string' || !NAME.test(name.value)) {
    throw refused('QUERY_INVALID', '/name', 'a name is 1 to 128 characters of A-Z a-z 0-9 . _ ~ -');
  }
  if (query?.type !== 'object') throw refused('QUERY_INVALID', '/query', 'the query is an object of parameters');
  const definition = Buffer.from(bytes.subarray(query.start, query.end)).toString('utf8');
  if (definition.length > MOST) throw refused('QUERY_INVALID', '/query', `a query has at most ${MOST} characters`);
  return { name: name.value, definition };
}

export function objectOf(bytes: Uint8Array, code: string, detail: string): JsonObject {
  const scanned = scanJson(bytes);
  if (!scanned.ok) throw refused(scanned.code, scanned.pointer, scanned.detail);
  if (scanned.value.type !== 'object') throw refused(code, '', detail);
  return scanned.value;
}

export function refused(code: string, pointer: string, detail: string): ApiFault {
  return new ApiFault(code, `${pointer === '' ? 'the body' : pointer}: ${detail}`, { errors: [{ pointer, code, detail }] });
}

export const textOf = (node: JsonNode | undefined): string | null => (node?.type === 'string' ? node.value : null);
