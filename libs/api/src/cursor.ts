import { asciiBytes, decodeUtf8, fromBase64Url, toBase64Url } from '@lading/kernel';

/**
 * Page tokens: opaque to clients. A token carries the sort key of the last row of its page and a fingerprint of the
 * query, so that a token used with other parameters is refused instead of answering a page of something else.
 */
export interface Cursor {
  readonly fingerprint: string;
  /** Sort key, as many numbers as the order has columns. */
  readonly after: readonly number[];
}

const MAX_TOKEN = 256;
const FINGERPRINT = /^[A-Za-z0-9_-]{0,64}$/;

export function encodeCursor(cursor: Cursor): string {
  return toBase64Url(asciiBytes(`1|${cursor.fingerprint}|${cursor.after.join(',')}`));
}

/** The cursor of a token that `encodeCursor` made with this many numbers, or null. */
export function decodeCursor(token: string, columns: number): Cursor | null {
  const bytes = token.length <= MAX_TOKEN ? fromBase64Url(token) : null;
  const text = bytes === null ? null : decodeUtf8(bytes);
  const [version, fingerprint, numbers, ...rest] = text === null ? [] : text.split('|');
  if (version !== '1' || fingerprint === undefined || numbers === undefined || rest.length > 0) return null;
  const after = numbers.split(',').map((lexeme) => (/^(0|-?[1-9][0-9]{0,15})$/.test(lexeme) ? Number(lexeme) : NaN));
  if (!FINGERPRINT.test(fingerprint) || after.length !== columns) return null;
  return after.every(Number.isSafeInteger) ? { fingerprint, after } : null;
}
