import { commission, pallet, serial, TestLedger, site, transform } from '../capture/testLedger.test-kit.js';

describe('R1: an instance enters once', () => {
  it('commissioning makes the signer custodian and owner at the place of the event', () => {
    const ledger = new TestLedger();
    expect(
      ledger.capture('alpha', commission([serial(1)], { bizLocation: { id: site('alpha', 1) } })).status
    ).toBe('APPLIED');
    expect(ledger.item(serial(1))).toMatchObject({
      status: 'ACTIVE', custodian: 'alpha', owner: 'alpha', location: site('alpha', 1), count: 1
    });
    expect(ledger.item(site('alpha', 1))).toMatchObject({ kind: 'place', count: 1, status: 'UNKNOWN' });
  });

  it('a second commissioning changes nothing and is recorded as evidence', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]));
    const before = ledger.item(serial(1));
    const outcome = ledger.capture('beta', commission([serial(1)]));
    expect(outcome).toEqual(
      { status: 'RECORDED', code: 'DOUBLE_COMMISSION', detail: [[0, 'DOUBLE_COMMISSION', serial(1)]] }
    );
    expect(ledger.item(serial(1))).toEqual(before);
    expect(ledger.anomalies(serial(1))).toBe(1);
  });

  it('finds the same serial in two spellings of one event', () => {
    const ledger = new TestLedger();
    const spelled = serial(7).replace('https://id.gs1.org/01', 'https://shop.example.com/p/01');
    expect(ledger.capture('alpha', commission([serial(7), spelled])).code).toBe('DOUBLE_COMMISSION');
    expect(ledger.item(serial(7))).toBeNull();
  });

  it('a transformation output counts as an entry', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]));
    const again = transform({ inputEPCList: [serial(1)], outputEPCList: [serial(2)] });
    expect(ledger.capture('alpha', again).code).toBe('DOUBLE_COMMISSION');
    expect(ledger.item(serial(1))?.status).toBe('ACTIVE');
  });

  it('remembers a lot that was named beside the serial, without making it another item', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(3).replace('/21/', '/10/L1/21/')]));
    expect(ledger.item(serial(3))?.lot).toMatch(/\/10\/L1$/);
    expect(ledger.capture('alpha', commission([pallet(1)])).status).toBe('APPLIED');
  });
});
