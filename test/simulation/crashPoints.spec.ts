import { hash } from 'node:crypto';
import { countCrashPoints, crashAt } from '@lading/simulator';

const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
/** Every seventh output here; all of them with `npm run show:crash-points`. */
const EVERY = 7;

describe('A node that dies between two outputs of a run over turns, checkpoints and epochs', () => {
  it.each([0, 2])('votes for nothing twice, loses nothing acknowledged, and the network goes on (node %i)', (node) => {
    const options = { blocks: 20, node, sha256 };
    const points = countCrashPoints(options);
    const kinds = new Set<string>();
    for (let index = 1; index <= points; index += EVERY) kinds.add(crashAt(options, index).kind);
    expect(points).toBeGreaterThan(100);
    expect(kinds).toContain('Persist');
    expect(kinds).toContain('SignBroadcast');
  }, 300_000);
});
