import { readFileSync } from 'node:fs';
import { decodeGenesis, type Genesis } from '@lading/ledger';
import { CliFailure } from '../failure.js';

/** The user's own copy of the genesis. Kept apart from keys and tokens, whose libraries take long to load. */
export function readGenesis(path: string): Genesis {
  const decoded = decodeGenesis(new Uint8Array(readFileSync(path)));
  if (decoded.ok) return decoded.value;
  const next = 'get the file again from somebody you trust';
  throw new CliFailure({ code: decoded.code, what: `${path} is not a genesis file`, why: decoded.detail, next });
}
