import { commission, pack, pallet, remove, serial, TestLedger } from '../capture/testLedger.test-kit.js';

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

describe('R3: the number of a logistic unit that has ended', () => {
  const at = (eventTime: string) => ({ eventTime });
  const ended = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2), pallet(1)], at('2025-01-01T00:00:00Z')));
    ledger.capture('alpha', remove('decommissioning', [pallet(1)], at('2025-02-01T00:00:00Z')));
    return ledger;
  };

  it.each([
    ['packing', (time: string) => pack(pallet(1), [serial(1)], at(time))],
    ['commissioning', (time: string) => commission([pallet(1)], at(time))]
  ])('begins anew by %s a year later, on the same chain, and not a moment before', (_, event) => {
    const ledger = ended();
    const before = ledger.item(pallet(1))?.count ?? 0;
    const early = ledger.capture('alpha', event('2026-01-31T23:59:59.999Z'));
    expect([early.status, early.code]).toEqual(['RECORDED', 'SSCC_REUSED']);
    expect(ledger.capture('alpha', event('2026-02-01T00:00:00Z')).status).toBe('APPLIED');
    expect(ledger.item(pallet(1))).toMatchObject({ status: 'ACTIVE', custodian: 'alpha', count: before + 1 });
  });

  it('does not begin anew while something is in it, and no other identifier does', () => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), pallet(1)], at('2025-01-01T00:00:00Z')));
    ledger.capture('alpha', pack(pallet(1), [serial(1)], at('2025-01-02T00:00:00Z')));
    ledger.capture('alpha', remove('destroying', [pallet(1)], at('2025-01-03T00:00:00Z')));
    expect(ledger.capture('alpha', commission([pallet(1)], at('2026-06-01T00:00:00Z'))).code).toBe('SSCC_REUSED');
    ledger.capture('alpha', commission([serial(2)], at('2025-01-01T00:00:00Z')));
    ledger.capture('alpha', remove('destroying', [serial(2)], at('2025-01-03T00:00:00Z')));
    expect(ledger.capture('alpha', commission([serial(2)], at('2026-06-01T00:00:00Z'))).code).toBe('DOUBLE_COMMISSION');
  });
});
