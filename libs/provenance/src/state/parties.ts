import type { OrganizationConfig } from '@lading/ledger';
import type { ItemKey } from '../identifiers/canonicalItem.js';
import type { Party } from '../event/model.js';

/**
 * The organization that a PGLN or SGLN belongs to: its own GLN first, then the longest company prefix. '' means a party
 * outside the network.
 */
export function organizationOf(item: ItemKey, organizations: readonly OrganizationConfig[]): string {
  const { gs1 } = item;
  if (gs1 === null || (gs1.ai !== '417' && gs1.ai !== '414')) return '';
  const own = organizations.find((organization) => organization.gln !== '' && organization.gln === gs1.value);
  if (own !== undefined) return own.id;
  let best = '';
  let length = 0;
  for (const organization of organizations) {
    for (const prefix of organization.companyPrefixes) {
      if (prefix.length <= length || !gs1.value.startsWith(prefix)) continue;
      best = organization.id;
      length = prefix.length;
    }
  }
  return best;
}

/** Who takes possession and who takes ownership by a source or destination list; null where none is named. */
export interface NamedParties {
  readonly possessor: string | null;
  readonly owner: string | null;
}

interface Found extends NamedParties {
  readonly organizations: readonly OrganizationConfig[];
}

/** Rules ask with every item of an event, and its lists may be as long as the payload. */
const FOUND = new WeakMap<readonly Party[], Found>();

export function namedParties(list: readonly Party[], organizations: readonly OrganizationConfig[]): NamedParties {
  const known = FOUND.get(list);
  if (known?.organizations === organizations) return known;
  const find = (type: string): string | null => {
    const party = list.find((entry) => entry.type === type);
    return party === undefined ? null : organizationOf(party.item, organizations);
  };
  const found = { possessor: find('possessing_party'), owner: find('owning_party'), organizations };
  FOUND.set(list, found);
  return found;
}
