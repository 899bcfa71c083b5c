/** Inputs of hashes and signature checks are rarely larger. */
const MEMORY = new Uint8Array(4096);
/** Its beginnings, for sizes that are usual: made once each. */
const VIEWS: (Uint8Array | undefined)[] = new Array<undefined>(2048).fill(undefined);

/**
 * Memory for an input that is written, hashed or checked, and forgotten before the next one is asked for: memory of its own
 * for each of some hundred bytes would cost more than what is done with it. No hash and no check keeps what it is given.
 */
export function scratch(size: number): Uint8Array {
  if (size > MEMORY.length) return new Uint8Array(size);
  if (size >= VIEWS.length) return MEMORY.subarray(0, size);
  const view = VIEWS[size] ?? MEMORY.subarray(0, size);
  VIEWS[size] = view;
  return view;
}
