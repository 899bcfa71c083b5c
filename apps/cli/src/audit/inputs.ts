import { join } from 'node:path';
import { NETWORK_FILES } from '@lading/identity';
import type { Call } from '../call.js';
import { usage } from '../failure.js';
import { findProfile } from '../profile/profile.js';

/** The database of an audit, and the genesis file that it is held against: given, or the profile's. */
export function auditInputs(call: Call): { readonly urlFile: string; readonly genesis: string } {
  const given = call.option('urlFile');
  const trust = call.option('trust');
  if (given !== undefined && trust !== undefined) return { urlFile: given, genesis: trust };
  const profile = findProfile(call.globals.profile, null);
  const directory = profile.organizations.find(({ id }) => id === profile.organization)?.directory ?? null;
  const urlFile = given ?? (directory === null ? undefined : join(directory, NETWORK_FILES.databaseUrl));
  if (urlFile === undefined) throw usage('Which database?', '--url-file FILE, or a profile with the node’s folder');
  return { urlFile, genesis: trust ?? profile.genesisFile };
}

/** The genesis file of an audit that needs no database. */
export const auditGenesis = (call: Call): string =>
  call.option('trust') ?? findProfile(call.globals.profile, null).genesisFile;
