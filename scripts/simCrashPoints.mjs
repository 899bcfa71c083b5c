/**
 * One node dies between any two outputs: for every output of a run of 40 blocks, over turns, checkpoints and epochs.
 * Nothing may be voted twice and nothing acknowledged lost, and the network goes on.
 *   npm run show:crash-points [-- --every 1 --node 0]
 */
import { parseArgs } from 'node:util';
import { machine } from './figures.mjs';
import { loadSimulator, sha256 } from './simPool.mjs';

const { values } = parseArgs({ options: { every: { type: 'string', default: '1' }, node: { type: 'string', default: '0' }, blocks: { type: 'string', default: '40' } } });
const { countCrashPoints, crashAt } = await loadSimulator();
const options = { blocks: Number(values.blocks), node: Number(values.node), sha256 };
const points = countCrashPoints(options);
const kinds = new Map();
let failed = 0;
let runs = 0;
for (let index = 1; index <= points; index += Number(values.every)) {
  runs++;
  try {
    const { kind } = crashAt(options, index);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  } catch (error) {
    failed++;
    console.log(`output ${index}: ${error.message}`);
  }
}
console.log(`${options.blocks} blocks, node ${options.node}: ${points} outputs, died after ${runs} of them, ${failed} failures (must be 0)`);
console.log([...kinds].map(([kind, count]) => `${kind} ${count}`).join(', '));
console.log(`machine: ${machine()}`);
process.exitCode = failed > 0 || runs === 0 ? 1 : 0;
