import {
  amount,
  commission,
  createLot,
  lot,
  pack,
  pallet,
  serial,
  ship,
  TestLedger,
  unpack
} from '../capture/testLedger.test-kit.js';

describe('R12: unpacking', () => {
  const start = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture(
      'alpha',
      commission([serial(1), serial(2)]),
      createLot([amount(lot('A'), 10)]),
      pack(pallet(1), [serial(1), serial(2)], { childQuantityList: [amount(lot('A'), 4)] })
    );
    return ledger;
  };

  it('listed children come out, the others stay', () => {
    const ledger = start();
    ledger.capture('alpha', unpack(pallet(1), { childEPCs: [serial(1)], childQuantityList: [amount(lot('A'), 1)] }));
    expect(ledger.item(serial(1))).toMatchObject({ status: 'ACTIVE', parent: '' });
    expect(ledger.item(pallet(1))).toMatchObject({
      children: [serial(2)], contents: [{ uri: lot('A'), uom: 'KGM', amount: 3_000_000n }]
    });
  });

  it('no children listed means all, and the chain of each says so', () => {
    const ledger = start();
    const counts = [serial(1), serial(2), lot('A')].map((uri) => ledger.item(uri)?.count ?? 0);
    expect(ledger.capture('alpha', unpack(pallet(1))).status).toBe('APPLIED');
    expect(
      [serial(1), serial(2), lot('A')].map((uri) => ledger.item(uri)?.count)
    ).toEqual(counts.map((count) => count + 1));
    expect(ledger.item(pallet(1))).toMatchObject({ children: [], contents: [], height: 0 });
    expect(ledger.item(lot('A'))?.balances).toEqual([{ place: 'org:alpha', uom: 'KGM', amount: 10_000_000n }]);
  });

  it('expands children that the same transaction has packed', () => {
    const ledger = start();
    const outcome = ledger.capture('alpha', commission([serial(3)]), pack(pallet(1), [serial(3)]), unpack(pallet(1)));
    expect(outcome.status).toBe('APPLIED');
    expect(ledger.item(serial(3))).toMatchObject({ parent: '', count: 3 });
  });

  it('refuses what is not inside, and more than is inside', () => {
    const ledger = start();
    ledger.capture('alpha', commission([serial(3)]));
    expect(ledger.capture('alpha', unpack(pallet(1), { childEPCs: [serial(3)] })).code).toBe('NOT_IN_PARENT');
    const more = unpack(pallet(1), { childQuantityList: [amount(lot('A'), 5)] });
    expect(ledger.capture('alpha', more).code).toBe('BALANCE_TOO_LOW');
    expect(
      ledger.capture('alpha', unpack(pallet(1), { childQuantityList: [amount(lot('B'), 1)] })).code
    ).toBe('NOT_IN_PARENT');
  });

  it('not while the container is under way', () => {
    const ledger = start();
    ledger.capture('alpha', ship('beta', [pallet(1)]));
    expect(ledger.capture('alpha', unpack(pallet(1))).code).toBe('TRANSFER_OPEN');
  });
});
