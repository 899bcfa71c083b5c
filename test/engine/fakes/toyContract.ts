import { asciiBytes, decodeUtf8, ok, reject } from '@lading/kernel';
import type { Contract, Outcome } from '@lading/ledger';

interface Toy {
  readonly key: string;
  readonly value: string;
}

const APPLIED: Outcome = { status: 'APPLIED', code: '', detail: [] };
export const toyKey = (key: string): string => `toy/entry/${key}`;
const text = (value: Uint8Array | null): string | null => (value === null ? null : decodeUtf8(value));

/**
 * A contract small enough to predict: put writes an entry; follow writes to the entry that an entry names; refuse
 * writes and then refuses; throw fails; endless never stops naming keys; sneak reads a key that it did not name.
 */
export const toyContract: Contract<Toy & { readonly op: string }> = {
  name: 'toy',
  operations: ['toy.put', 'toy.follow', 'toy.refuse', 'toy.throw', 'toy.endless', 'toy.sneak'],
  parse(tx) {
    try {
      const { key, value } = JSON.parse(decodeUtf8(tx.payload) ?? '') as Toy;
      return ok({ key, value, op: tx.header.op });
    } catch {
      return reject('TOY_MALFORMED', 'payload is not a toy');
    }
  },
  keys({ op, key }, _context, view) {
    if (op === 'toy.endless') {
      const keys = [toyKey(`${key}/0`)];
      for (let i = 0; i < 100 && view.get(toyKey(`${key}/${i}`)) !== null; i++) keys.push(toyKey(`${key}/${i + 1}`));
      return keys;
    }
    const target = op === 'toy.follow' ? text(view.get(toyKey(key))) : null;
    return target === null ? [toyKey(key)] : [toyKey(key), toyKey(target)];
  },
  apply({ op, key, value }, _context, state) {
    if (op === 'toy.throw') throw new Error('a fault of the contract');
    if (op === 'toy.sneak') state.get(toyKey('somebody-else'));
    if (op === 'toy.follow') {
      const target = text(state.get(toyKey(key)));
      if (target === null) return { status: 'REJECTED', code: 'TOY_NO_POINTER', detail: [key] };
      state.put(toyKey(target), asciiBytes(value));
      return APPLIED;
    }
    state.put(toyKey(key), asciiBytes(value));
    return op === 'toy.refuse' ? { status: 'REJECTED', code: 'TOY_REFUSED', detail: [key, 7] } : APPLIED;
  }
};
