import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { CliFailure } from '../failure.js';

export interface Counts {
  /** Events that the ledger took, with those that it had before. */
  readonly recorded: number;
  /** Of these, asserted long after they are said to have happened. */
  readonly assertedLater: number;
  readonly refused: number;
}

/** How far an import came. Beside the file that is imported, so that the same command goes on. */
export interface Journal extends Counts {
  readonly type: 'lading.importJournal/1';
  readonly source: string;
  readonly mapping: string;
  readonly startedAt: string;
  /** Units decided, from the first on. */
  readonly done: number;
  /** Size of the file of refused rows; what is beyond was written by a run that did not come to its end. */
  readonly refusedBytes: number;
  readonly finished: boolean;
}

export const journalPath = (file: string): string => `${file}.import.json`;

/** SHA-256 of a file in hexadecimal; '' of no file. */
export async function fileHash(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export function readJournal(file: string): Journal | null {
  const path = journalPath(file);
  if (!existsSync(path)) return null;
  const journal = JSON.parse(readFileSync(path, 'utf8')) as Partial<Journal>;
  if (journal.type === 'lading.importJournal/1') return journal as Journal;
  throw new CliFailure({ what: `${path} is no journal of an import`, next: 'move it away' });
}

/** The journal to go on from; a new one when there is none. */
export function openJournal(file: string, source: string, mapping: string, startedAt: string): Journal {
  const found = readJournal(file);
  if (found === null) return newJournal(source, mapping, startedAt);
  if (found.source === source && found.mapping === mapping) return found;
  throw new CliFailure({
    code: 'IMPORT_CHANGED',
    what: `${file} or its mapping is not what was imported so far`,
    why: `${found.done} events of it are decided, and counting on from there would be wrong`,
    next: 'start over with --again: events that are on the ledger are not recorded twice'
  });
}

export const newJournal = (source: string, mapping: string, startedAt: string): Journal => ({
  type: 'lading.importJournal/1',
  source,
  mapping,
  startedAt,
  ...{ done: 0, recorded: 0, assertedLater: 0, refused: 0, refusedBytes: 0, finished: false }
});

/** Whole or not at all: a power cut leaves the journal of the part before. */
export function writeJournal(file: string, journal: Journal): void {
  const path = journalPath(file);
  const descriptor = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(journal, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${path}.new`, path);
}
