import { setTimeout as delay } from 'node:timers/promises';
import type { Genesis } from '@lading/ledger';
import { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import type { DemoNode } from '../../apps/node/src/dev/layout.js';
import { CLERK } from '../../apps/node/src/dev/storyLoader.js';
import { TRANSACTION } from './httpSender.js';
import type { LoadJob, LoadMessage, LoadResult } from './job.js';
import type { Presigned } from './presign.js';
import { RawConnection, rawPost } from './rawHttp.js';
import { Recorder } from './recorder.js';

/** Between two requests, by turns: no multiple of any timer of a node, so that requests meet it at all its phases. */
const PAUSES_MS = [7, 23, 41, 13, 31] as const;

/** One request at a time on a network with nothing else to do, to its nodes by turns. */
export async function runLone(
  job: LoadJob,
  genesis: Genesis,
  transactions: readonly Presigned[],
  tell: (message: LoadMessage) => void
): Promise<LoadResult> {
  const connections = job.nodes.map(({ host, port }) => new RawConnection(host, port));
  const members = await Promise.all(job.nodes.map((node) => DemoMember.open(demoNode(node), genesis, CLERK)));
  const request = ({ home, line, payload }: Presigned): Buffer => {
    const { host, port } = job.nodes[home] as LoadJob['nodes'][number];
    const { path, headers: plain } = TRANSACTION;
    if (job.mode === 'lone') return rawPost(`${host}:${port}`, path, plain, line);
    const [header = '', , signature = ''] = line.toString('latin1').split('.');
    const headers = {
      authorization: `Bearer ${(members[home] as DemoMember).token()}`,
      'content-type': 'application/json',
      'lading-signature': `${header}..${signature}`
    };
    return rawPost(`${host}:${port}`, '/epcis/v2/events', headers, payload);
  };
  const startMs = performance.now();
  const warmUps = Math.min(transactions.length - 1, 20 * job.nodes.length);
  let recorder = new Recorder(startMs, startMs, Infinity);
  tell({ at: 'begin' });
  for (const [n, transaction] of transactions.entries()) {
    if (n === warmUps) recorder = new Recorder(startMs, performance.now(), Infinity);
    await delay(PAUSES_MS[n % PAUSES_MS.length]);
    const bytes = request(transaction);
    const intendedMs = performance.now();
    recorder.send(intendedMs);
    const answer = await (connections[transaction.home] as RawConnection).send(bytes);
    if (answer.status === 201) recorder.answer(intendedMs, performance.now());
    else recorder.refuse(`${answer.status} ${answer.body.slice(0, 200)}`);
  }
  tell({ at: 'end' });
  for (const connection of connections) connection.close();
  const seconds = (performance.now() - startMs) / 1000;
  return {
    ...{ intended: recorder.intended, answered: recorder.answered, perSecond: recorder.answered / seconds },
    ...{ latencyMs: recorder.latencies(), backlog: 0, lost: 0, refused: recorder.refused, repeated: 0 },
    ...{ payloadBytes: transactions[0]?.payload.length ?? 0, lineBytes: transactions[0]?.line.length ?? 0 },
    ...{ epochMs: performance.timeOrigin + startMs, buckets: recorder.buckets, cpuMs: 0 }
  };
}

const demoNode = ({ id, directory, port }: LoadJob['nodes'][number]): DemoNode => ({
  ...{ n: 0, id, name: id, directory, configFile: '', httpPort: port, peerPort: 0, url: '' }
});
