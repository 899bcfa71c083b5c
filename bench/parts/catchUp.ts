import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withClient } from '@lading/storage';
import { prepareDatabases } from '../../apps/node/src/dev/databases.js';
import type { NodeProcess } from '../../apps/node/src/dev/nodeProcess.js';
import { eventually, statusOf } from '../../test/e2e/http.js';
import { leaderIndex } from '../../test/e2e/network.js';
import type { BenchContext } from '../context.js';
import type { BenchNetwork } from '../site.js';
import { answeredOf, assertAnswered, load, networkTarget } from '../throughput.js';
import { onNetwork } from './network.js';

const LIMIT_MS = 30 * 60_000;

/** Figure g: a node whose database is empty takes all blocks from its peers, checks and executes them. */
export async function catchUpPart(context: BenchContext): Promise<void> {
  const { book, sizes, server, log } = context;
  await onNetwork(context, async (running) => {
    let transactions = 0;
    const live: number[] = [];
    while (transactions < sizes.catchUpTransactions) {
      const asked = { mode: 'ndjson', inFlight: sizes.inFlight, seconds: sizes.shareSeconds } as const;
      const loaded = await load(networkTarget(running), asked);
      assertAnswered(loaded);
      live.push(loaded.perSecond);
      transactions += answeredOf(loaded);
    }
    const rates: number[] = [];
    for (let run = 0; run < sizes.runs; run++) {
      rates.push(transactions / (await catchUpSeconds(running, server.adminUrl)));
      log(`catch-up: ${rates.at(-1)?.toFixed(0) ?? ''} tx/s`);
    }
    book.add('catchUp.rate', `an empty node catches up with ${transactions} transactions`, 'tx/s', rates, {}, 'more');
    // The sustained rate where it was measured, else that of the closed loop which made the chain.
    const reference = book.median('stream.rate') ?? Math.max(...live);
    book.add('catchUp.ofLive', 'catch-up against the live rate', '×', rates.map((rate) => rate / reference), { atLeast: 3 });
  });
}

/** From the moment its HTTP server answers to the height at which the others stand. */
async function catchUpSeconds({ network }: BenchNetwork, adminUrl: string): Promise<number> {
  const leader = await leaderIndex(network);
  const empty = network.nodes[(leader + 2) % network.nodes.length] as NodeProcess;
  const { url } = network.layout.nodes[leader] as NodeProcess['node'];
  const { height } = await statusOf(url);
  await empty.stop();
  const databaseUrl = new URL(network.databaseAdminUrl(empty.node.id));
  const name = databaseUrl.pathname.slice(1);
  await withClient(adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  await prepareDatabases(adminUrl, [empty.node], name.slice(0, -empty.node.id.length - 1));
  await rm(join(empty.node.directory, 'data', 'tree.log'), { force: true });
  empty.start();
  await empty.untilLive(LIMIT_MS);
  const from = performance.now();
  await eventually('the empty node to catch up', LIMIT_MS, async () => (await statusOf(empty.node.url)).height >= height);
  return (performance.now() - from) / 1000;
}
