import { asHash, fromHex, toHex } from '@lading/kernel';
import { decodeItem, encodeItem, newItem, type ItemState } from './itemState.js';

/** The example of spec/provenance.md. A change here is a change of a format that all nodes must agree on. */
const EXAMPLE: ItemState = {
  ...newItem('instance'),
  count: 3,
  head: asHash(new Uint8Array(32).fill(1)),
  status: 'IN_TRANSFER',
  custodian: 'alpha',
  owner: 'alpha',
  location: 'https://id.gs1.org/414/9521001000017',
  height: 1,
  children: ['urn:x:1'],
  contents: [{ uri: 'urn:x:lot', uom: 'KGM', amount: 2_500_000n }],
  transfer: { from: 'alpha', to: 'beta', owner: '', opened: [7, 0, 1], dispute: '' },
  disposition: 'in_transit',
  persistent: ['completeness_verified'],
  balances: [{ place: 'org:alpha', uom: '', amount: 999_999_999_999_999_999_999n }]
};

describe('the state value of an item', () => {
  it('is the CBOR array of spec/provenance.md', () => {
    expect(toHex(encodeItem(EXAMPLE))).toBe(ENCODED);
    expect(decodeItem(fromHex(ENCODED) ?? new Uint8Array(0))).toEqual(EXAMPLE);
  });

  it('an item without anything round-trips, too', () => {
    for (const kind of ['instance', 'class', 'place', 'group'] as const) {
      expect(decodeItem(encodeItem(newItem(kind)).slice())).toEqual(newItem(kind));
    }
  });

  it('long lists have the same encoding as short ones, also when it is put together from pieces that were kept', () => {
    const names = Array.from({ length: 100 }, (_, i) => `urn:x:${100 + i}`);
    const children = names;
    const contents = names.map((uri) => ({ uri, uom: 'KGM', amount: 5n }));
    const balances = names.map((uri) => ({ place: `in:${uri}`, uom: '', amount: 7n }));
    for (const long of [{ children }, { contents }, { balances }, { children, contents, balances }]) {
      const item: ItemState = { ...EXAMPLE, lot: 'urn:x:lot', parent: 'urn:x:box', ...long };
      // The decoder refuses what is not the one encoding of its value.
      for (let count = 1; count <= 2; count++) {
        expect(decodeItem(encodeItem({ ...item, count }).slice())).toEqual({ ...item, count });
      }
    }
  });

  it('a damaged value is a bug, not an answer', () => {
    const bytes = encodeItem(EXAMPLE);
    expect(() => decodeItem(bytes.subarray(0, bytes.length - 1))).toThrow('state value');
  });
});

const ENCODED =
  '981b02035820010101010101010101010101010101010101010101010101010101010101010168696e7374616e63656b494e' +
  '5f5452414e5346455265616c70686165616c706861782468747470733a2f2f69642e6773312e6f72672f3431342f39353231' +
  '3030313030303031376001816775726e3a783a3181836975726e3a783a6c6f74634b474d67323530303030308565616c7068' +
  '6164626574616083070001606a696e5f7472616e7369748175636f6d706c6574656e6573735f76657269666965648183696f' +
  '72673a616c706861607539393939393939393939393939393939393939393960006000808060806060f6';

describe('the 28th element', () => {
  const outbound = { step: 'loading', by: 'alpha' } as const;
  const remaining = { uom: 'KGM', amount: 7_500_000n };

  it.each([
    ['a step', { outbound }, '8282676c6f6164696e6765616c706861f6'],
    ['a rest', { remaining }, '82f682634b474d6737353030303030'],
    ['both', { outbound, remaining }, '8282676c6f6164696e6765616c70686182634b474d6737353030303030']
  ])('says %s; without one the value is as before', (_, more, encoded) => {
    const bytes = encodeItem({ ...EXAMPLE, ...more });
    expect(toHex(bytes)).toBe(`981c${ENCODED.slice(4)}${encoded}`);
    expect(decodeItem(bytes.slice())).toEqual({ ...EXAMPLE, ...more });
    const long = { ...EXAMPLE, ...more, children: Array.from({ length: 100 }, (_, i) => `urn:x:${100 + i}`) };
    expect(decodeItem(encodeItem(long).slice())).toEqual(long);
  });
});
