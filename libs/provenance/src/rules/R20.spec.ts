import { commission, observe, pack, pallet, remove, serial, TestLedger } from '../capture/testLedger.test-kit.js';

describe('R20: nothing after the end', () => {
  it('an event on a destroyed serial is evidence, on its anomaly chain only', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), remove('destroying', [serial(1)]));
    const before = ledger.item(serial(1));
    for (const event of [observe('inspecting', [serial(1)]), pack(pallet(1), [serial(1)])]) {
      const outcome = ledger.capture('beta', event);
      expect([outcome.status, outcome.code]).toEqual(['RECORDED', 'AFTER_FINAL']);
    }
    expect(ledger.item(serial(1))).toEqual(before);
    expect(ledger.item(pallet(1))).toBeNull();
    expect(ledger.anomalies(serial(1))).toBe(2);
  });

  it('finds an end that came earlier in the same transaction', () => {
    const ledger = new TestLedger();
    const outcome = ledger.capture(
      'alpha',
      commission([serial(1)]),
      remove('destroying', [serial(1)]),
      observe('storing', [serial(1)])
    );
    expect(outcome).toMatchObject({ status: 'RECORDED', code: 'AFTER_FINAL' });
    expect(ledger.item(serial(1))).toBeNull();
    expect(ledger.anomalies(serial(1))).toBe(1);
  });

  it('paperwork may follow late', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), remove('destroying', [serial(1)]));
    const invoice = {
      type: 'TransactionEvent', action: 'ADD', epcList: [serial(1)],
      bizTransactionList: [{ type: 'inv', bizTransaction: 'urn:example:inv:1' }]
    };
    expect(ledger.capture('alpha', invoice).status).toBe('APPLIED');
  });
});
