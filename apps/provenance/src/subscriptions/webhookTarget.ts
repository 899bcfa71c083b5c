import { isIP } from 'node:net';
import { isPublicAddress } from './publicAddress.js';

export interface WebhookTarget {
  readonly url: URL;
  /** Named by the operator: need be neither public nor https. */
  readonly exempt: boolean;
}

const MOST = 2048;

/** Where a webhook may go as far as its address tells, or a sentence about why it may not. Names are resolved when it goes. */
export function webhookTarget(dest: string, allow: readonly string[]): WebhookTarget | string {
  const url = dest.length <= MOST && URL.canParse(dest) ? new URL(dest) : null;
  if (url === null) return `dest is an address of at most ${MOST} characters`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'dest is an https address';
  if (url.username !== '' || url.password !== '') return 'dest carries no user name or password';
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (allow.includes(`${url.hostname}:${port}`)) return { url, exempt: true };
  if (url.protocol !== 'https:') return 'dest is an https address';
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) return 'dest is at a public address';
  return { url, exempt: false };
}
