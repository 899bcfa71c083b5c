/** Bytes as a key of a map, one character a byte: half as long as hex, and quicker made. Not for people. */
export function keyOfBytes(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
