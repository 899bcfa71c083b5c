import type { OrganizationConfig } from '@lading/ledger';
import type { NamedItem } from '../event/model.js';
import type { ItemKey } from '../identifiers/canonicalItem.js';
import { decodeLocation, locationKey } from '../state/locationRecord.js';
import { THIRD_PARTY_STEPS } from './steps.js';
import type { EventScope, Violation } from './rule.js';
import { inAll, modes, type RuleSheet } from './ruleSheet.js';
import { decodeTexts } from '../state/delegation.js';

export const L3: RuleSheet = {
  rule: 'L3',
  codes: {
    GCP_NOT_OWN: inAll('refuse'),
    GCP_FOREIGN: modes('off', 'off', 'refuse', 'off'),
    LOCATION_NOT_OWN: inAll('refuse')
  }
};

export interface PrefixHolder {
  readonly organization: string;
  readonly prefix: string;
}

/** Keys whose value starts with one digit before the company prefix: indicator (01), extension (00), filler (8003). */
const DIGIT_BEFORE_PREFIX: ReadonlySet<string> = new Set(['00', '01', '8003', '8006', '8026']);

/** Where the company prefix stands in an identifier, up to the end of its value; null for one outside GS1. */
function prefixed(item: ItemKey): string | null {
  const { gs1 } = item;
  if (gs1 === null) return null;
  return DIGIT_BEFORE_PREFIX.has(gs1.ai) ? gs1.value.slice(1) : gs1.value;
}

/** Whose company prefix an identifier has: the longest match at the place where the prefix stands, never within. */
export function prefixHolder(item: ItemKey, organizations: readonly OrganizationConfig[]): PrefixHolder | null {
  const digits = prefixed(item);
  let best: PrefixHolder | null = null;
  if (digits === null) return best;
  for (const { id, companyPrefixes } of organizations) {
    for (const prefix of companyPrefixes) {
      if (prefix.length > (best?.prefix.length ?? 0) && digits.startsWith(prefix)) best = { organization: id, prefix };
    }
  }
  return best;
}

/** What the holder of a prefix lets another organization do: operation `gcp.put`. */
export type Delegated = 'commission' | 'recall';
export const delegationKey = (prefix: string, organization: string): string =>
  `provenance/gcp/${prefix}/${organization}`;

/**
 * Whether an organization may act for a company prefix: its holder, or somebody whom the holder has allowed to. Design
 * rule of GS1: only the holder of a prefix gives out identifiers under it.
 */
export function actsFor(scope: Pick<EventScope, 'signer' | 'values'>, holder: PrefixHolder, what: Delegated): boolean {
  if (holder.organization === scope.signer) return true;
  const allowed = scope.values.get(delegationKey(holder.prefix, scope.signer));
  return allowed !== null && decodeTexts(allowed).includes(what);
}

/** Who brings an identifier into being: called where an item or class enters (rules R1, R2, R3). */
export function requirePrefix(scope: EventScope, item: ItemKey): Violation | null {
  if (item.gs1 === null) return null;
  const holder = prefixHolder(item, scope.context.config.organizations);
  if (holder === null) return scope.raise('GCP_FOREIGN', [item.uri]);
  return actsFor(scope, holder, 'commission') ? null : scope.raise('GCP_NOT_OWN', [item.uri], holder.organization);
}

/** Places with master data are named by their owner and its registered users; inspectors may report from anywhere. */
export function requirePlaces(scope: EventScope): Violation | null {
  const { event, signer, values } = scope;
  if (THIRD_PARTY_STEPS.has(event.bizStep)) return null;
  const own = ({ item }: NamedItem): Violation | null => {
    const value = values.get(locationKey(item.uri));
    if (value === null) return null;
    const { owner, users } = decodeLocation(value);
    return owner === signer || users.includes(signer) ? null : scope.raise('LOCATION_NOT_OWN', [item.uri], owner);
  };
  const { readPoint, bizLocation } = event;
  return (readPoint === null ? null : own(readPoint)) ?? (bizLocation === null ? null : own(bizLocation));
}
