import * as kit from '../capture/testLedger.test-kit.js';
import { pack, pallet, serial, TestLedger } from '../capture/testLedger.test-kit.js';

type Report = Record<string, unknown>;
const measured = (uris: readonly string[], report: Report, metadata?: object) =>
  kit.observe('sensor_reporting', uris, {
    sensorElementList: [{
      ...(metadata === undefined ? {} : { sensorMetadata: metadata }),
      sensorReport: [{ type: 'Temperature', uom: 'CEL', ...report }]
    }]
  });

function cooled(profile: 'custody' | 'open' = 'custody'): TestLedger {
  const ledger = new TestLedger(profile);
  const limits = [{ type: 'Temperature', uom: 'CEL', min: '2', max: '8' }];
  ledger.operate('alpha', 'product.put', { gtin: kit.gtin(), limits, netMass: '', yieldMin: 0, yieldMax: 0 });
  ledger.capture('alpha', kit.commission([serial(1), serial(2)]));
  return ledger;
}
const flagsOf = (ledger: TestLedger, event: Record<string, unknown>, who: 'alpha' | 'beta' = 'alpha') => ledger.capture(who, event).detail;

describe('R22: sensor reports against the limits of the product', () => {
  it.each([
    [{ value: 2 }, false],
    [{ value: 8 }, false],
    [{ value: 8.000001 }, true],
    [{ value: 8.0000001 }, false],
    [{ value: 1.9 }, true],
    [{ minValue: 3, maxValue: 9 }, true],
    [{ value: 5, minValue: 1, maxValue: 6 }, true],
    [{ value: 50, uom: 'FAH' }, false],
    [{ type: 'gs1:Temperature', value: 9 }, true],
    [{ type: 'RelativeHumidity', value: 99 }, false],
    [{ value: -40 }, true]
  ] as const)('%j is an excursion: %s', (report, isExcursion) => {
    expect(flagsOf(cooled(), measured([serial(1)], report)).length > 0).toBe(isExcursion);
  });

  it('says who held the item, the extremes, and from when to when', () => {
    const ledger = cooled();
    const metadata = { startTime: '2025-12-31T22:00:00Z', endTime: '2025-12-31T23:00:00Z' };
    expect(flagsOf(ledger, measured([serial(1), serial(2)], { minValue: 4, maxValue: 11.5 }, metadata), 'beta')).toEqual([
      [0, 'FLAGGED', 'EXCURSION', serial(1), 2, 'alpha', 'Temperature', '4000000', '11500000', 'CEL',
        Date.UTC(2025, 11, 31, 22), Date.UTC(2025, 11, 31, 23)]
    ]);
    expect([ledger.kinds(serial(1)), ledger.kinds(serial(2))]).toEqual([{ EXCURSION: 1 }, { EXCURSION: 1 }]);
    expect(ledger.item(serial(1))).toMatchObject({ custodian: 'alpha', status: 'ACTIVE', disposition: '' });
  });

  it('a container answers for what is in it, and no longer when it is empty', () => {
    const ledger = cooled();
    ledger.capture('alpha', pack(pallet(1), [serial(1)]));
    expect(flagsOf(ledger, measured([pallet(1)], { value: 20 }))).toHaveLength(1);
    ledger.capture('alpha', kit.unpack(pallet(1)));
    expect(flagsOf(ledger, measured([pallet(1)], { value: 20 }))).toEqual([]);
  });

  it('looks at what the same document has packed before', () => {
    const ledger = cooled();
    const outcome = ledger.capture('alpha', pack(pallet(1), [serial(1)]), measured([pallet(1)], { value: 20 }));
    expect(outcome.detail[0]).toEqual(expect.arrayContaining([1, 'FLAGGED', 'EXCURSION', pallet(1)]));
  });

  it('looks at what comes to the front when the same document takes something out', () => {
    const ledger = cooled();
    const cases = Array.from({ length: 1000 }, (_, i) => pallet(i + 10));
    for (let i = 0; i < 1000; i += 500) ledger.capture('alpha', kit.commission(cases.slice(i, i + 500)));
    ledger.capture('alpha', pack(pallet(1), [...cases, serial(1)]));
    const [first = ''] = ledger.item(pallet(1))?.children ?? [];
    const outcome = ledger.capture('alpha', kit.unpack(pallet(1), { childEPCs: [first] }), measured([pallet(1)], { value: 20 }));
    expect(outcome.detail[0]).toEqual(expect.arrayContaining([1, 'FLAGGED', 'EXCURSION', pallet(1)]));
  });

  it('is nothing in profile open, and nothing without limits', () => {
    expect(flagsOf(cooled('open'), measured([serial(1)], { value: 20 }))).toEqual([]);
    const ledger = new TestLedger();
    ledger.capture('alpha', kit.commission([serial(1)]));
    expect(flagsOf(ledger, measured([serial(1)], { value: 20 }))).toEqual([]);
  });
});
