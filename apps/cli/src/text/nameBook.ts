import type { EpochConfig } from '@lading/ledger';
import { itemName } from './itemName.js';
import { safeText } from './safe.js';

/** Names of organizations, and of the places and parties that carry their numbers. */
export class NameBook {
  readonly #names: ReadonlyMap<string, string>;
  readonly #parties: readonly { readonly prefix: string; readonly gln: string; readonly name: string }[];

  constructor(config: EpochConfig) {
    this.#names = new Map(config.organizations.map(({ id, name }) => [id, safeText(name)]));
    this.#parties = config.organizations.flatMap(({ gln, companyPrefixes, name }) =>
      (companyPrefixes.length === 0 ? [''] : companyPrefixes).map((prefix) => ({ prefix, gln, name: safeText(name) }))
    );
  }

  organization(id: string): string {
    return this.#names.get(id) ?? safeText(id);
  }

  /** The organization whose number, or whose company prefix, a party has; else the number. */
  party(uri: string): string {
    const gln = /\/41[47]\/(\d{13})/.exec(uri)?.[1] ?? '';
    const known = this.#parties.find(
      (one) => gln !== '' && (one.gln === gln || (one.prefix !== '' && gln.startsWith(one.prefix)))
    );
    return known?.name ?? itemName(uri).short;
  }
}
