import { readSecretFile } from '@lading/identity';
import type { Call } from '../call.js';
import { Session } from './session.js';

/** Where a command's tokens are from: a file that holds one, or what gives them to the profile's key. */
export function tokenSource(call: Call): string | (() => Promise<string>) {
  const file = call.option('tokenFile') ?? process.env['LADING_TOKEN_FILE'];
  if (file !== undefined) return file;
  const session = Session.open(call);
  return () => session.token();
}

/** Gives a token whenever one is needed. A file is read again each time: whoever renews the token replaces it. */
export function tokensOf(call: Call): () => Promise<string> {
  const source = tokenSource(call);
  return typeof source === 'string' ? async () => (await readSecretFile(source)).trim() : source;
}
