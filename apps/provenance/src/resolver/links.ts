/** What the resolver leads to (GS1-Conformant Resolver 1.1). Made from the identifier alone: asking tells nobody what exists. */
export interface ResolverLink {
  /** Of the GS1 web vocabulary, without its prefix. */
  readonly type: 'traceability' | 'epcis' | 'recallStatus';
  readonly path: string;
  readonly title: string;
  readonly media: string;
}

export const VOCABULARY = 'https://gs1.org/voc/';

/** Recalls come first as soon as there is one: that is how they reach whoever scans the label. */
export function linksOf(uri: string, isRecalled: boolean): readonly ResolverLink[] {
  const id = encodeURIComponent(uri);
  const json = 'application/json';
  const recall: ResolverLink = { type: 'recallStatus', path: `/v1/recall-status/${id}`, title: 'Open recalls', media: json };
  const others: readonly ResolverLink[] = [
    { type: 'traceability', path: `/v1/trace/${id}`, title: 'Where it came from', media: json },
    { type: 'epcis', path: `/epcis/v2/epcs/${id}/events`, title: 'Its EPCIS events', media: 'application/ld+json' }
  ];
  return isRecalled ? [recall, ...others] : [...others, recall];
}

/** The link that `linkType` asks for; the first is the default. undefined: there is none of that type. */
export function chosenLink(links: readonly ResolverLink[], asked: string | null): ResolverLink | undefined {
  if (asked === null || asked === 'gs1:defaultLink' || asked === `${VOCABULARY}defaultLink`) return links[0];
  return links.find(({ type }) => asked === `gs1:${type}` || asked === VOCABULARY + type);
}

/** RFC 9264. */
export function linksetOf(anchor: string, base: string, links: readonly ResolverLink[]): object {
  const target = ({ path, title, media }: ResolverLink): object => ({ href: base + path, title, type: media, hreflang: ['en'] });
  const [first] = links;
  const own = links.map((link) => [VOCABULARY + link.type, [target(link)]]);
  const standard = first === undefined ? [] : [[`${VOCABULARY}defaultLink`, [target(first)]]];
  return { linkset: [{ anchor, ...Object.fromEntries([...standard, ...own]) }] };
}
