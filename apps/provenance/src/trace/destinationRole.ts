/** Role of a party in the query tables: `destination/possessing_party`; a place is plain `destination`. */
export const partyRole = (list: 'source' | 'destination', type: string): string =>
  type === 'location' ? list : `${list}/${type}`;

/** Who is to possess, else to own, what an event sends; '' when it names nobody. */
export function destinationOf(items: readonly { readonly role: string; readonly uri: string }[]): string {
  let owner = '';
  for (const { role, uri } of items) {
    if (role === POSSESSOR) return uri;
    if (role === OWNER && owner === '') owner = uri;
  }
  return owner;
}

const POSSESSOR = partyRole('destination', 'possessing_party');
const OWNER = partyRole('destination', 'owning_party');
