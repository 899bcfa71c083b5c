/** A hash as a map key: sixteen UTF-16 units, several times cheaper to make than hex. Never shown to anyone. */
export function keyOf(hash: Uint8Array): string {
  const units: number[] = [];
  for (let i = 0; i + 1 < hash.length; i += 2) units.push(((hash[i] ?? 0) << 8) | (hash[i + 1] ?? 0));
  return String.fromCharCode(...units);
}
