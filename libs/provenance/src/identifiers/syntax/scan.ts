import { ok, reject, type Result } from '@lading/kernel';
import { hasCheckDigit } from '../checkDigit.js';
import { canonicalItem } from '../canonicalItem.js';
import { GROUP_SEPARATOR, parseAiBrackets, parseAiMessage, SCAN_LIMIT, type AiElement } from './aiElements.js';
import { digitalLinkOf, readDigitalLink, type DigitalLinkFault } from './digitalLinkElements.js';
import { aiEntry } from './aiDictionary.js';

/** What a barcode scanner transmits: an AIM symbology identifier (ISO/IEC 15424) and the data. */

export type ScanFault = DigitalLinkFault | 'SCAN_SYNTAX';

export type Symbology = 'GS1-128' | 'GS1 DataBar' | 'EAN-13' | 'EAN-8' | 'Data Matrix' | 'QR Code' | 'DotCode';

export interface Scan {
  readonly symbology: Symbology;
  /** Elements of an element string, a GTIN symbol or a Digital Link; null for data of other kinds. */
  readonly elements: readonly AiElement[] | null;
  /** The data without its symbology identifier, that of a composite component left out. */
  readonly text: string;
  /** Elements of the two-dimensional part of a composite symbol; empty when there is none. */
  readonly composite: readonly AiElement[];
}

type Kind = 'elements' | 'free' | 'gtin13' | 'gtin8';

const SYMBOLOGIES: ReadonlyMap<string, readonly [Symbology, Kind]> = new Map<string, readonly [Symbology, Kind]>([
  [']C1', ['GS1-128', 'elements']],
  [']e0', ['GS1 DataBar', 'elements']],
  [']d2', ['Data Matrix', 'elements']],
  [']Q3', ['QR Code', 'elements']],
  [']J1', ['DotCode', 'elements']],
  [']d1', ['Data Matrix', 'free']],
  [']Q1', ['QR Code', 'free']],
  [']J0', ['DotCode', 'free']],
  [']E0', ['EAN-13', 'gtin13']],
  [']E4', ['EAN-8', 'gtin8']]
]);

/** Between the linear part of a composite symbol and its two-dimensional part. */
const COMPOSITE = '|]e0';

function gtinSymbol(symbology: Symbology, digits: number, data: string): Result<Scan, ScanFault> {
  const [gtin = '', composite] = data.split(COMPOSITE, 2);
  if (!/^\d+$/.test(gtin) || gtin.length !== digits || !hasCheckDigit(gtin)) {
    return reject('SCAN_SYNTAX', `${symbology} holds ${digits} digits with a right check digit`);
  }
  const elements = [{ ai: '01', value: gtin.padStart(14, '0') }];
  if (composite === undefined) return ok({ symbology, elements, text: gtin, composite: [] });
  const second = parseAiMessage(GROUP_SEPARATOR + composite);
  return second.ok ? ok({ symbology, elements, text: gtin, composite: second.value }) : second;
}

function freeSymbol(symbology: Symbology, text: string): Result<Scan, ScanFault> {
  if (!/^https?:\/\//i.test(text)) return ok({ symbology, elements: null, text, composite: [] });
  const link = readDigitalLink(text);
  return link.ok ? ok({ symbology, elements: link.value, text, composite: [] }) : link;
}

/** Reads scan data that begin with a symbology identifier. */
export function readScan(scan: string): Result<Scan, ScanFault> {
  if (scan.length > SCAN_LIMIT) return reject('SCAN_SYNTAX', `more than ${SCAN_LIMIT} characters`);
  const known = SYMBOLOGIES.get(scan.slice(0, 3));
  if (known === undefined) return reject('SCAN_SYNTAX', 'no symbology identifier of a GS1 symbol (]C1, ]d2, ]Q3, ]e0 …)');
  const [symbology, kind] = known;
  const data = scan.slice(3);
  if (kind === 'gtin13') return gtinSymbol(symbology, 13, data);
  if (kind === 'gtin8') return gtinSymbol(symbology, 8, data);
  if (kind === 'free') return freeSymbol(symbology, data);
  const elements = parseAiMessage(GROUP_SEPARATOR + data);
  return elements.ok ? ok({ symbology, elements: elements.value, text: data, composite: [] }) : elements;
}

/** Elements of anything that people and scanners bring: scan data, element strings of either form, Digital Links. */
export function readElements(text: string): Result<readonly AiElement[], ScanFault> {
  if (/^https?:\/\//i.test(text)) return readDigitalLink(text);
  if (text.startsWith('(')) return parseAiBrackets(text);
  if (text.startsWith(GROUP_SEPARATOR)) return parseAiMessage(text);
  const scan = readScan(text);
  if (!scan.ok) return scan;
  const { elements, composite } = scan.value;
  return elements === null ? reject('SCAN_SYNTAX', 'the symbol holds no GS1 data') : ok([...elements, ...composite]);
}

/** The canonical URI of the finest thing that a scan names. */
export function scanUri(text: string): Result<string, ScanFault | 'ID_SYNTAX' | 'ID_CHECK_DIGIT'> {
  const elements = readElements(text.trim());
  if (!elements.ok) return elements;
  // Attributes do not make another thing; qualifiers, which may not stand in a query, do.
  const key = elements.value.find(({ ai }) => (aiEntry(ai)?.qualifiers ?? null) !== null);
  if (key === undefined) return reject('SCAN_SYNTAX', 'the scan holds no identification key');
  const sequences = aiEntry(key.ai)?.qualifiers ?? [];
  const named = elements.value.filter(({ ai }) => ai === key.ai || sequences.some((sequence) => sequence.includes(ai)));
  const link = digitalLinkOf(named);
  if (!link.ok) return link;
  const item = canonicalItem(link.value, 'instance');
  return item.ok ? ok(item.value.uri) : item;
}
