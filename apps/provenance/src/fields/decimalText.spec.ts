import { decimalText } from './decimalText.js';

describe('decimal numbers in one spelling', () => {
  it.each([
    ['1.50', '1.5'],
    ['15e-1', '1.5'],
    ['150E-2', '1.5'],
    ['+1.5', '1.5'],
    ['0.015e2', '1.5'],
    ['1e3', '1000'],
    ['1.2345e2', '123.45'],
    ['-0.0', '0'],
    ['007', '7'],
    ['-5e-3', '-0.005'],
    ['0', '0']
  ])('%s is %s', (text, expected) => expect(decimalText(text)).toBe(expected));

  it.each(['', '.5', '5.', '1e100', '0x1', '1,5', ' 1', 'NaN', '1'.repeat(31)])('%s is no number to compare', (text) =>
    expect(decimalText(text)).toBeNull()
  );
});
