import { amount, commission, createLot, lot, TestLedger } from '../capture/testLedger.test-kit.js';

describe('R2: lots are credited', () => {
  it('each creation adds to the balance of the signer, exactly', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', createLot([amount(lot('A'), 10.5)]));
    ledger.capture('alpha', createLot([amount(lot('A'), 0.000001), amount(lot('A'), 3, 'PCE')]));
    expect(ledger.item(lot('A'))?.balances).toEqual([
      { place: 'org:alpha', uom: 'KGM', amount: 10_500_001n },
      { place: 'org:alpha', uom: 'PCE', amount: 3_000_000n }
    ]);
  });

  it('needs a quantity, which the schema leaves optional', () => {
    const ledger = new TestLedger();
    expect(ledger.capture('alpha', createLot([amount(lot('A'))])).code).toBe('QUANTITY_REQUIRED');
    expect(ledger.item(lot('A'))).toBeNull();
  });

  it('commissioning of a class is only for one that was not used before', () => {
    const ledger = new TestLedger();
    const first = commission([], { quantityList: [amount(lot('B'), 1)] });
    expect(ledger.capture('alpha', first).status).toBe('APPLIED');
    expect(ledger.capture('alpha', first).code).toBe('CLASS_IN_USE');
  });

  it('a serial is not a class', () => {
    const ledger = new TestLedger();
    const serialAsClass = lot('A').replace('/10/A', '/21/5');
    expect(ledger.capture('alpha', createLot([amount(serialAsClass, 1)])).code).toBe('KIND_MISMATCH');
  });
});
