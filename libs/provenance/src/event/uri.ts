/**
 * Absolute URIs (RFC 3986) that name something: a scheme alone (`x:`) is none. EPCIS JSON uses the same syntax for
 * identifiers (`urn:…`, `https://…`) and for the names of extension fields (`example:myField`).
 */
const PCHAR = String.raw`(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})`;
const USER = String.raw`(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?`;
const HOST = String.raw`(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)`;
const AUTHORITY = String.raw`${USER}${HOST}(?::\d*)?`;
// Quotation marks are not in RFC 3986, but GS1 serials hold them and published data writes them unescaped.
const QCHAR = String.raw`(?:${PCHAR}|")`;
const URI = new RegExp(
  String.raw`^[A-Za-z][A-Za-z0-9+\-.]*:` +
    String.raw`(?:\/\/${AUTHORITY}(?:\/${QCHAR}*)*|\/(?:${QCHAR}+(?:\/${QCHAR}*)*)?|${QCHAR}+(?:\/${QCHAR}*)*)` +
    String.raw`(?:\?(?:${QCHAR}|[/?])*)?(?:#(?:${QCHAR}|[/?])*)?$`
);

/** Characters of one URI at most. */
export const URI_LIMIT = 2048;

/** Characters of a business step, disposition or type of one's own at most: items keep them. */
export const WORD_LIMIT = 256;

/** Characters that stand anywhere behind the scheme and its first sign: unreserved ones, `:` and `/`. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) => (/[A-Za-z0-9\-._~:/]/.test(String.fromCharCode(code)) ? 1 : 0));

function isPlain(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) if (PLAIN[text.charCodeAt(at)] !== 1) return false;
  return from < text.length;
}

/** Most identifiers: a host without a port and a path, or a URN; what is not told apart so cheaply is not decided here. */
const WEB = 'https://';
const isPlainUri = (text: string): boolean => {
  if (text.startsWith('urn:')) return text[4] !== '/' && isPlain(text, 4);
  const path = text.startsWith(WEB) ? text.indexOf('/', WEB.length) : -1;
  return path > 0 && text.indexOf(':', WEB.length) < 0 && isPlain(text, WEB.length);
};

export const isUri = (text: string): boolean => text.length <= URI_LIMIT && (isPlainUri(text) || URI.test(text));
