import { ok, reject, type Result } from '@lading/kernel';
import { parseDigitalLink } from './digitalLink.js';
import { parseEpcUrn } from './epcUrn.js';
import type { Gs1Id, IdentifierFault } from './gs1Id.js';
import { normaliseEscapes } from './percent.js';
import { RecentMap } from './recentMap.js';

/** What kind of thing an item is; for identifiers outside GS1 the place in the event decides. */
export type ItemKind = 'instance' | 'class' | 'place' | 'party' | 'group';

/** Bytes of a canonical URI at most: it becomes part of a state key. */
export const ITEM_URI_LIMIT = 1024;

/** A thing with a chain in state. `uri` is canonical; two texts of one thing have one `key`. */
export interface ItemKey {
  readonly uri: string;
  readonly kind: ItemKind;
  /** `provenance/item/<uri>`. */
  readonly key: string;
  /** Canonical URI of the lot that was named beside a serial, or ''. */
  readonly lot: string;
  readonly gs1: Gs1Id | null;
}

export const itemStateKey = (uri: string): string => `provenance/item/${uri}`;

/** GS1 identity of a URI in any of its forms, or null for an opaque one. */
export function parseGs1(uri: string): Result<Gs1Id | null, IdentifierFault> {
  return /^urn:/i.test(uri) ? parseEpcUrn(uri) : parseDigitalLink(uri);
}

/**
 * Canonical key of an absolute URI. GS1 identifiers become canonical Digital Links and say themselves what they are;
 * every other absolute URI is kept, with scheme and host in lower case and one form of escapes.
 */
export function canonicalItem(text: string, role: ItemKind): Result<ItemKey, IdentifierFault> {
  const place = placeOf(text);
  const last = LAST[place];
  if (last !== undefined && last.text === text) return last.item;
  const item = KNOWN.get(text) ?? readItem(text, role);
  if (item.ok && item.value.gs1 !== null && text.length <= KNOWN_CHARACTERS) {
    KNOWN.set(text, item);
    LAST[place] = { text, item };
  }
  return item;
}

interface Known {
  readonly text: string;
  readonly item: Result<ItemKey, IdentifierFault>;
}

/** The very last ones: the reader of an event and its hash ask for the same few one after the other. */
const LAST: (Known | undefined)[] = new Array<Known | undefined>(256).fill(undefined);

/** Identifiers differ at their ends. */
const placeOf = (text: string): number => {
  const end = text.length - 1;
  return (text.charCodeAt(end) + 7 * text.charCodeAt(end - 1) + 53 * text.charCodeAt(end - 2) + 11 * end) & (LAST.length - 1);
};

/** GS1 identifiers read last: events of a document name the same things again, and the event hash reads each once more. */
const KNOWN = new RecentMap<string, Result<ItemKey, IdentifierFault>>(8192);
const KNOWN_CHARACTERS = 128;

function readItem(text: string, role: ItemKind): Result<ItemKey, IdentifierFault> {
  // First of all one form of escapes: else `%30%31` would hide a key from the reader below and show it afterwards.
  const uri = normaliseEscapes(text);
  const parsed = parseGs1(uri);
  if (!parsed.ok) return parsed;
  const id = parsed.value;
  const canonical = id === null ? canonicalOpaque(uri) : id.uri;
  if (canonical.length > ITEM_URI_LIMIT) return reject('ID_SYNTAX', `longer than ${ITEM_URI_LIMIT} characters`);
  const lot = id === null || id.lot === '' ? '' : lotUri(id);
  return ok({ uri: canonical, kind: id === null ? role : id.level, key: itemStateKey(canonical), lot, gs1: id });
}

/** As {@link canonicalItem}, for questions from people: null instead of a fault, and for texts that are no absolute URI. */
export function canonicalUri(uri: string): string | null {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(uri)) return null;
  const item = canonicalItem(uri, 'instance');
  return item.ok ? item.value.uri : null;
}

function canonicalOpaque(escaped: string): string {
  const web = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/i.exec(escaped);
  if (web !== null) return (web[1] as string).toLowerCase() + (web[2] as string);
  const urn = /^(urn:[a-z0-9-]+:)(.*)$/i.exec(escaped);
  if (urn !== null) return (urn[1] as string).toLowerCase() + (urn[2] as string);
  const colon = escaped.indexOf(':');
  return escaped.slice(0, colon).toLowerCase() + escaped.slice(colon);
}

function lotUri(id: Gs1Id): string {
  const link = `https://id.gs1.org/${id.ai}/${id.value}/10/${encodeURIComponent(id.lot)}`;
  return canonicalUri(link) ?? '';
}

/** The key of a transformation's group; ids of two organizations never meet. */
export const groupUri = (organization: string, transformationID: string): string =>
  `tgroup/${organization}/${transformationID}`;
