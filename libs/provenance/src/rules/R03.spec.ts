import { commission, pack, pallet, serial, TestLedger } from '../capture/testLedger.test-kit.js';

describe('R3: a container is born by the first packing', () => {
  it('an SSCC that nobody commissioned becomes the signer’s container', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1)]));
    expect(ledger.capture('alpha', pack(pallet(1), [serial(1)])).status).toBe('APPLIED');
    expect(ledger.item(pallet(1))).toMatchObject(
      { status: 'ACTIVE', custodian: 'alpha', owner: '', children: [serial(1)] }
    );
  });

  it('is not born when its content is refused', () => {
    const ledger = new TestLedger();
    expect(ledger.capture('alpha', pack(pallet(1), [serial(1)])).code).toBe('NOT_HOLDER');
    expect(ledger.item(pallet(1))).toBeNull();
  });
});
