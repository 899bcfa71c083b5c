import { cbvWord, gs1Word } from '../words.js';

/** Spelling of CBV values in XML (header GS1-CBV-XML-Format). `Original`: URIs as they are, bare words as web URIs. */
export type CbvXmlFormat = 'Web_URI' | 'URN' | 'Original';

/** Kinds of CBV values: as web URIs, and as URNs. */
const KINDS = { bizStep: ['BizStep', 'bizstep'], disposition: ['Disp', 'disp'], transaction: ['BTT', 'btt'], party: ['SDT', 'sdt'],
  reason: ['ER', 'er'] } as const;
export type CbvKind = keyof typeof KINDS;

const isWord = (text: string): boolean => /^\w+$/.test(text);

/** A CBV value as XML has it; URIs of one's own stay. */
export function cbvUri(value: string, kind: CbvKind, format: CbvXmlFormat): string {
  const word = format === 'Original' ? value : cbvWord(value);
  if (!isWord(word)) return value;
  const [web, urn] = KINDS[kind];
  return format === 'URN' ? `urn:epcglobal:cbv:${urn}:${word}` : `https://ref.gs1.org/cbv/${web}-${word}`;
}

/** Measurement types and sensor alerts of the GS1 web vocabulary. */
export function gs1Uri(value: string): string {
  const word = gs1Word(value);
  return isWord(word) ? `https://gs1.org/voc/${word}` : value;
}

export function componentUri(value: string): string {
  const word = cbvWord(value);
  return isWord(word) ? `https://ref.gs1.org/cbv/Comp-${word}` : value;
}
