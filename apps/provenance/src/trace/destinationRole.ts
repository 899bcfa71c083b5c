/** Role of a party in the query tables: `destination/possessing_party`; a place is plain `destination`. */
export const partyRole = (list: 'source' | 'destination', type: string): string =>
  type === 'location' ? list : `${list}/${type}`;

/** Who is to possess, else to own, what an event sends; '' when it names nobody. */
export function destinationOf(items: readonly { readonly role: string; readonly item: string }[]): string {
  const named = (type: string): string | undefined =>
    items.find(({ role }) => role === partyRole('destination', type))?.item;
  return named('possessing_party') ?? named('owning_party') ?? '';
}
