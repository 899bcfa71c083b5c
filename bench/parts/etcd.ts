import { ETCD_MISSING, etcdProgram, etcdTarget } from '../baseline/etcd.js';
import type { BenchContext } from '../context.js';
import { assertAnswered, load, type Loaded } from '../throughput.js';
import { latencyFigures } from './stream.js';

const CLIENTS = 256;

/** Baseline (ii): etcd orders and stores values of the same size three times, and checks no client's signature. */
export async function etcdPart(context: BenchContext): Promise<void> {
  const { book, sizes, log } = context;
  const program = etcdProgram();
  const loads: Loaded[] = [];
  let what = `baseline (ii), etcd, 3 nodes, 600 B puts, ${CLIENTS} clients`;
  if (program === null) log(ETCD_MISSING);
  else {
    const target = await etcdTarget(program);
    what += `, ${target.version}`;
    try {
      for (let run = 0; run < sizes.runs; run++) {
        const asked = { mode: 'etcd', seconds: sizes.shareSeconds, inFlight: CLIENTS, connections: CLIENTS } as const;
        const loaded = await load(target, asked);
        assertAnswered(loaded);
        loads.push(loaded);
        log(`etcd: ${loaded.perSecond.toFixed(0)}/s`);
      }
    } finally {
      await target.stop();
    }
  }
  const rates = loads.map(({ perSecond }) => perSecond);
  book.add('etcd.rate', what, 'puts/s', rates, {}, 'neither');
  latencyFigures(context, 'etcd.full', 'baseline (ii): in that closed loop', loads);
  const own = book.median('stream.rate');
  // Without the stream part there is nothing to compare; without etcd the figure is there, and not measured.
  if (own === null) return;
  const ratios = rates.map((rate) => own / rate);
  book.add('stream.ofEtcd', 'streams of transactions of one event, against baseline (ii)', '×', ratios, { atLeast: 0.5 });
}
