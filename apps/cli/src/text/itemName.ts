import { safeText } from './safe.js';

/** How people call a thing: the last part of its identifier, and what kind of thing it is. */
export interface ItemName {
  /** LOT-7F3 */
  readonly short: string;
  /** lot of 09520003000010 */
  readonly kind: string;
}

const part = (text: string): string => {
  try {
    return safeText(decodeURIComponent(text));
  } catch {
    return safeText(text);
  }
};

const FORMS: readonly (readonly [form: RegExp, name: (found: RegExpExecArray) => ItemName])[] = [
  [/\/01\/(\d{14})\/10\/([^/?#]+)$/, ([, gtin = '', lot = '']) => ({ short: part(lot), kind: `lot of ${gtin}` })],
  [
    /\/01\/(\d{14})(?:\/10\/[^/?#]+)?\/21\/([^/?#]+)$/,
    ([, gtin = '', serial = '']) => ({ short: part(serial), kind: `unit of ${gtin}` })
  ],
  [/\/01\/(\d{14})$/, ([, gtin = '']) => ({ short: gtin, kind: 'product' })],
  [/\/00\/(\d{18})$/, ([, sscc = '']) => ({ short: sscc, kind: 'logistic unit' })],
  [
    /\/414\/(\d{13})(?:\/254\/([^/?#]+))?$/,
    ([, gln = '', more]) => ({ short: more === undefined ? gln : `${gln}/${part(more)}`, kind: 'place' })
  ],
  [/\/417\/(\d{13})$/, ([, gln = '']) => ({ short: gln, kind: 'party' })],
  [/\/(?:8003|8004)\/([^/?#]+)$/, ([, asset = '']) => ({ short: part(asset), kind: 'asset' })],
  [/^tgroup\/[^/]+\/(.+)$/, ([, id = '']) => ({ short: part(id), kind: 'transformation' })]
];

/** The name of a canonical item URI; of other URIs, themselves. */
export function itemName(uri: string): ItemName {
  for (const [form, name] of FORMS) {
    const found = form.exec(uri);
    if (found !== null) return name(found);
  }
  return { short: safeText(uri), kind: '' };
}
