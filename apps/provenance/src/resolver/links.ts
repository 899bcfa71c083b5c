import { bestLanguage } from './language.js';

/** Where the resolver leads (GS1-Conformant Resolver 1.1). */
export interface ResolverLink {
  /** Of the GS1 web vocabulary, without its prefix. */
  readonly type: string;
  readonly href: string;
  readonly title: string;
  /** Media type, or ''. */
  readonly media: string;
  /** BCP 47, or ''. */
  readonly language: string;
}

export const VOCABULARY = 'https://gs1.org/voc/';
const DEFAULT = 'defaultLink';

/**
 * Links of an identifier: those of the node, made from the identifier alone (asking tells nobody what exists), and those
 * that its holder has registered, which count before them; but for the warning of recalls, which nobody covers.
 */
export function linksOf(uri: string, base: string, own: readonly ResolverLink[]): readonly ResolverLink[] {
  const id = encodeURIComponent(uri);
  const link = (type: string, path: string, title: string, media = 'application/json'): ResolverLink => {
    return { type, href: base + path, title, media, language: 'en' };
  };
  return [
    link('recallStatus', `/v1/recall-status/${id}`, 'Open recalls'),
    ...own,
    link('traceability', `/v1/trace/${id}`, 'Where it came from'),
    link('epcis', `/epcis/v2/epcs/${id}/events`, 'Its EPCIS events', 'application/ld+json')
  ];
}

const ofType = (links: readonly ResolverLink[], type: string): readonly ResolverLink[] => links.filter((link) => link.type === type);

/** Recalls come first as soon as there is one: that is how they reach whoever scans. Else what the holder wants, else the trace. */
function defaults(links: readonly ResolverLink[], isRecalled: boolean): readonly ResolverLink[] {
  if (isRecalled) return ofType(links, 'recallStatus');
  const wanted = ofType(links, DEFAULT);
  return wanted.length > 0 ? wanted : ofType(links, 'traceability');
}

export interface Asked {
  /** As in `linkType`; null: the default link. */
  readonly type: string | null;
  /** The header Accept-Language, or ''. */
  readonly languages: string;
}

/** The link that is asked for, in the language that is wanted most; undefined: there is none of that type. */
export function chosenLink(links: readonly ResolverLink[], isRecalled: boolean, { type, languages }: Asked): ResolverLink | undefined {
  const name = type === null ? DEFAULT : type.startsWith(VOCABULARY) ? type.slice(VOCABULARY.length) : type.replace(/^gs1:/, '');
  const isNamed = type === null || type.startsWith('gs1:') || type.startsWith(VOCABULARY);
  const candidates = name === DEFAULT ? defaults(links, isRecalled) : isNamed ? ofType(links, name) : [];
  return bestLanguage(candidates, languages);
}

/** RFC 9264: one context, its targets by link type; the default first. */
export function linksetOf(anchor: string, links: readonly ResolverLink[], isRecalled: boolean): object {
  const target = ({ href, title, media, language }: ResolverLink): object => ({
    href,
    ...(title === '' ? {} : { title }),
    ...(media === '' ? {} : { type: media }),
    ...(language === '' ? {} : { hreflang: [language] })
  });
  const types = [...new Set(links.map(({ type }) => type))].filter((type) => type !== DEFAULT);
  const targets = types.map((type) => [VOCABULARY + type, ofType(links, type).map(target)]);
  const first = [VOCABULARY + DEFAULT, defaults(links, isRecalled).map(target)];
  return { linkset: [{ anchor, ...Object.fromEntries([first, ...targets]) }] };
}
