import type { BenchContext } from '../context.js';
import { assertAnswered, load, networkTarget, type Loaded } from '../throughput.js';
import { onNetwork } from './network.js';
import { latencyFigures } from './stream.js';

/** Transactions that warm a node up, and are not counted (bench/load/lone.ts). */
const WARM_UPS = 80;

/** Figure c: one capture at a time on a network with nothing else to do. */
export async function lonePart(context: BenchContext): Promise<void> {
  const { sizes, log } = context;
  await onNetwork(context, async (running) => {
    for (const mode of ['capture', 'lone'] as const) {
      const loads: Loaded[] = [];
      for (let run = 0; run < sizes.runs; run++) {
        const loaded = await load(networkTarget(running), { mode, seconds: 0, prepared: sizes.loneRequests + WARM_UPS });
        assertAnswered(loaded);
        loads.push(loaded);
        log(`${mode}: p50 ${loaded.latencyMs.p50.toFixed(1)} ms, p99 ${loaded.latencyMs.p99.toFixed(1)} ms of ${loaded.latencyMs.count}`);
      }
      const count = `${sizes.loneRequests} on an idle network`;
      const what = mode === 'lone' ? 'POST /v1/transactions until durable' : 'POST /epcis/v2/events until durable and readable';
      const [p99, p50] = mode === 'lone' ? [{}, {}] : [{ atMost: 60 }, { atMost: 20 }];
      latencyFigures(context, mode, `${what}, ${count}`, loads, p99, p50);
    }
  });
}
