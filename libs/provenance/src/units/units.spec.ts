import { decimalText, GRAM, toldIn, unitOf } from './units.js';

const ONE = 1_000_000n;
/** The amounts, given in millionths of their units, added and told. */
function total(...amounts: readonly (readonly [bigint, string])[]): string {
  const [first] = amounts;
  const { uom, digits, divisor } = toldIn(unitOf(first?.[1] ?? '').dimension, new Set(amounts.map(([, unit]) => unit)));
  const sum = amounts.reduce((all, [amount, unit]) => all + amount * unitOf(unit).parts, 0n);
  expect(sum % divisor).toBe(0n);
  return `${decimalText(sum / divisor, digits)} ${uom}`.trim();
}

describe('units of UN/CEFACT Recommendation 20', () => {
  it.each([
    ['0.45359237 KGM', [[ONE, 'LBR'], [0n, 'KGM']]],
    ['1 KGM', [[ONE / 2n, 'KGM'], [500n * ONE, 'GRM']]],
    ['0 KGM', [[16n * ONE, 'ONZ'], [-ONE, 'LBR']]],
    ['0 KGM', [[2000n * ONE, 'LBR'], [-ONE, 'STN']]],
    ['0 KGM', [[2240n * ONE, 'LBR'], [-ONE, 'LTN']]],
    ['0 KGM', [[7000n * ONE, 'GRN'], [-ONE, 'LBR']]],
    ['0 KGM', [[14n * ONE, 'LBR'], [-ONE, 'STI']]],
    ['0 KGM', [[12n * ONE, 'APZ'], [-ONE, 'LBT']]],
    ['0 KGM', [[20n * ONE, 'DWT'], [-ONE, 'APZ']]],
    ['0 KGM', [[5n * ONE, 'CTM'], [-ONE, 'GRM']]],
    ['0 KGM', [[100n * ONE, 'LBR'], [-ONE, 'CWA']]],
    ['0 KGM', [[112n * ONE, 'LBR'], [-ONE, 'CWI']]],
    ['0 LTR', [[231n * ONE, 'INQ'], [-ONE, 'GLL']]],
    ['0 LTR', [[128n * ONE, 'OZA'], [-ONE, 'GLL']]],
    ['0 LTR', [[160n * ONE, 'OZI'], [-ONE, 'GLI']]],
    ['0 LTR', [[42n * ONE, 'GLL'], [-ONE, 'BLL']]],
    ['0 LTR', [[32n * ONE, 'GIA'], [-ONE, 'GLL']]],
    ['0 LTR', [[32n * ONE, 'GII'], [-ONE, 'GLI']]],
    ['0 LTR', [[8n * ONE, 'GLI'], [-ONE, 'BUI']]],
    ['0 LTR', [[2150_420_000n, 'INQ'], [-ONE, 'BUA']]],
    ['0 LTR', [[64n * ONE, 'PTD'], [-ONE, 'BUA']]],
    ['0 LTR', [[32n * ONE, 'QTD'], [-ONE, 'BUA']]],
    ['0 LTR', [[1728n * ONE, 'INQ'], [-ONE, 'FTQ']]],
    ['0 LTR', [[27n * ONE, 'FTQ'], [-ONE, 'YDQ']]],
    ['1000.001 LTR', [[ONE, 'MTQ'], [ONE, 'MLT']]],
    ['15', [[ONE, 'DZN'], [3n * ONE, '']]],
    ['0', [[12n * ONE, 'GRO'], [-ONE, 'GGR']]],
    ['0', [[12n * ONE, 'PR'], [-ONE, 'DPR']]]
  ] as const)('are converted exactly: %s', (expected, amounts) => {
    expect(total(...(amounts as readonly (readonly [bigint, string])[]))).toBe(expected);
  });

  it('keeps the unit that everything was told in, to the last of its six digits', () => {
    expect(total([1n, 'LBR'], [2n, 'LBR'])).toBe('0.000003 LBR');
    expect(total([ONE, 'XBX'], [ONE, 'XBX'])).toBe('2 XBX');
  });

  it('gives mass, volume, pieces and every code that it does not know a dimension of its own', () => {
    const dimensions = ['KGM', 'LTR', '', 'XBX', 'MTR'].map((uom) => unitOf(uom).dimension);
    expect(new Set(dimensions).size).toBe(5);
    expect(unitOf('toString').dimension).toBe('unit:toString');
  });

  it('a gram is as many parts as the table has it', () => {
    expect([unitOf('GRM').parts, unitOf('KGM').parts]).toEqual([GRAM, 1000n * GRAM]);
  });

  it('writes negative numbers and those without digits behind the point', () => {
    const texts = [decimalText(-1n, 6), decimalText(-1_500_000n, 6), decimalText(0n, 6), decimalText(7n, 0)];
    expect(texts).toEqual(['-0.000001', '-1.5', '0', '7']);
  });
});
