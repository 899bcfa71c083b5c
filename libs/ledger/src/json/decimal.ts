import type { Result } from '@lading/kernel';
import { ok, reject } from '@lading/kernel';

/** Quantities are integers of millionths: sums and comparisons are exact on every machine. */
export const QUANTITY_SCALE = 1_000_000n;

const QUANTITY = /^(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,6}))?$/;

/**
 * A quantity's lexeme (spec/encoding.md §3.5): no exponent, at most 15 digits before and 6 after the point, as an
 * integer of millionths. The sign is read; whether a negative quantity makes sense is the caller's rule.
 */
export function parseQuantity(lexeme: string): Result<bigint, 'NUMBER_RANGE'> {
  const match = QUANTITY.exec(lexeme);
  if (match === null) {
    return reject('NUMBER_RANGE', 'a quantity has at most 15 digits before and 6 after the point, and no exponent');
  }
  const [, sign = '', whole = '', fraction = ''] = match;
  const millionths = BigInt(whole) * QUANTITY_SCALE + BigInt(fraction.padEnd(6, '0'));
  return ok(sign === '-' ? -millionths : millionths);
}

/** The shortest lexeme of a quantity: no trailing zeros, no point without a fraction, no negative zero. */
export function formatQuantity(millionths: bigint): string {
  const size = millionths < 0n ? -millionths : millionths;
  const fraction = (size % QUANTITY_SCALE).toString().padStart(6, '0').replace(/0+$/, '');
  const whole = (size / QUANTITY_SCALE).toString();
  return `${millionths < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
