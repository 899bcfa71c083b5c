import {
  amount,
  commission,
  createLot,
  lot,
  receive,
  serial,
  ship,
  TestLedger,
  voidShipping
} from '../capture/testLedger.test-kit.js';

describe('R8: only the shipper takes a shipment back', () => {
  it('named items return, the others stay pending', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]), ship('beta', [serial(1), serial(2)]));
    expect(ledger.capture('beta', voidShipping([serial(1)])).code).toBe('NOT_SHIPPER');
    expect(ledger.capture('alpha', voidShipping([serial(1)])).status).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({ status: 'ACTIVE', custodian: 'alpha', transfer: null });
    expect(ledger.item(serial(2))?.status).toBe('IN_TRANSFER');
  });

  it('after receipt it is too late', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), ship('beta', [serial(1)]));
    ledger.capture('beta', receive([serial(1)]));
    expect(ledger.capture('alpha', voidShipping([serial(1)])).code).toBe('NO_OPEN_TRANSFER');
  });

  it('class amounts return, all of them without a quantity', () => {
    const ledger = new TestLedger();
    const list = (quantity?: number) => ({ quantityList: [amount(lot('A'), quantity)] });
    ledger.capture('alpha', createLot([amount(lot('A'), 10)]), ship('beta', [], list(6)));
    ledger.capture('alpha', voidShipping([], list(1)));
    expect(ledger.capture('alpha', voidShipping([], list(6))).code).toBe('NO_OPEN_TRANSFER');
    ledger.capture('alpha', voidShipping([], list()));
    expect(ledger.item(lot('A'))?.balances).toEqual([{ place: 'org:alpha', uom: 'KGM', amount: 10_000_000n }]);
  });
});
