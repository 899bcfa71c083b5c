import {
  amount,
  commission,
  createLot,
  lot,
  pack,
  pallet,
  serial,
  ship,
  site,
  TestLedger
} from '../capture/testLedger.test-kit.js';

describe('R11: packing', () => {
  it('one parent at a time, no cycles', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), pack(pallet(1), [serial(1)]), pack(pallet(2), [pallet(1)]));
    expect(ledger.capture('alpha', pack(pallet(3), [serial(1)])).code).toBe('ALREADY_IN_PARENT');
    expect(ledger.capture('alpha', pack(pallet(1), [pallet(2)])).code).toBe('PARENT_CYCLE');
    expect(ledger.capture('alpha', pack(pallet(2), [pallet(2)])).code).toBe('PARENT_CYCLE');
  });

  it('at most eight levels, counted from either end', () => {
    const outwards = new TestLedger();
    outwards.capture('alpha', commission([serial(1)]), pack(pallet(1), [serial(1)]));
    for (let n = 2; n <= 7; n++) expect(
      outwards.capture('alpha', pack(pallet(n), [pallet(n - 1)])).status
    ).toBe('APPLIED');
    expect(outwards.capture('alpha', pack(pallet(8), [pallet(7)])).code).toBe('NESTING_TOO_DEEP');

    const inwards = new TestLedger();
    inwards.capture('alpha', commission([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => pallet(n))));
    for (let n = 2; n <= 8; n++) expect(
      inwards.capture('alpha', pack(pallet(n - 1), [pallet(n)])).status
    ).toBe('APPLIED');
    expect(inwards.rounds).toBeLessThanOrEqual(8);
    expect(inwards.item(pallet(1))?.height).toBe(7);
    expect(inwards.capture('alpha', pack(pallet(8), [pallet(9)])).code).toBe('NESTING_TOO_DEEP');
    expect(inwards.rounds).toBeLessThanOrEqual(8);
  });

  it('a container that becomes higher from within is changed, so its chain says so', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([pallet(1), pallet(2), serial(1)]), pack(pallet(1), [pallet(2)]));
    const before = ledger.item(pallet(1))?.count ?? 0;
    ledger.capture('alpha', pack(pallet(2), [serial(1)]));
    expect(ledger.item(pallet(1))).toMatchObject({ height: 2, count: before + 1 });
  });

  it('not into a container that is under way', () => {
    const ledger = new TestLedger();
    ledger.capture(
      'alpha',
      commission([serial(1), pallet(1), pallet(2)]),
      pack(pallet(2), [pallet(1)]),
      ship('beta', [pallet(2)])
    );
    expect(ledger.capture('alpha', pack(pallet(1), [serial(1)])).code).toBe('TRANSFER_OPEN');
  });

  it('class amounts go in from the free balance; a location is no container', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', createLot([amount(lot('A'), 10)]));
    const put = (quantity: number) => pack(pallet(1), [], { childQuantityList: [amount(lot('A'), quantity)] });
    expect(ledger.capture('alpha', put(11)).code).toBe('BALANCE_TOO_LOW');
    ledger.capture('alpha', put(4));
    ledger.capture('alpha', put(1));
    expect(ledger.item(pallet(1))?.contents).toEqual([{ uri: lot('A'), uom: 'KGM', amount: 5_000_000n }]);
    expect(ledger.item(lot('A'))?.balances).toContainEqual(
      { place: `in:${pallet(1)}`, uom: 'KGM', amount: 5_000_000n }
    );
    const nowhere = pack(site('alpha', 1), [], { childQuantityList: [amount(lot('A'), 1)] });
    expect(ledger.capture('alpha', nowhere).code).toBe('KIND_MISMATCH');
  });
});
