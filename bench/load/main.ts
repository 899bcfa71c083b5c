import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeGenesis } from '@lading/ledger';
import type { LoadJob, LoadMessage } from './job.js';
import { runLone } from './lone.js';
import { Presigner } from './presign.js';
import { prepare, runLoad } from './run.js';

const tell = (message: LoadMessage): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

/** A process of its own that loads a running network as the job says: signs first, waits for a word, then sends. */
export async function loadMain(argument: string): Promise<void> {
  const job = JSON.parse(argument) as LoadJob;
  const decoded = decodeGenesis(readFileSync(join(job.network, 'genesis.json')));
  if (!decoded.ok) throw new Error(`${decoded.code} ${decoded.detail}`);
  const presigner = await Presigner.open(decoded.value, job);
  const transactions = prepare(job, presigner);
  tell({ at: 'ready' });
  await once(process.stdin, 'data');
  const isLone = job.mode === 'lone' || job.mode === 'capture';
  const result = isLone ? await runLone(job, decoded.value, transactions, tell) : await runLoad(job, presigner, transactions, tell);
  tell({ at: 'result', result });
  process.stdin.destroy();
}
