import {
  amount,
  commission,
  createLot,
  lot,
  observe,
  remove,
  serial,
  TestLedger
} from '../capture/testLedger.test-kit.js';

describe('R19: end of life', () => {
  it.each([
    ['decommissioning', 'INACTIVE', 'alpha'],
    ['destroying', 'DESTROYED', 'alpha'],
    ['sampling', 'DESTROYED', 'alpha'],
    ['retail_selling', 'SOLD', ''],
    ['dispensing', 'DISPENSED', '']
  ])('%s makes it %s', (bizStep, status, custodian) => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), remove(bizStep, [serial(1)]));
    expect(ledger.item(serial(1))).toMatchObject({ status, custodian });
  });

  it('a sale may be reported as an observation, and debits a class', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', createLot([amount(lot('A'), 3)]));
    ledger.capture('alpha', observe('retail_selling', [], { quantityList: [amount(lot('A'), 2)] }));
    expect(ledger.item(lot('A'))?.balances).toEqual([{ place: 'org:alpha', uom: 'KGM', amount: 1_000_000n }]);
  });
});
