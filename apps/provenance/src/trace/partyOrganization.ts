import { canonicalItem, organizationOf } from '@lading/provenance';

export type Organizations = Parameters<typeof organizationOf>[1];

/** The organization of the network that a party or place belongs to, or ''. */
export function organizationOfParty(uri: string, organizations: Organizations): string {
  if (uri === '') return '';
  const item = canonicalItem(uri, 'party');
  return item.ok ? organizationOf(item.value, organizations) : '';
}
