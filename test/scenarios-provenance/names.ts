import * as kit from '../../libs/provenance/src/capture/testLedger.test-kit.js';

/** Things as the scenarios name them: `serial:1`, `lot:beta:A`, `pallet:2`, `asset:CRATE`, `site:alpha:3`, `uri:urn:x:1`. */
export type Organization = kit.TestOrganization;
const ORGANIZATIONS: readonly string[] = Object.keys(kit.PREFIXES);

export function organization(word: string): Organization {
  if (!ORGANIZATIONS.includes(word)) throw new Error(`no organization is called ${word}`);
  return word as Organization;
}

export function thing(word: string): string {
  const [kind = '', ...rest] = word.split(':');
  if (kind === 'uri') return rest.join(':');
  const maker = rest.length > 1 ? organization(rest[0] ?? '') : 'alpha';
  const name = rest.at(-1) ?? '';
  if (name === '') throw new Error(`${word} names nothing`);
  switch (kind) {
    case 'serial':
      return kit.serial(name, maker);
    case 'lot':
      return kit.lot(name, maker);
    case 'pallet':
      return kit.pallet(Number(name), maker);
    case 'asset':
      return kit.asset(name, maker);
    case 'site':
      return kit.site(maker, Number(name));
    default:
      throw new Error(`${word} is nothing that a scenario knows`);
  }
}

export const party = (word: string): string =>
  word === 'outsider' ? 'https://outsider.example/party' : kit.party(organization(word));

/** `5kg:A`, `2.5kg:beta:A`, `3pcs:A`: an amount of a lot. */
export function amount(word: string): { readonly epcClass: string; readonly quantity: number; readonly uom?: string } | null {
  const [, quantity, unit, lot] = /^(\d+(?:\.\d+)?)(kg|g|pcs):(.+)$/.exec(word) ?? [];
  if (quantity === undefined || lot === undefined) return null;
  const epcClass = thing(`lot:${lot}`);
  if (unit === 'pcs') return { epcClass, quantity: Number(quantity) };
  return { epcClass, quantity: Number(quantity), uom: unit === 'kg' ? 'KGM' : 'GRM' };
}

export interface Goods {
  readonly items: readonly string[];
  readonly amounts: readonly { readonly epcClass: string; readonly quantity: number; readonly uom?: string }[];
}

/** A list in words: `serial:1 serial:2 and 5kg:A`. */
export function goods(words: string): Goods {
  const list = words.split(/[ ,]+/).filter((word) => word !== '' && word !== 'and' && word !== 'nothing');
  const amounts = list.flatMap((word) => amount(word) ?? []);
  return { items: list.filter((word) => amount(word) === null).map(thing), amounts };
}
