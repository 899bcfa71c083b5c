import {
  digitalLinkOf, formatAiMessage, parseAiBrackets, parseAiMessage, readDigitalLink, readScan, writeScan,
  type AiElement, type PrintedSymbol, type Scan, type SymbolContent
} from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { casesOf, counted } from './vectors.js';

interface ParseCase {
  readonly input: string;
  readonly valid: boolean;
  readonly expected: string | null;
  readonly options: readonly string[];
}

interface LinkCase {
  readonly valid: boolean;
  readonly stem: string | null;
  readonly aiData: string;
  readonly expected: string | null;
}

interface ScanCase {
  readonly test: string;
  readonly scanData?: string;
  readonly dataStr?: string;
  readonly valid?: boolean;
  readonly symbology: string;
  readonly expected: string | null;
}

/** The vectors write FNC1 as "^", and one more backslash before a "^" that is data. */
const caret = (elements: readonly AiElement[]): string => formatAiMessage(elements).replaceAll('\x1d', '^');
const escaped = (text: string): string => (/^\\*\^/.test(text) ? `\\${text}` : text);

/** The text that the vectors give for what was read. */
function textOf({ symbology, elements, text, composite }: Scan): string {
  const isMessage = elements !== null && !/^(?:EAN|https?:)/i.test(symbology.startsWith('EAN') ? symbology : text);
  const first = isMessage ? caret(elements) : escaped(text);
  return composite.length === 0 ? first : `${first}|${caret(composite)}`;
}

function contentOf(dataStr: string): { content: SymbolContent; composite: readonly AiElement[] } {
  const message = (text: string): readonly AiElement[] => {
    const parsed = parseAiMessage(text.replaceAll('^', '\x1d'));
    if (!parsed.ok) throw new Error(`${text}: ${parsed.detail}`);
    return parsed.value;
  };
  const isElements = dataStr.startsWith('^');
  const [first = '', second] = /^(?:\^|\d+\|\^)/.test(dataStr) ? dataStr.split('|', 2) : [dataStr];
  const text = /^\\+\^/.test(first) ? first.slice(1) : first;
  return {
    content: isElements ? { elements: message(first), text: '' } : { elements: null, text },
    composite: second === undefined ? [] : message(second)
  };
}

const SYMBOLS: Readonly<Record<string, PrintedSymbol>> = {
  QR: 'QR Code', DM: 'Data Matrix', DotCode: 'DotCode', DataBarExpanded: 'GS1 DataBar', DataBarOmni: 'GS1 DataBar',
  DataBarLimited: 'GS1 DataBar Limited', GS1_128_CCA: 'GS1-128', GS1_128_CCC: 'GS1-128', UPCA: 'UPC-A', UPCE: 'UPC-E',
  EAN13: 'EAN-13', EAN8: 'EAN-8'
};

describeWithData('scans and Digital Links', () => {
  it('every Digital Link of the vectors is read or refused as upstream', () => {
    const rows = casesOf<ParseCase>('gs1-engine-parse-dl-uri');
    const wrong = rows.flatMap(({ input, valid, expected, options }) => {
      const read = readDigitalLink(input, {
        aliases: options.includes('permitConvenienceAlphas'),
        shortGtins: options.includes('permitZeroSuppressedGTINinDLuris'),
        unknownAttributes: options.some((option) => option.includes('UNKNOWN_AI_NOT_DL_ATTR=false'))
      });
      const text = read.ok ? caret(read.value) : null;
      return read.ok === valid && (!valid || text === expected) ? [] : [[input, text, expected, read.ok || read.detail]];
    });
    expect(wrong).toEqual([]);
    counted('Digital Link URIs read', rows.length, wrong.length);
    expect(rows).toHaveLength(68);
  });

  it('every list of elements becomes the Digital Link of the vectors, or none', () => {
    const rows = casesOf<LinkCase>('gs1-engine-generate-dl-uri');
    const wrong = rows.flatMap(({ valid, stem, aiData, expected }) => {
      const elements = parseAiBrackets(aiData);
      const link = elements.ok ? digitalLinkOf(elements.value, stem ?? undefined) : elements;
      return link.ok === valid && (!valid || (link.ok && link.value === expected)) ? [] : [[aiData, link]];
    });
    expect(wrong).toEqual([]);
    counted('Digital Link URIs written', rows.length, wrong.length);
    expect(rows).toHaveLength(16);
  });

  it('every scan is read, and every symbol transmitted, as upstream', () => {
    const rows = casesOf<ScanCase>('gs1-engine-scan-data');
    const wrong = rows.flatMap((row) => {
      if (row.test === 'generateScanData') {
        const symbol = SYMBOLS[row.symbology];
        const { content, composite } = contentOf(row.dataStr ?? '');
        const scan = symbol === undefined ? null : writeScan(symbol, content, composite);
        const text = scan !== null && scan.ok ? scan.value : null;
        return text === row.expected ? [] : [[row.symbology, row.dataStr, text, row.expected]];
      }
      const scan = readScan(row.scanData ?? '');
      const text = scan.ok ? textOf(scan.value) : null;
      return scan.ok === row.valid && text === row.expected ? [] : [[row.scanData, text, row.expected]];
    });
    expect(wrong).toEqual([]);
    counted('scans', rows.length, wrong.length);
    expect(rows).toHaveLength(57);
  });
});
