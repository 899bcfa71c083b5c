import { encodeCbor } from '@lading/ledger';
import { array, once, stored, text } from './storedFields.js';

/** Where somebody who scans an identifier can go on: operation `link.put` (GS1-Conformant Resolver). */
export interface ItemLinkRecord {
  /** Link type of the GS1 web vocabulary without its prefix: `pip`, `instructions`, `defaultLink` … */
  readonly type: string;
  /** http or https. */
  readonly href: string;
  readonly title: string;
  /** BCP 47 tag, or ''. */
  readonly language: string;
  /** Media type, or ''. */
  readonly media: string;
}

/** Links of one identifier. */
export const LINKS = 32;

export const linkKey = (uri: string): string => `provenance/links/${uri}`;

/** CBOR [1, [[type, href, title, language, media]…]], in the order of the holder. */
export const encodeItemLinks = (links: readonly ItemLinkRecord[]): Uint8Array =>
  encodeCbor([1, links.map(({ type, href, title, language, media }) => [type, href, title, language, media])]);

export const decodeItemLinks = once((value: Uint8Array): readonly ItemLinkRecord[] => {
  const [, links] = stored(value, 2);
  return array(links).map((entry) => {
    const [type = '', href = '', title = '', language = '', media = ''] = array(entry, 5).map(text);
    return { type, href, title, language, media };
  });
});
