import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Replay } from './replay.js';
import { readTrace, traceFiles } from './modelTrace.js';

/** Recorded traces by default; `npm run model` names a folder of fresh ones. */
const folder = process.env['LADING_MODEL_TRACES'] ?? join(import.meta.dirname, '../../model/traces');
const files = existsSync(folder) ? traceFiles(folder) : [];

describe('the real core follows the formal model', () => {
  it('has traces to follow', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it('shows the same votes, views, certificates and commits after every action of every trace', () => {
    let actions = 0;
    for (const file of files) {
      const trace = readTrace(file);
      const replay = new Replay(trace);
      trace.states.forEach((step, index) => {
        if (step.action === 'init') return;
        actions++;
        const place = `${basename(file)}, action ${index}: ${step.action} at ${step.actor} ${JSON.stringify(step.picks)}`;
        try {
          const { model, real } = replay.act(step);
          expect({ place, node: real }).toEqual({ place, node: model });
        } catch (error) {
          if (error instanceof Error && !error.message.includes(place)) error.message = `${place}: ${error.message}`;
          throw error;
        }
      });
    }
    console.info(`${files.length} traces of the model, ${actions} actions followed`);
  }, 600_000);
});
