import {
  amount,
  commission,
  createLot,
  lot,
  receive,
  serial,
  ship,
  TestLedger,
  transform
} from '../capture/testLedger.test-kit.js';

describe('R15: inputs are consumed', () => {
  it('instances are CONSUMED, class amounts debited', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), createLot([amount(lot('A'), 10)]));
    const made = transform({
      inputEPCList: [serial(1)],
      inputQuantityList: [amount(lot('A'), 7)],
      outputQuantityList: [amount(lot('B'), 6.5)]
    });
    expect(ledger.capture('alpha', made).status).toBe('APPLIED');
    expect(ledger.item(serial(1))?.status).toBe('CONSUMED');
    expect(ledger.item(lot('A'))?.balances).toEqual([{ place: 'org:alpha', uom: 'KGM', amount: 3_000_000n }]);
    expect(ledger.item(lot('B'))?.balances).toEqual([{ place: 'org:alpha', uom: 'KGM', amount: 6_500_000n }]);
  });

  it('refuses more than the signer holds, in that unit', () => {
    const ledger = new TestLedger();
    ledger.capture(
      'alpha',
      createLot([amount(lot('A'), 10)]),
      ship('beta', [], { quantityList: [amount(lot('A'), 4)] })
    );
    ledger.capture('beta', receive([], { quantityList: [amount(lot('A'), 4)] }));
    const use = (quantity: number, uom?: string) =>
      transform({ inputQuantityList: [amount(lot('A'), quantity, uom)], outputEPCList: [serial(1, 'beta')] });
    expect(ledger.capture('beta', use(5)).code).toBe('BALANCE_TOO_LOW');
    expect(ledger.capture('beta', use(1, 'LBR')).code).toBe('BALANCE_TOO_LOW');
    expect(ledger.capture('beta', use(4)).status).toBe('APPLIED');
  });

  it('an item that is under way is no input', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), ship('beta', [serial(1)]));
    expect(
      ledger.capture('alpha', transform({ inputEPCList: [serial(1)], outputEPCList: [serial(2)] })).code
    ).toBe('NOT_ACTIVE');
  });
});
