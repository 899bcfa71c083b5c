/** Byte ranges of the non-empty lines of newline-delimited JSON; a carriage return before the newline is dropped. */
export function splitLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 0x0a) continue;
    const end = i > start && bytes[i - 1] === 0x0d ? i - 1 : i;
    if (end > start) lines.push(bytes.subarray(start, end));
    start = i + 1;
  }
  return lines;
}
