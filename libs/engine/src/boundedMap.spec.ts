import { BoundedMap } from './boundedMap.js';

describe('BoundedMap', () => {
  it('forgets the entries that were written longest ago, and only as many as needed', () => {
    const map = new BoundedMap<string, number>(3);
    for (const [index, key] of ['a', 'b', 'c', 'a', 'd'].entries()) map.set(key, index);
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([3, undefined, 2, 4]);
    expect(map.size).toBe(3);
  });

  it('counts weights, also of replaced and deleted entries, so it neither leaks nor shrinks', () => {
    const map = new BoundedMap<number, Uint8Array>(100, (value) => value.length);
    for (let round = 0; round < 50; round++) map.set(1, new Uint8Array(60));
    map.set(2, new Uint8Array(40));
    expect([map.has(1), map.has(2)]).toEqual([true, true]);
    map.delete(1);
    map.set(3, new Uint8Array(60));
    expect([map.has(2), map.has(3)]).toEqual([true, true]);
    map.set(4, new Uint8Array(1));
    expect([map.has(2), map.has(3), map.has(4)]).toEqual([false, true, true]);
  });

  it('does as a plain list of entries would, through any number of writes and deletions', () => {
    const map = new BoundedMap<number, number>(40, (weight) => weight);
    let list: { readonly key: number; readonly weight: number }[] = [];
    let dice = 7;
    for (let turn = 0; turn < 2000; turn++) {
      dice = (dice * 48_271) % 0x7fffffff;
      const key = dice % 23;
      const weight = dice % 57;
      list = list.filter((one) => one.key !== key);
      if (dice % 5 === 0) map.delete(key);
      else {
        map.set(key, weight);
        list.push({ key, weight });
      }
      while (list.reduce((sum, one) => sum + one.weight, 0) > 40) list.shift();
      expect(map.size).toBe(list.length);
    }
    expect(list.map(({ key }) => map.get(key))).toEqual(list.map(({ weight }) => weight));
  });
});
