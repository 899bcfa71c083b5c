import { ok, reject, type Result } from '@lading/kernel';
import { checkDigit, hasCheckDigit } from '../checkDigit.js';
import { formatAiMessage, type AiElement } from './aiElements.js';
import type { Symbology } from './scan.js';

/** What a scanner would transmit for a symbol: the check that a printed label says what was meant. */

/** A symbol's content: elements, or digits and text of its own. */
export interface SymbolContent {
  readonly elements: readonly AiElement[] | null;
  readonly text: string;
}

export type PrintedSymbol = Symbology | 'UPC-A' | 'UPC-E' | 'GS1 DataBar Limited';

const FREE: ReadonlyMap<PrintedSymbol, readonly [free: string, elements: string]> = new Map([
  ['QR Code', [']Q1', ']Q3']],
  ['Data Matrix', [']d1', ']d2']],
  ['DotCode', [']J0', ']J1']]
]);

/** Digits of the symbol and of what is transmitted. */
const RETAIL: ReadonlyMap<PrintedSymbol, readonly [digits: number, sent: number, id: string]> = new Map([
  ['EAN-13', [13, 13, ']E0']],
  ['UPC-A', [12, 13, ']E0']],
  ['UPC-E', [12, 13, ']E0']],
  ['EAN-8', [8, 8, ']E4']]
]);

const fault = (symbol: PrintedSymbol) => reject('SCAN_SYNTAX', `${symbol} cannot hold this`);

/** The GTIN of a content as `digits` digits; a check digit that was left out is added. */
function gtinOf({ elements, text }: SymbolContent, digits: number): string | null {
  const gtin = elements === null ? text : elements.length === 1 && elements[0]?.ai === '01' ? elements[0].value : '';
  if (!/^\d+$/.test(gtin)) return null;
  const whole = gtin.length === digits - 1 ? gtin + checkDigit(gtin) : gtin;
  if (!hasCheckDigit(whole) || /[^0]/.test(whole.slice(0, -digits))) return null;
  return whole.length < digits ? null : whole.slice(-digits);
}

/** Elements of both parts in one message; a separator stands between where the last length is open. */
function joined(first: readonly AiElement[], second: readonly AiElement[]): string {
  return formatAiMessage([...first, ...second]).slice(1);
}

/** Scan data of a symbol, with those of the two-dimensional part of a composite symbol. */
export function writeScan(
  symbol: PrintedSymbol,
  content: SymbolContent,
  composite: readonly AiElement[] = []
): Result<string, 'SCAN_SYNTAX'> {
  const retail = RETAIL.get(symbol);
  if (retail !== undefined) {
    const gtin = gtinOf(content, retail[0]);
    const second = composite.length === 0 ? '' : `|]e0${formatAiMessage(composite).slice(1)}`;
    return gtin === null ? fault(symbol) : ok(retail[2] + gtin.padStart(retail[1], '0') + second);
  }
  const free = FREE.get(symbol);
  if (free !== undefined) {
    return ok(content.elements === null ? free[0] + content.text : free[1] + joined(content.elements, composite));
  }
  if (symbol === 'GS1 DataBar Limited' || (symbol === 'GS1 DataBar' && content.elements === null)) {
    const gtin = gtinOf(content, 14);
    // DataBar Limited holds GTINs whose indicator is 0 or 1.
    if (gtin === null || (symbol === 'GS1 DataBar Limited' && gtin > '2')) return fault(symbol);
    return ok(`]e0${joined([{ ai: '01', value: gtin }], composite)}`);
  }
  if (content.elements === null) return fault(symbol);
  // A composite symbol is transmitted as one element string, whatever carries its linear part.
  const id = symbol === 'GS1-128' && composite.length === 0 ? ']C1' : ']e0';
  return ok(id + joined(content.elements, composite));
}
