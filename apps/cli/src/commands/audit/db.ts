import { auditGenesis, auditInputs } from '../../audit/inputs.js';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';
import { nodeProgram } from '../../files/repository.js';
import { runChild } from '../../files/runChild.js';

/** The node's own auditor, as a child process: it recomputes every hash and signature from the raw rows. */
export async function run(call: Call): Promise<number> {
  return runChild([nodeProgram('audit'), ...source(call), ...how(call)]);
}

function source(call: Call): readonly string[] {
  const folder = call.option('dir');
  if (folder === undefined) {
    const { urlFile, genesis } = auditInputs(call);
    return ['--url-file', urlFile, '--genesis', genesis];
  }
  const needless = call.option('urlFile') !== undefined || call.flag('projections');
  if (needless) throw usage('--dir is a folder with an export: it has no database', 'lading audit db --help');
  return ['--dir', folder, '--genesis', auditGenesis(call)];
}

function how(call: Call): readonly string[] {
  if (call.flag('rebuild') && !call.flag('projections')) {
    throw usage('--rebuild goes with --projections', 'lading audit db --help');
  }
  const options = (['resume', 'most'] as const).flatMap((name) => {
    const value = call.option(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const flags = (['projections', 'rebuild', 'quiet'] as const).filter((name) => call.flag(name));
  return [...options, ...flags.map((name) => `--${name}`), ...(call.out.isJson ? ['--json'] : [])];
}
