import { amount, commission, lot, serial, TestLedger, transform } from '../capture/testLedger.test-kit.js';
import * as kit from '../capture/testLedger.test-kit.js';

const CONTEXT = { '@context': { l: 'urn:lading:epcis:' } };
const keeping = (epc: string, quantity: number | string, uom = 'KGM'): object => ({
  'l:remaining': [{ 'l:epc': epc, 'l:quantity': quantity, 'l:uom': uom }]
});
const use = (input: string, output: string, more: object = {}) =>
  transform({ ...CONTEXT, inputEPCList: [input], outputEPCList: [output], ...more });

const started = (): TestLedger => {
  const ledger = new TestLedger();
  ledger.capture('alpha', commission([serial(1)]));
  return ledger;
};

describe('R15: inputs used in part', () => {
  it('keep their life and what remains, until nothing does', () => {
    const ledger = started();
    ledger.capture('alpha', use(serial(1), serial(2), keeping(serial(1), 7.5)));
    expect(ledger.item(serial(1))).toMatchObject({ status: 'ACTIVE', remaining: { uom: 'KGM', amount: 7_500_000n } });
    ledger.capture('alpha', use(serial(1), serial(3), keeping(serial(1), '7.5')));
    expect(ledger.item(serial(1))?.status).toBe('ACTIVE');
    ledger.capture('alpha', use(serial(1), serial(4)));
    expect(ledger.item(serial(1))).toMatchObject({ status: 'CONSUMED', remaining: null });
  });

  it.each([
    ['more than before', 8, 'KGM'],
    ['another unit', 7, 'LBR']
  ] as const)('%s is REMAINING_GROWS and changes nothing', (_, quantity, uom) => {
    const ledger = started();
    ledger.capture('alpha', use(serial(1), serial(2), keeping(serial(1), 7.5)));
    const before = new Map(ledger.state);
    expect(ledger.capture('alpha', use(serial(1), serial(3), keeping(serial(1), quantity, uom))).code).toBe('REMAINING_GROWS');
    expect(ledger.state).toEqual(before);
  });

  it.each([
    ['names no input', keeping(serial(9), 1), 'FIELD_VALUE'],
    ['names one twice', { 'l:remaining': [1, 2].map((n) => ({ 'l:epc': serial(1), 'l:quantity': n, 'l:uom': '' })) }, 'LIST_DUPLICATE'],
    ['has no number', keeping(serial(1), 'much'), 'FIELD_FORMAT'],
    ['is negative', keeping(serial(1), -1), 'FIELD_FORMAT'],
    ['is no object', { 'l:remaining': 'much' }, 'FIELD_FORMAT']
  ])('a document that %s is refused', (_, more, code) => {
    expect(started().capture('alpha', use(serial(1), serial(2), more)).code).toBe(code);
  });

  it('R18 weighs what was used, not the whole', () => {
    const ledger = started();
    ledger.operate('alpha', 'product.put', { gtin: kit.gtin(), limits: [], netMass: '10', yieldMin: 0, yieldMax: 0 });
    const make = (left: number, made: number) =>
      transform({ ...CONTEXT, inputEPCList: [serial(1)], outputQuantityList: [amount(lot('B'), made)], ...keeping(serial(1), left) });
    expect(ledger.capture('alpha', make(7, 3)).detail).toEqual([]);
    expect(ledger.capture('alpha', make(5, 3)).detail).toEqual([[0, 'FLAGGED', 'MASS_BALANCE', lot('B'), 1, '2000000000', '3000000000']]);
  });

  it('a declared error on it disputes the item: what remains is not put back', () => {
    const ledger = started();
    const event = { ...use(serial(1), serial(2), keeping(serial(1), 7)), eventID: 'urn:x:part' };
    ledger.capture('alpha', event);
    const outcome = ledger.capture('alpha', { ...event, errorDeclaration: { declarationTime: '2026-06-01T00:00:00Z' } });
    expect(outcome.detail[0]).toEqual(expect.arrayContaining(['FLAGGED', 'DISPUTED']));
    expect(ledger.item(serial(1))?.remaining).toEqual({ uom: 'KGM', amount: 7_000_000n });
  });
});
