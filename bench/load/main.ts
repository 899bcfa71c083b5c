import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeGenesis, type Genesis } from '@lading/ledger';
import type { LoadJob, LoadMessage } from './job.js';
import { runLone } from './lone.js';
import { Presigner, type Presigned } from './presign.js';
import { preparedCount, runLoad } from './run.js';

const tell = (message: LoadMessage): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

const PUT_BYTES = 600;

/** Puts of random values under keys of their own, as the JSON gateway of etcd takes them. */
function etcdPut(series: number, n: number): Presigned {
  const payload = randomBytes(PUT_BYTES);
  const key = Buffer.from(`load/${series}/${n}`).toString('base64');
  return { home: 0, payload, line: Buffer.from(JSON.stringify({ key, value: payload.toString('base64') })) };
}

function genesisOf(job: LoadJob): Genesis {
  const decoded = decodeGenesis(readFileSync(join(job.network, 'genesis.json')));
  if (!decoded.ok) throw new Error(`${decoded.code} ${decoded.detail}`);
  return decoded.value;
}

/** Tells that all is signed, and waits for a word to begin. */
async function ready(): Promise<void> {
  tell({ at: 'ready' });
  await once(process.stdin, 'data');
}

/** A process of its own that loads a running network as the job says: signs first, waits for a word, then sends. */
export async function loadMain(argument: string): Promise<void> {
  const job = JSON.parse(argument) as LoadJob;
  // Whoever asked for it is gone.
  process.stdin.on('end', () => process.exit(1));
  const count = preparedCount(job);
  const make = async (of: (n: number) => Presigned): Promise<Presigned[]> => {
    const made = Array.from({ length: count }, (_, n) => of(n));
    await ready();
    return made;
  };
  if (job.mode === 'etcd') {
    const puts = await make((n) => etcdPut(job.series, n));
    tell({ at: 'result', result: await runLoad(job, puts, () => 0, tell) });
  } else {
    const genesis = genesisOf(job);
    const presigner = await Presigner.open(genesis, job);
    const transactions = await make((n) => presigner.sign(n));
    const isLone = job.mode === 'lone' || job.mode === 'capture';
    const result = isLone
      ? await runLone(job, genesis, transactions, tell)
      : await runLoad(job, transactions, (home) => presigner.second(home), tell);
    tell({ at: 'result', result });
  }
  process.stdin.destroy();
}
