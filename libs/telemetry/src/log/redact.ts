/**
 * Makes any value fit to be logged. Key material is taken out three ways, since each alone has holes: by type (bytes
 * and key objects never print their content), by the name of the field, and by the shape of a text (PEM blocks,
 * tokens, passwords in URLs). Sizes are bounded, so a log line cannot be grown by what somebody sends.
 */

export const REDACTED = '[redacted]';

const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_TEXT = 2000;

/** Whole words of a field's name, whichever way they are joined: secretKey, token_key, PASSPHRASE, databaseUrl. */
const SECRET_NAME =
  /secret|seed|passphrase|password|private|authorization|cookie|credential|pem$|token$|jwt|databaseurl/i;

const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?/g, REDACTED],
  // Compact JWS and JWE: base64url segments that begin with the text of '{"'.
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*/g, REDACTED],
  [/\bBearer +[^\s,"]+/gi, `Bearer ${REDACTED}`],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,200}):[^\s@/]{1,500}@/gi, `$1:${REDACTED}@`],
  [/("?(?:seed|passphrase|password|secret)[a-z]{0,12}"?\s*[:=]\s*)"?[^\s",}]{1,500}"?/gi, `$1${REDACTED}`]
];

export function redactText(text: string): string {
  // Cut first: patterns then run on a bounded text.
  let out = text.length > 2 * MAX_TEXT ? text.slice(0, 2 * MAX_TEXT) : text;
  for (const [pattern, replacement] of SECRET_TEXT) out = out.replace(pattern, replacement);
  return out.length > MAX_TEXT ? `${out.slice(0, MAX_TEXT)}… (${text.length} characters)` : out;
}

export type Loggable = string | number | boolean | null | readonly Loggable[] | { readonly [name: string]: Loggable };

export function redact(value: unknown, depth = 0): Loggable {
  switch (typeof value) {
    case 'string':
      return redactText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'undefined':
    case 'symbol':
    case 'function':
      return null;
    case 'object':
      return value === null ? null : redactObject(value, depth);
  }
}

function redactObject(value: object, depth: number): Loggable {
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return `<${value.byteLength} bytes>`;
  if (isKey(value)) return REDACTED;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (value instanceof Error) return redactError(value, depth);
  if (depth >= MAX_DEPTH) return '…';
  if (value instanceof Map) return redactFields([...value].map(([name, field]) => [String(name), field]), depth);
  if (Array.isArray(value) || value instanceof Set) {
    const items = [...value].slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
    const more = (Array.isArray(value) ? value.length : value.size) - items.length;
    return more > 0 ? [...items, `… ${more} more`] : items;
  }
  return redactFields(Object.entries(value), depth);
}

function redactFields(fields: readonly (readonly [string, unknown])[], depth: number): Loggable {
  const out: Record<string, Loggable> = Object.create(null) as Record<string, Loggable>;
  for (const [name, field] of fields.slice(0, MAX_ITEMS)) {
    if (typeof field === 'function' || field === undefined) continue;
    out[redactText(name)] = SECRET_NAME.test(name) ? REDACTED : redact(field, depth + 1);
  }
  return out;
}

/** Own fields of errors are left out but for the code: libraries hang whole requests on them. */
function redactError(error: Error, depth: number): Loggable {
  const { code } = error as { readonly code?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: redactText(error.message),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined || depth >= MAX_DEPTH ? {} : { cause: redact(error.cause, depth + 1) })
  };
}

/** KeyObject and CryptoKey by what they call themselves, and anything that can sign. */
function isKey(value: object): boolean {
  const name = (value as { readonly constructor?: { readonly name?: unknown } }).constructor?.name;
  if (typeof name === 'string' && /^(?:Private|Secret)?KeyObject|^CryptoKey|Signer$/.test(name)) return true;
  return typeof (value as { readonly sign?: unknown }).sign === 'function';
}
