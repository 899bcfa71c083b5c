import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs';
import { join } from 'node:path';
import { fromBase64Url, toBase64Url } from '@lading/kernel';
import { decodeBlockHeader, decodeCheckpoint, type CheckpointCertificate, type EpochLink } from '@lading/ledger';
import { CliFailure } from '../failure.js';

/** What a witness has said of one height. The signature is not kept: it follows from the key and these members. */
export interface Statement {
  readonly timeMs: number;
  readonly checkpointHeader: Uint8Array;
  readonly encoded: Uint8Array;
  readonly checkpoint: CheckpointCertificate;
  /** Chain of epochs that leads to the checkpoint. */
  readonly epochs: readonly EpochLink[];
}

const LOG = 'statements.log';
const LOCK = 'lock';

/**
 * The statements of a witness, in the order of heights. Invariants:
 * 1. A statement is on the disk (fdatasync) when `append` returns, and nobody has been told of it before.
 * 2. Heights rise strictly: of one height there is one statement, ever.
 * 3. A line without its end was never answered for, and is dropped; any other damage stops the witness.
 * Each line is the SHA-256 of the JSON in hex, a space, the JSON; a line holds the links of epochs that are new.
 */
export class StatementLog {
  readonly #statements: Statement[] = [];
  #file: number | null = null;

  private constructor(private readonly folder: string) {}

  /** Codes WITNESS_RUNNING, WITNESS_STATE_DAMAGED. */
  static open(folder: string): StatementLog {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    takeLock(join(folder, LOCK));
    const log = new StatementLog(folder);
    try {
      log.#read();
    } catch (error) {
      log.close();
      throw error;
    }
    return log;
  }

  get last(): Statement | null {
    return this.#statements.at(-1) ?? null;
  }

  at(height: number): Statement | null {
    return this.#statements.find(({ checkpoint }) => checkpoint.height === height) ?? null;
  }

  append(statement: Statement): void {
    const { last } = this;
    if (last !== null && statement.checkpoint.height <= last.checkpoint.height) throw new RangeError('heights of statements rise');
    if (this.#file === null) throw new Error('the log is closed');
    // Two that took over the lock of a dead process at one time: only the last one goes on.
    const lock = join(this.folder, LOCK);
    if (lockedBy(lock) !== process.pid) throw running(lock, lockedBy(lock));
    writeSync(this.#file, encodeLine(statement, last?.epochs.length ?? 0));
    fdatasyncSync(this.#file);
    this.#statements.push(statement);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    const lock = join(this.folder, LOCK);
    if (lockedBy(lock) === process.pid) rmSync(lock, { force: true });
  }

  #read(): void {
    const path = join(this.folder, LOG);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const [index, line] of whole.split('\n').slice(0, -1).entries()) {
      const { last } = this;
      const statement = decodeLine(line, last?.epochs ?? []);
      const rises = statement !== null && statement.checkpoint.height > (last?.checkpoint.height ?? 0);
      if (!rises) throw damaged(path, `line ${index + 1} is not what was written`);
      this.#statements.push(statement);
    }
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    this.#file = openSync(path, 'a', 0o600);
    // The file's own entry in its folder must survive a power cut too.
    const folder = openSync(this.folder, 'r');
    fsyncSync(this.#file);
    fsyncSync(folder);
    closeSync(folder);
  }
}

function takeLock(path: string): void {
  for (let attempt = 0; ; attempt++) {
    // Linked under its name with its content, so that nobody finds a lock that does not say whose it is.
    const own = `${path}.${process.pid}`;
    writeFileSync(own, `${process.pid}\n`, { mode: 0o600 });
    try {
      linkSync(own, path);
      return;
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error;
      const pid = lockedBy(path);
      if (attempt > 0 || isRunning(pid)) throw running(path, pid);
      rmSync(path, { force: true });
    } finally {
      rmSync(own, { force: true });
    }
  }
}

const lockedBy = (path: string): number => Number(existsSync(path) ? readFileSync(path, 'utf8').trim() : 0);

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM';
  }
}

const running = (path: string, pid: number): CliFailure =>
  new CliFailure({
    code: 'WITNESS_RUNNING',
    what: 'Another witness works with this state',
    why: `process ${pid} holds ${path}`,
    next: 'stop it first: two processes with one key could sign two statements of one height'
  });

const damaged = (path: string, why: string): CliFailure =>
  new CliFailure({
    code: 'WITNESS_STATE_DAMAGED',
    what: `${path} is damaged: the witness does not know what it has signed`,
    why,
    next: 'begin with a new folder and a new key, and tell readers that the old key has ended'
  });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function encodeLine({ timeMs, checkpointHeader, encoded, epochs }: Statement, known: number): string {
  const links = epochs.slice(known).map(({ header, commitProof, config }) => [header, commitProof, config].map(toBase64Url));
  const json = JSON.stringify({ timeMs, header: toBase64Url(checkpointHeader), checkpoint: toBase64Url(encoded), links });
  return `${sha256(json)} ${json}\n`;
}

interface Line {
  readonly timeMs: number;
  readonly header: string;
  readonly checkpoint: string;
  readonly links: readonly (readonly [string, string, string])[];
}

function decodeLine(line: string, before: readonly EpochLink[]): Statement | null {
  const json = line.slice(65);
  if (line.slice(0, 64) !== sha256(json)) return null;
  const { timeMs, header, checkpoint: certificate, links } = JSON.parse(json) as Line;
  const bytes = (text: string): Uint8Array => fromBase64Url(text) ?? new Uint8Array(0);
  const [checkpointHeader, encoded] = [bytes(header), bytes(certificate)];
  const checkpoint = decodeCheckpoint(encoded);
  if (!checkpoint.ok || !decodeBlockHeader(checkpointHeader).ok) return null;
  const added = links.map(([one, proof, config]) => ({ header: bytes(one), commitProof: bytes(proof), config: bytes(config) }));
  return { timeMs, checkpointHeader, encoded, checkpoint: checkpoint.value, epochs: [...before, ...added] };
}
