/** The GS1 check digit: weights 3, 1, 3… from the right (GS1 General Specifications §7.9). */
export function checkDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const weight = (digits.length - i) % 2 === 1 ? 3 : 1;
    sum += weight * (digits.charCodeAt(i) - 48);
  }
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit of an all-digit text is the check digit of the others. */
export function hasCheckDigit(digits: string): boolean {
  return checkDigit(digits.slice(0, -1)) === digits.slice(-1);
}
