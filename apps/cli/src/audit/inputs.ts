import { join } from 'node:path';
import { NETWORK_FILES } from '@lading/identity';
import type { Call } from '../call.js';
import { usage } from '../failure.js';
import { findProfile } from '../profile/profile.js';
import { tokenSource } from '../profile/tokenSource.js';

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

export interface NodeArguments {
  /** Words for the node's auditor: what it reads, and the genesis file. */
  readonly args: readonly string[];
  /** Gives it tokens when it asks; null: it needs none. */
  readonly token: (() => Promise<string>) | null;
}

/** A node by its address, or a database. */
export function nodeArguments(call: Call): NodeArguments {
  const url = call.option('url');
  if (url === undefined) {
    const { urlFile, genesis } = auditInputs(call);
    return { args: ['--url-file', urlFile, '--genesis', genesis], token: null };
  }
  if (call.option('urlFile') !== undefined) throw usage('--url is a node, --url-file a database: name one of them', 'lading audit --help');
  if (!URL.canParse(url)) throw usage(`"${url}" is no address of a node`, '--url http://127.0.0.1:4101');
  const args = ['--url', url, '--genesis', auditGenesis(call)];
  const source = tokenSource(call);
  return typeof source === 'string' ? { args: [...args, '--token-file', source], token: null } : { args, token: source };
}
