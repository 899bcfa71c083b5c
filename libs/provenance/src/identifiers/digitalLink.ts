import { ok, reject, type Result } from '@lading/kernel';
import { GS1_KEYS, KEY_ALIASES } from './gs1Keys.js';
import { gs1Id, padGtin, type Gs1Id, type Gs1IdOptions, type IdentifierFault } from './gs1Id.js';
import { decodePercent } from './percent.js';

/** It would cut the number, and what is left would name another thing (RFC 3986 §3.5). */
const BARE_HASH = 'a "#" of a component number is written as %23';

const HTTP = /^https?:\/\/([^/?#]+)([^?#]*)/i;

/**
 * Reads a GS1 Digital Link URI of any domain. Ok(null) means: an ordinary web address, to be treated as an opaque
 * identifier. A fault means: it is a Digital Link and it is wrong. On id.gs1.org everything must be a Digital Link.
 */
export function parseDigitalLink(uri: string, options?: Gs1IdOptions): Result<Gs1Id | null, IdentifierFault> {
  const match = HTTP.exec(uri);
  if (match === null) return ok(null);
  const official = (match[1] as string).toLowerCase() === 'id.gs1.org';
  const segments = (match[2] as string).split('/').slice(1);
  // The key is the last one that reads as a key followed by pairs: path stems may hold numbers as well.
  for (let at = segments.length - 2; at >= 0; at -= 2) {
    const ai = aiOf(segments[at] as string);
    if (!GS1_KEYS.has(ai)) continue;
    const value = decodePercent(segments[at + 1] as string);
    if (value === null) return reject('ID_SYNTAX', 'broken percent-encoding');
    const known = GS1_KEYS.get(ai);
    const shaped = known !== undefined && known.pattern.test(ai === '01' ? padGtin(value) : value);
    if (ai === '8010' && shaped && uri.includes('#')) return reject('ID_SYNTAX', BARE_HASH);
    // Only a pair that can be the key looks at what follows it: a path of many pairs is read once.
    if (!shaped && !official) continue;
    const qualifiers = readQualifiers(segments, at + 2);
    if (qualifiers === null) return reject('ID_SYNTAX', 'broken percent-encoding');
    const id = gs1Id(ai, value, qualifiers, options);
    return id.ok || official || id.code === 'ID_CHECK_DIGIT' ? id : ok(null);
  }
  return official ? reject('ID_SYNTAX', 'no identification key in a link of id.gs1.org') : ok(null);
}

const aiOf = (segment: string): string => KEY_ALIASES.get(segment) ?? segment;

function readQualifiers(segments: readonly string[], from: number): { ai: string; value: string }[] | null {
  const out: { ai: string; value: string }[] = [];
  for (let i = from; i + 1 < segments.length; i += 2) {
    const value = decodePercent(segments[i + 1] as string);
    if (value === null) return null;
    out.push({ ai: aiOf(segments[i] as string), value });
  }
  return out;
}
