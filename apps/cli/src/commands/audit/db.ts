import { AUDIT_HEAP } from '../../audit/heap.js';
import { auditGenesis, nodeArguments, type NodeArguments } from '../../audit/inputs.js';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';
import { nodeProgram } from '../../files/repository.js';
import { runChild } from '../../files/runChild.js';

/** The node's own auditor, as a child process: it recomputes every hash and signature from the raw rows. */
export async function run(call: Call): Promise<number> {
  const { args, token } = source(call);
  return runChild([...AUDIT_HEAP, nodeProgram('audit'), ...args, ...how(call)], { token });
}

function source(call: Call): NodeArguments {
  const folder = call.option('dir');
  const url = call.option('url');
  if (folder === undefined && url === undefined) return nodeArguments(call);
  const which = folder === undefined ? '--url is a node' : '--dir is a folder with an export';
  const needless = call.option('urlFile') !== undefined || call.flag('projections') || (folder !== undefined && url !== undefined);
  if (needless) throw usage(`${which}: it has no database`, 'lading audit db --help');
  return folder === undefined ? nodeArguments(call) : { args: ['--dir', folder, '--genesis', auditGenesis(call)], token: null };
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
