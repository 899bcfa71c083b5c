const BASE: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['X-Frame-Options', 'DENY']
];

const CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const PAGE = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** swagger-ui writes style attributes and shows inline images; its scripts are files of this server. */
const DOCS =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

type Headers = readonly (readonly [string, string])[];
const withPolicy = (policy: string): Headers => [...BASE, ['Content-Security-Policy', policy]];
const ALL = { closed: withPolicy(CLOSED), page: withPolicy(PAGE), docs: withPolicy(DOCS) } as const;

/** Headers of every answer, by path. Nothing is ever loaded from another origin. */
export function securityHeaders(path: string): Headers {
  if (path === '/docs' || path.startsWith('/docs/')) return ALL.docs;
  return isPage(path) ? ALL.page : ALL.closed;
}

const isPage = (path: string): boolean => path === '/' || path === '/errors' || path.startsWith('/errors/');
