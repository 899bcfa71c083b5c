const unit = (hash: Uint8Array, at: number): number => ((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0);

/** A 32-byte hash as a map key: sixteen UTF-16 units, several times cheaper to make than hex. Never shown to anyone. */
export function keyOf(hash: Uint8Array): string {
  return String.fromCharCode(
    unit(hash, 0), unit(hash, 2), unit(hash, 4), unit(hash, 6), unit(hash, 8), unit(hash, 10), unit(hash, 12),
    unit(hash, 14), unit(hash, 16), unit(hash, 18), unit(hash, 20), unit(hash, 22), unit(hash, 24), unit(hash, 26),
    unit(hash, 28), unit(hash, 30)
  );
}
