/** A hash as the key of a map of one run: 64 bits of it, many times cheaper to make than hex. Never shown to anyone. */
export function keyOf(hash: Uint8Array): string {
  return String.fromCharCode(
    ((hash[0] ?? 0) << 8) | (hash[1] ?? 0),
    ((hash[2] ?? 0) << 8) | (hash[3] ?? 0),
    ((hash[4] ?? 0) << 8) | (hash[5] ?? 0),
    ((hash[6] ?? 0) << 8) | (hash[7] ?? 0)
  );
}
