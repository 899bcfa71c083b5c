import {
  commission,
  observe,
  pack,
  pallet,
  receive,
  remove,
  serial,
  ship,
  site,
  TestLedger,
  transform,
  unpack
} from '../capture/testLedger.test-kit.js';

describe('R5: only the holder changes an item', () => {
  const start = (): TestLedger => {
    const ledger = new TestLedger();
    ledger.capture('alpha', commission([serial(1), serial(2)]), pack(pallet(1), [serial(2)]));
    return ledger;
  };

  it.each([
    ['shipping', ship('gamma', [serial(1)])],
    ['storing', observe('storing', [serial(1)], { bizLocation: { id: site('beta', 1) } })],
    ['decommissioning', remove('decommissioning', [serial(1)])],
    ['packing', pack(pallet(2, 'beta'), [serial(1)])],
    ['unpacking', unpack(pallet(1))],
    ['storing what is inside another’s container', observe('storing', [serial(2)])],
    ['transforming', transform({ inputEPCList: [serial(1)], outputEPCList: [serial(9)] })]
  ])('%s by another organization is NOT_HOLDER, changes nothing, and is kept as evidence', (_, event) => {
    const ledger = start();
    const before = ledger.withoutAnomalies();
    const outcome = ledger.capture('beta', event);
    expect([outcome.status, outcome.code]).toEqual(['RECORDED', 'NOT_HOLDER']);
    expect(ledger.withoutAnomalies()).toEqual(before);
    const [, , item] = outcome.detail[0] as readonly string[];
    expect(ledger.kinds(item ?? '')).toEqual({ NOT_HOLDER: 1 });
  });

  it('the holder of the outermost container holds what is in it, and the former holder does not', () => {
    const ledger = start();
    ledger.capture('alpha', pack(pallet(2), [pallet(1)]), ship('beta', [pallet(2)]));
    ledger.capture('beta', receive([pallet(2)]));
    const checked = observe('storing', [serial(2)], { disposition: 'sellable_accessible' });
    expect(ledger.capture('alpha', checked).code).toBe('NOT_HOLDER');
    expect(ledger.capture('beta', checked).status).toBe('APPLIED');
    expect(ledger.capture('alpha', unpack(pallet(1))).code).toBe('NOT_HOLDER');
    expect(ledger.capture('beta', unpack(pallet(1))).status).toBe('APPLIED');
    expect(ledger.item(serial(2))?.custodian).toBe('beta');
  });

  it('an inspector may report: the chain grows, the state stays', () => {
    const ledger = start();
    const before = ledger.item(serial(1));
    const report = observe('inspecting', [serial(1)], { bizLocation: { id: site('beta', 1) }, disposition: 'damaged' });
    expect(ledger.capture('beta', report).status).toBe('APPLIED');
    const after = ledger.item(serial(1));
    expect(after?.count).toBe(2);
    expect({ ...after, count: 0, head: null }).toEqual({ ...before, count: 0, head: null });
  });

  it('an observation by the holder moves place, disposition and persistent dispositions', () => {
    const ledger = start();
    const stored = observe('storing', [serial(1)], {
      bizLocation: { id: site('alpha', 2) },
      disposition: 'sellable_accessible',
      persistentDisposition: { set: ['completeness_verified'] }
    });
    ledger.capture('alpha', stored);
    expect(ledger.item(serial(1))).toMatchObject({
      location: site('alpha', 2), disposition: 'sellable_accessible', persistent: ['completeness_verified']
    });
    ledger.capture(
      'alpha',
      observe('storing', [serial(1)], { persistentDisposition: { unset: ['completeness_verified'] } })
    );
    expect(ledger.item(serial(1))?.persistent).toEqual([]);
  });
});
