import type { CoreState } from '@lading/consensus';

/**
 * A deep copy of a core's state. What the core never changes is shared: bytes, blocks, messages, certificates,
 * configuration, class instances. An object that is referred to twice is copied once.
 */
export function copyState(state: CoreState): CoreState {
  const copies = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || isConstant(value)) return value;
    const held = copies.get(value);
    if (held !== undefined) return held;
    if (value instanceof Map) {
      const map = new Map<unknown, unknown>();
      copies.set(value, map);
      for (const [key, inner] of value) map.set(key, copy(inner));
      return map;
    }
    if (value instanceof Set) return remember(value, new Set(value));
    if (Array.isArray(value)) {
      const array: unknown[] = [];
      copies.set(value, array);
      for (const inner of value) array.push(copy(inner));
      return array;
    }
    const object: Record<string, unknown> = {};
    copies.set(value, object);
    for (const [key, inner] of Object.entries(value)) object[key] = SHARED.has(key) ? inner : copy(inner);
    return object;
  };
  const remember = <T extends object>(from: object, to: T): T => {
    copies.set(from, to);
    return to;
  };
  return copy(state) as CoreState;
}

const SHARED: ReadonlySet<string> = new Set(['options', 'config', 'timing', 'mutants', 'outputs', 'committed', 'point', 'top']);

function isConstant(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  const known = prototype === Object.prototype || value instanceof Map || value instanceof Set || Array.isArray(value);
  return !known || 'signature' in value || 'signatures' in value || 'blockHash' in value || 'batchHash' in value;
}
