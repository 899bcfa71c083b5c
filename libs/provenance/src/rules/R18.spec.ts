import { amount, commission, createLot, lot, serial, TestLedger, transform } from '../capture/testLedger.test-kit.js';
import * as kit from '../capture/testLedger.test-kit.js';

const use = (input: number, output: number, more: object = {}, uom = 'KGM') =>
  transform({ inputQuantityList: [amount(lot('A'), input)], outputQuantityList: [amount(lot('B'), output, uom)], ...more });
const kinds = (ledger: TestLedger, event: Record<string, unknown>) =>
  ledger.capture('alpha', event).detail.map((entry) => (entry as readonly unknown[])[2]);
const stocked = (profile: 'custody' | 'pharma' | 'food' | 'open' = 'custody'): TestLedger => {
  const ledger = new TestLedger(profile);
  ledger.capture('alpha', createLot([amount(lot('A'), 1000)]), commission([serial(1)]));
  return ledger;
};
const product = (more: object) => ({ gtin: kit.gtin(), limits: [], netMass: '', yieldMin: 0, yieldMax: 0, ...more });

describe('R18: mass balance', () => {
  it.each([
    ['custody', 105, 105.000001],
    ['pharma', 101, 101.000001],
    ['food', 110, 110.000001]
  ] as const)('profile %s lets %d kg come from 100, and not a milligram more', (profile, most, more) => {
    expect(kinds(stocked(profile), use(100, most))).toEqual([]);
    expect(kinds(stocked(profile), use(100, more))).toEqual(['MASS_BALANCE']);
  });

  it('units of mass are compared with each other, others not at all', () => {
    expect(kinds(stocked(), use(1, 1050, {}, 'GRM'))).toEqual([]);
    expect(kinds(stocked(), use(1, 1051, {}, 'GRM'))).toEqual(['MASS_BALANCE']);
    expect(kinds(stocked(), use(100, 0.2, {}, 'TNE'))).toEqual(['MASS_BALANCE']);
    expect(kinds(stocked(), use(1, 500, {}, 'LTR'))).toEqual([]);
    expect(kinds(stocked(), transform({ inputEPCList: [serial(1)], outputQuantityList: [amount(lot('B'), 9)] }))).toEqual([]);
  });

  it('pounds and ounces are weighed by their legal definitions, to the last digit', () => {
    // 45.359237 kg are 100 lb; custody lets 105 lb, 1680 oz, come out.
    expect(kinds(stocked(), use(45.359237, 105, {}, 'LBR'))).toEqual([]);
    expect(kinds(stocked(), use(45.359237, 105.000001, {}, 'LBR'))).toEqual(['MASS_BALANCE']);
    expect(kinds(stocked(), use(45.359237, 1680, {}, 'ONZ'))).toEqual([]);
    expect(kinds(stocked(), use(45.359237, 1680.000001, {}, 'ONZ'))).toEqual(['MASS_BALANCE']);
    expect(stocked().capture('alpha', use(1, 3, {}, 'LBR')).detail).toEqual([
      [0, 'FLAGGED', 'MASS_BALANCE', lot('B'), 1, '1000000000', '1360777110']
    ]);
  });

  it('what no millionth of a gram can say is rounded for the one who reports', () => {
    const ledger = stocked('open');
    const batch = { transformationID: 'urn:x:r' };
    const pinch = (role: string, name: string) => ({ ...batch, [role]: [amount(lot(name), 0.000001, 'ONZ')] });
    ledger.capture('alpha', createLot([amount(lot('C'), 1, 'ONZ')]));
    ledger.capture('alpha', transform(pinch('inputQuantityList', 'C')));
    ledger.capture('alpha', transform(pinch('outputQuantityList', 'D')));
    // 28.349523125 millionths of a gram.
    expect(ledger.item('tgroup/alpha/urn:x:r')?.balances).toEqual([
      { place: 'input', uom: 'GRM', amount: 29n }, { place: 'output', uom: 'GRM', amount: 28n }
    ]);
  });

  it('pieces weigh what their maker says', () => {
    const ledger = stocked();
    ledger.operate('alpha', 'product.put', product({ netMass: '0.25' }));
    const packs = (count: number, from: number) => Array.from({ length: count }, (_, i) => serial(from + i));
    const inputQuantityList = [amount(lot('A'), 1)];
    expect(kinds(ledger, transform({ inputQuantityList, outputEPCList: packs(4, 10) }))).toEqual([]);
    expect(kinds(ledger, transform({ inputQuantityList, outputEPCList: packs(5, 20) }))).toEqual(['MASS_BALANCE']);
    const dozens = (from: number) => use(from, 1, {}, 'DZN');
    expect(kinds(ledger, dozens(3))).toEqual([]);
    expect(kinds(ledger, dozens(2.8))).toEqual(['MASS_BALANCE']);
  });

  it('a product has a yield: more or less of it is flagged, too', () => {
    const ledger = stocked();
    ledger.operate('alpha', 'product.put', product({ yieldMin: 800, yieldMax: 900 }));
    expect([75, 80, 90, 95].map((output) => kinds(ledger, use(100, output)))).toEqual([['MASS_BALANCE'], [], [], ['MASS_BALANCE']]);
  });

  it('a group is weighed as one when it is closed, in whatever order things went in and out', () => {
    const ledger = stocked();
    const batch = { transformationID: 'urn:x:b' };
    expect(kinds(ledger, transform({ ...batch, outputQuantityList: [amount(lot('B'), 100)] }))).toEqual([]);
    ledger.capture('alpha', transform({ ...batch, inputQuantityList: [amount(lot('A'), 60)] }));
    ledger.capture('alpha', transform({ ...batch, inputQuantityList: [amount(lot('A'), 30)] }));
    expect(ledger.operate('alpha', 'transformation.close', batch)).toMatchObject({
      status: 'APPLIED', detail: [['FLAGGED', 'MASS_BALANCE', 'tgroup/alpha/urn:x:b', '90000000000', '100000000000']]
    });
    expect(ledger.kinds('tgroup/alpha/urn:x:b')).toEqual({ MASS_BALANCE: 1 });
    expect(ledger.item('tgroup/alpha/urn:x:b')).toMatchObject({ status: 'INACTIVE', count: 4 });
  });
});
