import { fromHex, toBase64Url } from '@lading/kernel';

/** A transaction id as nodes write it (base64url), from base64url or hex; null when the text is neither. */
export function transactionIdOf(text: string): string | null {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? fromHex(text.toLowerCase()) : null;
  return bytes === null ? null : toBase64Url(bytes);
}
