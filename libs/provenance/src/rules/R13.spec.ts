import {
  commission,
  observe,
  pack,
  pallet,
  remove,
  serial,
  site,
  TestLedger,
  transform
} from '../capture/testLedger.test-kit.js';

describe('R13: what is in a parent moves with it', () => {
  it('neither ends nor is consumed on its own', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]), pack(pallet(1), [serial(1)]));
    expect(ledger.capture('alpha', remove('destroying', [serial(1)])).code).toBe('IN_PARENT');
    expect(
      ledger.capture('alpha', transform({ inputEPCList: [serial(1)], outputEPCList: [serial(2)] })).code
    ).toBe('IN_PARENT');
  });

  it('an observation does not move it out of the container’s place', () => {
    const ledger = new TestLedger();
    ledger.capture(
      'alpha',
      commission([serial(1)], { bizLocation: { id: site('alpha', 1) } }),
      pack(pallet(1), [serial(1)])
    );
    ledger.capture('alpha', observe('storing', [serial(1)], { bizLocation: { id: site('alpha', 2) } }));
    expect(ledger.item(serial(1))?.location).toBe(site('alpha', 1));
  });
});
