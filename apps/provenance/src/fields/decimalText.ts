const DECIMAL = /^([+-]?)([0-9]{1,30})(?:\.([0-9]{1,30}))?(?:[eE]([+-]?[0-9]{1,2}))?$/;

/** One text for every spelling of a decimal number (`1.50`, `15e-1` → `1.5`), or null for what is none. */
export function decimalText(text: string): string | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = digits.padStart(digits.length - Math.min(0, point), '0').padEnd(Math.max(point, 0), '0');
  const split = Math.max(point, 0);
  const integer = padded.slice(0, split).replace(/^0+/, '');
  const rest = padded.slice(split).replace(/0+$/, '');
  const number = `${integer === '' ? '0' : integer}${rest === '' ? '' : `.${rest}`}`;
  return sign === '-' && number !== '0' ? `-${number}` : number;
}
