import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Mutant } from '@lading/consensus';
import { Replay } from './replay.js';
import { readTrace, traceFiles } from './modelTrace.js';

/** Recorded traces by default; `npm run model` names a folder of fresh ones. */
const recorded = join(import.meta.dirname, '../../model/traces');
const folder = process.env['LADING_MODEL_TRACES'] ?? recorded;

/** Where the core departs from the model, null when it does not; `actions` counts what was compared. */
function departure(file: string, mutants?: ReadonlySet<Mutant>): { readonly actions: number; readonly error: unknown } {
  const trace = readTrace(file);
  const replay = new Replay(trace, mutants);
  let actions = 0;
  for (const [index, step] of trace.states.entries()) {
    if (step.action === 'init') continue;
    const place = `${basename(file)}, action ${index}: ${step.action} at ${step.actor} ${JSON.stringify(step.picks)}`;
    try {
      const { model, real } = replay.act(step);
      expect({ place, node: real }).toEqual({ place, node: model });
    } catch (error) {
      if (error instanceof Error && !error.message.includes(place)) error.message = `${place}: ${error.message}`;
      return { actions, error };
    }
    actions++;
  }
  return { actions, error: null };
}

describe('the real core follows the formal model', () => {
  it('has traces to follow', () => {
    expect(existsSync(folder) ? traceFiles(folder).length : 0).toBeGreaterThan(0);
  });

  it('shows the same votes, views, certificates and commits after every action of every trace', () => {
    let actions = 0;
    for (const file of traceFiles(folder)) {
      const followed = departure(file);
      if (followed.error !== null) throw followed.error;
      actions += followed.actions;
    }
    console.info(`${traceFiles(folder).length} traces of the model, ${actions} actions followed`);
  }, 600_000);

  it.each<Mutant>([
    'quorum-f+1', 'no-persist-highCert', 'no-persist-lastPrepared', 'no-persist-view', 'prepare-past-turn-end',
    'top-not-advanced', 'rank-by-height',
    'commit-while-changing', 'no-header-checks', 'no-payload-check'
  ])('departs from the model when %s is left out, so following it means something', (mutant) => {
    expect(traceFiles(recorded).some((file) => departure(file, new Set([mutant])).error !== null)).toBe(true);
  }, 120_000);
});
