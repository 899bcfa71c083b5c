import { copyItem, withFields } from './copyItem.js';
import { decodeItem, encodeItem, newItem, type ItemState } from './itemState.js';

const item = withFields(newItem('instance'), {
  ...{ status: 'ACTIVE', custodian: 'grower', parent: 'https://id.gs1.org/00/095011010000000010', since: 1_790_000_000_000, lot: 'L1' },
  ...{ outbound: { step: 'loading', by: 'grower' }, remaining: { uom: 'KGM', amount: 5n } }
});

describe('a copy of an item', () => {
  it('says the same, and is written to without changing the item that it comes from', () => {
    const copy = copyItem(item);
    expect(copy).toEqual(item);
    copy.custodian = 'carrier';
    expect(item.custodian).toBe('grower');
  });

  it('takes each field from the field of that name', () => {
    const names = Object.keys(newItem('instance')) as (keyof ItemState)[];
    // Whatever their types: no two of them are alike.
    const marked = Object.fromEntries(names.map((name) => [name, { is: name }])) as unknown as ItemState;
    const copy = copyItem(marked);
    for (const name of names) expect(copy[name]).toBe(marked[name]);
    for (const name of names) {
      const changed = withFields(marked, { [name]: null });
      expect(names.filter((other) => changed[other] !== marked[other])).toEqual([name]);
    }
  });

  it('has its fields in the order of new items and of decoded ones, so that all of them have one shape', () => {
    const order = Object.keys(newItem('instance'));
    expect(Object.keys(copyItem(item))).toEqual(order);
    expect(Object.keys(withFields(item, { remaining: null, count: 7 }))).toEqual(order);
    expect(Object.keys(decodeItem(encodeItem(item).slice()))).toEqual(order);
  });
});
