import { createServer } from 'node:net';
import type { KnownOrganization } from '../profile/profile.js';
import { bad, good, unknown, type Finding } from './finding.js';

const ANSWER_MS = 3_000;
/** Header dates have whole seconds; nodes refuse transactions that are five minutes early. */
const SKEW_MS = 30_000;
const LOOPBACK = /^(?:127\.|localhost$|\[::1\]$)/;

/** Whether each node answers, is ready, and tells the time; if it does not run, whether its port is free. */
export async function examineNode({ id, url }: KnownOrganization): Promise<readonly Finding[]> {
  if (url === null) return [unknown(`${id}: no address is known`)];
  const sent = Date.now();
  const answer = await fetch(`${url}/health/ready`, {
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error'
  }).catch(() => null);
  if (answer === null) return [await examinePort(id, url)];
  const middle = (sent + Date.now()) / 2;
  const { reason } = (await answer.json().catch(() => ({}))) as { readonly reason?: unknown };
  const health = answer.ok
    ? good(`${id} is ready at ${url}`)
    : bad(`${id} answers, but is not ready`, String(reason ?? `status ${answer.status}`), 'lading status');
  return [health, examineClock(id, answer.headers.get('date'), middle)];
}

function examineClock(id: string, date: string | null, middleMs: number): Finding {
  const told = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(told)) return unknown(`${id} tells no time`);
  const skew = told - middleMs;
  if (Math.abs(skew) <= SKEW_MS) return good(`the clock of ${id} agrees with this machine’s`);
  return bad(
    `the clock of ${id} is ${(skew / 1000).toFixed(0)} s off this machine’s`,
    'one of the two is wrong',
    'set both by NTP'
  );
}

async function examinePort(id: string, url: string): Promise<Finding> {
  const { hostname, port } = new URL(url);
  if (!LOOPBACK.test(hostname))
    return bad(
      `${id} does not answer at ${url}`,
      'it is stopped, or the way to it is blocked',
      'ask its operator; check firewalls'
    );
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(Number(port), '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return isFree
    ? unknown(`${id} does not run; its port ${port} is free`)
    : bad(
        `${id} does not run, and port ${port} is taken`,
        'another program uses it',
        `find it: ss -ltnp 'sport = :${port}'`
      );
}
