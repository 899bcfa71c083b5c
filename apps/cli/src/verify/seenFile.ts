import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  decodeSeen,
  encodeSeen,
  judgeFreshness,
  remember,
  shownCheckpoint,
  type Freshness,
  type Seen
} from '@lading/verifier';
import type { JudgedFile } from './judge.js';

/** What this machine knows of the age of a proof. `fault`: why it could not be judged. */
export type KnownFreshness = Freshness | { readonly status: 'fault'; readonly fault: string };

/** Where a user's programs keep what they remember: the XDG folder for state. */
export function stateFolder(): string {
  const given = process.env['XDG_STATE_HOME'];
  const base = given === undefined || given === '' ? join(homedir(), '.local', 'state') : given;
  return join(base, 'lading');
}

/**
 * Compares a VERIFIED proof with the checkpoints that were seen of its network, and remembers its own. Null where a
 * kind leads to no checkpoint. A memory that cannot be read or written is told, and leaves the verdict as it is.
 */
export function freshnessOf({ proof, bytes }: JudgedFile, folder: string): KnownFreshness | null {
  const { facts } = proof.report;
  const shown = shownCheckpoint(bytes);
  if (facts === null || shown === null) return null;
  const path = join(folder, `seen-${facts.chainId}.json`);
  try {
    const seen = existsSync(path) ? readSeen(path, facts.chainId) : null;
    const freshness = judgeFreshness(seen, shown);
    const isKept = freshness.status !== 'fork' && freshness.status !== 'superseded';
    if (isKept) replaceFile(folder, path, encodeSeen(remember(seen, facts.chainId, shown)));
    return freshness;
  } catch (error) {
    return { status: 'fault', fault: `${path}: ${(error as Error).message}` };
  }
}

function readSeen(path: string, chainId: string): Seen {
  const read = decodeSeen(new Uint8Array(readFileSync(path)));
  if (!read.ok) throw new Error(`it is damaged (${read.detail}); remove it to begin anew`);
  if (read.value.chainId !== chainId) throw new Error('it is of another network; remove it to begin anew');
  return read.value;
}

/** There whole or not at all, and on disk before it counts; mode 0600: it says whose goods its owner looks at. */
export function replaceFile(folder: string, path: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}.partial`;
  const file = openSync(partial, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}
