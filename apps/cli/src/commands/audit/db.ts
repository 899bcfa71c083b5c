import { join } from 'node:path';
import { NETWORK_FILES } from '@lading/identity';
import type { Call } from '../../call.js';
import { usage } from '../../failure.js';
import { nodeProgram } from '../../files/repository.js';
import { runChild } from '../../files/runChild.js';
import { findProfile } from '../../profile/profile.js';

/** The node's own auditor, as a child process: it recomputes every hash and signature from the raw rows. */
export async function run(call: Call): Promise<number> {
  const { urlFile, genesis } = inputs(call);
  return runChild([
    nodeProgram('audit'),
    '--url-file',
    urlFile,
    '--genesis',
    genesis,
    ...(call.out.isJson ? ['--json'] : [])
  ]);
}

function inputs(call: Call): { readonly urlFile: string; readonly genesis: string } {
  const given = call.option('urlFile');
  const trust = call.option('trust');
  if (given !== undefined && trust !== undefined) return { urlFile: given, genesis: trust };
  const profile = findProfile(call.globals.profile, null);
  const directory = profile.organizations.find(({ id }) => id === profile.organization)?.directory ?? null;
  const urlFile = given ?? (directory === null ? undefined : join(directory, NETWORK_FILES.databaseUrl));
  if (urlFile === undefined) throw usage('Which database?', '--url-file FILE, or a profile with the node’s folder');
  return { urlFile, genesis: trust ?? profile.genesisFile };
}
