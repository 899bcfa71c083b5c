const PLACES = 256;

/** Identifiers of one kind differ at their ends. */
const placeOf = (id: string): number => {
  const end = id.length - 1;
  return (id.charCodeAt(end) + 7 * id.charCodeAt(end - 1) + 53 * id.charCodeAt(end - 2) + 11 * end) & (PLACES - 1);
};

/**
 * State keys of things that event after event names: places, products. The key of one named lately is the same text again,
 * which maps need not read to find it.
 */
export function repeatedKeys(prefix: string): (id: string) => string {
  const ids = new Array<string>(PLACES).fill('');
  const keys = new Array<string>(PLACES).fill(prefix);
  return (id) => {
    const place = placeOf(id);
    if (ids[place] === id) return keys[place] as string;
    const key = prefix + id;
    ids[place] = id;
    keys[place] = key;
    return key;
  };
}
