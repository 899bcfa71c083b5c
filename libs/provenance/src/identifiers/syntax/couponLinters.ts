import { DATE_LINTERS } from './dateLinters.js';
import { companyPrefix } from './keyLinters.js';
import type { Lint, PrefixLookup } from './lint.js';

/**
 * North American coupon codes, AI 8110 and 8112 (GS1 US, North American Coupon Application Guideline): fields whose
 * lengths stand before them. A reader goes from field to field; the first fault ends it.
 */
class Reader {
  fault: string | null = null;
  #at = 0;

  constructor(
    private readonly data: string,
    private readonly lookup: PrefixLookup | undefined
  ) {}

  get isAtEnd(): boolean {
    return this.#at >= this.data.length;
  }

  /** `size` digits, or '' after a fault. */
  digits(size: number, what: string): string {
    if (this.fault !== null) return '';
    const text = this.data.slice(this.#at, this.#at + size);
    if (text.length < size) this.fault = `${what} is cut off`;
    this.#at += size;
    return text;
  }

  /** One digit of those in `allowed`. */
  code(allowed: string, what: string): string {
    const digit = this.digits(1, what);
    if (this.fault === null && !allowed.includes(digit)) this.fault = `${what} has no value ${digit}`;
    return digit;
  }

  /** A length digit of those in `allowed`, then that many digits and `more`. */
  counted(allowed: string, more: number, what: string): string {
    return this.digits(Number(this.code(allowed, `the length of ${what}`)) + more, what);
  }

  prefix(allowed: string, what: string): void {
    const length = this.code(allowed, `the length of ${what}`);
    if (this.fault !== null || length === '9') return;
    const digits = this.digits(Number(length) + 6, what);
    this.fault ??= companyPrefix(digits, this.lookup);
  }

  date(what: string): string {
    const text = this.digits(6, what);
    this.fault ??= YYMMDD(text) === null ? null : `${what} is no date`;
    return text;
  }

  /** Skips the digit when it is the next one. */
  skips(digit: string): boolean {
    if (this.fault !== null || this.data[this.#at] !== digit) return false;
    this.#at += 1;
    return true;
  }
}

const YYMMDD: Lint = DATE_LINTERS.find(([name]) => name === 'yymmdd')?.[1] ?? (() => 'no date');

function purchase(reader: Reader, what: string): void {
  reader.counted('12345', 0, `the ${what} purchase requirement`);
  reader.code('012349', `the ${what} purchase requirement code`);
  reader.digits(3, `the ${what} purchase family code`);
}

/** Years of two digits lie within fifty years of each other. */
function isBefore(date: string, other: string): boolean {
  const years = (Number(date.slice(0, 2)) - Number(other.slice(0, 2)) + 150) % 100;
  return years === 50 ? date.slice(2) < other.slice(2) : years < 50;
}

function optionalFields(reader: Reader): void {
  if (reader.skips('1')) {
    reader.code('0123', 'the additional purchase rules code');
    purchase(reader, 'second');
    reader.prefix('01234569', 'the second purchase company prefix');
  }
  if (reader.skips('2')) {
    purchase(reader, 'third');
    reader.prefix('01234569', 'the third purchase company prefix');
  }
  const expires = reader.skips('3') ? reader.date('the expiration date') : '';
  const starts = reader.skips('4') ? reader.date('the start date') : '';
  if (reader.fault === null && expires !== '' && starts !== '' && isBefore(expires, starts)) {
    reader.fault = 'the coupon expires before it starts';
  }
  if (reader.skips('5')) reader.counted('0123456789', 6, 'the serial number');
  if (reader.skips('6')) reader.counted('1234567', 6, 'the retailer');
  if (reader.skips('9')) {
    reader.code('01256', 'the save value code');
    reader.code('012', 'the item that the save value applies to');
    reader.digits(1, 'the store coupon flag');
    reader.code('01', 'the multiply flag');
  }
}

const coupon =
  (fields: (reader: Reader) => void): Lint =>
  (data, lookup) => {
    if (!/^\d*$/.test(data)) return 'a coupon code has digits only';
    const reader = new Reader(data, lookup);
    fields(reader);
    return reader.fault ?? (reader.isAtEnd ? null : 'the coupon code is too long');
  };

export const COUPON_LINTERS: readonly (readonly [string, Lint])[] = [
  [
    'couponcode',
    coupon((reader) => {
      reader.prefix('0123456', 'the company prefix');
      reader.digits(6, 'the offer code');
      reader.counted('12345', 0, 'the save value');
      purchase(reader, 'first');
      optionalFields(reader);
    })
  ],
  [
    'couponposoffer',
    coupon((reader) => {
      reader.code('01', 'the coupon format');
      reader.prefix('0123456', 'the funder');
      reader.digits(6, 'the offer code');
      reader.counted('0123456789', 6, 'the serial number');
    })
  ]
];
