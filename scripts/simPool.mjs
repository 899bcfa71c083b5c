// What the simulation commands share: a fresh build, and a worker on every core.
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

const root = new URL('..', import.meta.url).pathname;
export const sha256 = (data) => hash('sha256', data, 'buffer');

/** The library, built when it is stale: an old build would answer for code that is no longer there. */
export async function loadSimulator() {
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b', 'libs/simulator'], { cwd: root, stdio: 'inherit' });
  return import(`${root}libs/simulator/dist/index.js`);
}

export function openPool() {
  const workers = Array.from({ length: availableParallelism() }, () => new Worker(new URL('simWorker.mjs', import.meta.url)));
  const idle = [...workers];
  const waiting = [];
  const pump = () => {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.pop();
      const { job, resolve, reject } = waiting.shift();
      const fail = (error) => reject(error);
      worker.once('error', fail);
      worker.once('message', (answer) => {
        worker.off('error', fail);
        idle.push(worker);
        resolve(answer);
        pump();
      });
      worker.postMessage(job);
    }
  };
  return {
    size: workers.length,
    run: (job) => new Promise((resolve, reject) => {
      waiting.push({ job, resolve, reject });
      pump();
    }),
    close: () => Promise.all(workers.map((worker) => worker.terminate()))
  };
}
