// One core's part of a simulation: a message {seed, n, options} in, its outcome out.
import { hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

const { simulate } = await import(`${new URL('..', import.meta.url).pathname}libs/simulator/dist/index.js`);
const sha256 = (data) => hash('sha256', data, 'buffer');
parentPort.on('message', ({ from, to, step, n, options }) => {
  const outcomes = [];
  for (let seed = from; seed < to; seed += step) {
    const outcome = simulate(seed, { n, sha256, ...options, mutants: new Set(options.mutants ?? []) });
    outcomes.push(outcome);
    if (options.untilViolation && outcome.violation !== null) break;
  }
  parentPort.postMessage({ outcomes });
});
