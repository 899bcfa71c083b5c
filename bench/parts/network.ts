import type { BenchContext } from '../context.js';
import { freshNetwork, type BenchNetwork } from '../site.js';

/** Does the work on a network of its own that leaves nothing behind. */
export async function onNetwork<T>({ server }: BenchContext, work: (running: BenchNetwork) => Promise<T>): Promise<T> {
  const running = await freshNetwork(server, 'open');
  try {
    return await work(running);
  } catch (error) {
    const tails = running.network.nodes.map((node) => `${node.node.name}:\n${node.logTail()}`).join('\n');
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${tails}`, { cause: error });
  } finally {
    await running.stop();
  }
}
