/**
 * Text from the ledger or from files, for a terminal: control characters could move the cursor, rewrite a verdict above
 * or set the clipboard, and direction marks could reorder it. They become visible.
 */
export function safeText(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const isDirection =
      (code >= 0x200e && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    out += isControl || isDirection ? `\\u${code.toString(16).padStart(4, '0')}` : char;
  }
  return out;
}
