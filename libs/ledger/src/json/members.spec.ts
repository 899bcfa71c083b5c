import { encodeUtf8 } from '@lading/kernel';
import { FEW_MEMBERS } from './members.js';
import type { JsonObject } from './node.js';
import { scanJson } from './scanJson.js';

function objectOf(text: string): JsonObject {
  const scanned = scanJson(encodeUtf8(text) as Uint8Array);
  if (!scanned.ok || scanned.value.type !== 'object') throw new Error('no object');
  return scanned.value;
}

const named = (count: number): string[] => Array.from({ length: count }, (_, i) => `name ${i}`);
const textOf = (names: readonly string[]): string => `{${names.map((name, i) => `${JSON.stringify(name)}:${i}`).join(',')}}`;

describe('the members of an object', () => {
  it.each([0, 1, FEW_MEMBERS, FEW_MEMBERS + 1, 3 * FEW_MEMBERS])('are found by name and listed in the order of the text: %d', (count) => {
    const names = named(count);
    const { members } = objectOf(textOf(names));
    expect(members.size).toBe(count);
    expect([...members.keys()]).toEqual(names);
    expect([...members.values()].map(({ start }) => start)).toEqual(names.map((name) => members.get(name)?.start));
    expect([...members].map(([name, node]) => node === members.get(name))).toEqual(names.map(() => true));
    const told: string[] = [];
    members.forEach((node, name, of) => told.push(of.get(name) === node ? name : 'another'));
    expect(told).toEqual(names);
    expect([members.has('name 0'), members.has('name'), members.get('')]).toEqual([count > 0, false, undefined]);
  });

  it.each([2, FEW_MEMBERS + 1, 3 * FEW_MEMBERS])('have no name twice, however many there are: %d', (count) => {
    for (const twice of ['name 0', `name ${count - 2}`]) {
      const scanned = scanJson(encodeUtf8(textOf([...named(count - 1), twice])) as Uint8Array);
      expect(scanned).toMatchObject({ ok: false, code: 'JSON_DUPLICATE_KEY', pointer: `/${twice}` });
    }
  });

  it('are those of their own object where objects and lists lie in each other', () => {
    const { members } = objectOf('{"a":[{"a":1},{"b":[2,{"c":3}]},4],"b":{"a":{"b":5}}}');
    const list = members.get('a');
    const inner = list?.type === 'array' ? list.items.map((item) => (item.type === 'object' ? [...item.members.keys()] : item.type)) : [];
    expect(inner).toEqual([['a'], ['b'], 'number']);
    const b = members.get('b');
    expect(b?.type === 'object' ? [...b.members.keys()] : null).toEqual(['a']);
  });

  it('are not mixed up with those of a text that was refused half way', () => {
    expect(scanJson(encodeUtf8('{"a":[1,2,{"b":3,') as Uint8Array).ok).toBe(false);
    expect([...objectOf('{"c":[1]}').members.keys()]).toEqual(['c']);
  });
});
