import { setTimeout as pause } from 'node:timers/promises';
import { MEDIA } from '@lading/api';
import { decodeExportRecord } from '@lading/engine';
import type { AuditCheckpointRow, AuditExtent, AuditSource, BlockRows } from '@lading/engine';
import { decodeCheckpoint } from '@lading/ledger';
import { splitFrames, WholeBlocks } from '@lading/storage';

/** A page is a few megabytes, or one block; what is larger is no answer of a node. */
const ANSWER_BYTES = 256 << 20;
const TIMEOUT_MS = 120_000;
/** Seconds between attempts; then the run ends, and the same command goes on later. */
const PAUSES = [0.2, 1, 2, 4, 8];

/** What a node does not answer, or answers wrongly. `code` is the problem document's, or one of ours. */
export class AskingFault extends Error {
  constructor(
    readonly code: string,
    detail: string
  ) {
    super(`${code}: ${detail}`);
  }
}

/**
 * The ledger of a node as its HTTP interface gives it to members with the role audit (spec/export.md §5), up to the height
 * that it had when it was first asked: it may go on meanwhile.
 */
export class HttpAuditSource extends WholeBlocks implements AuditSource {
  #head: number | null = null;

  constructor(
    private readonly url: string,
    private readonly token: () => Promise<string>,
    private readonly signal: AbortSignal
  ) {
    super();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async genesisBytes(): Promise<Uint8Array> {
    return this.#get('/v1/genesis');
  }

  async extent(): Promise<AuditExtent> {
    return { lastHeight: await this.#headHeight(), transactions: 0 };
  }

  async *wholeBlocks(from: number): AsyncGenerator<BlockRows> {
    const head = await this.#headHeight();
    for (let next = from; next <= head; ) {
      const records = await this.#frames(`/v1/audit/export/blocks?from=${next}`);
      if (records.length === 0) return;
      for (const record of records) {
        const rows = decodeExportRecord(record);
        // A node that repeats itself would be asked for ever.
        if (rows === null || rows.block.height < next) throw this.#wrong(`no record of height ${next} or above`);
        if (rows.block.height > head) return;
        next = rows.block.height + 1;
        yield rows;
      }
    }
  }

  /** Of the blocks that are read; bytes that are no certificate are told as such by height 0. */
  async checkpoints(from: number): Promise<readonly AuditCheckpointRow[]> {
    const head = await this.#headHeight();
    const start = Math.max(0, from);
    const records = await this.#frames(`/v1/audit/export/checkpoints?from=${start}`);
    const rows: AuditCheckpointRow[] = [];
    for (const encoded of records) {
      const decoded = decodeCheckpoint(encoded);
      if (!decoded.ok || decoded.value.height < start) throw this.#wrong(`no certificates of height ${start} or above`);
      const { height, blockHash, stateRoot } = decoded.value;
      if (height <= head) rows.push({ height, blockHash, stateRoot, encoded });
    }
    return rows;
  }

  async #headHeight(): Promise<number> {
    if (this.#head !== null) return this.#head;
    const status: unknown = JSON.parse(new TextDecoder().decode(await this.#get('/status')));
    const { height } = status as { readonly height?: unknown };
    if (!Number.isSafeInteger(height)) throw this.#wrong('no height');
    return (this.#head = height as number);
  }

  async #frames(path: string): Promise<readonly Uint8Array[]> {
    const records = splitFrames(await this.#get(path));
    if (records === null) throw this.#wrong('bytes that are no frames');
    return records;
  }

  #wrong(what: string): AskingFault {
    return new AskingFault('ANSWER_INVALID', `${this.url} gave ${what}`);
  }

  /** Asked again where that can help: the node is away, or busy with others. */
  async #get(path: string): Promise<Uint8Array> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#ask(path);
      if (answer instanceof Uint8Array) return answer;
      const seconds = PAUSES[attempt];
      if (!answer.canHelp || seconds === undefined) throw answer.fault;
      await pause(seconds * 1000, undefined, { signal: this.signal }).catch(() => this.signal.throwIfAborted());
    }
  }

  async #ask(path: string): Promise<Uint8Array | { readonly fault: AskingFault; readonly canHelp: boolean }> {
    const address = new URL(path, this.url).href;
    let response: Response;
    let bytes: Uint8Array;
    try {
      const authorization = `Bearer ${await this.token()}`;
      response = await fetch(address, {
        headers: { authorization, accept: MEDIA.export },
        // A redirect could carry the token to somebody else.
        redirect: 'error',
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(TIMEOUT_MS)])
      });
      bytes = await readAll(response);
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof AskingFault) throw error;
      const { cause } = error as { readonly cause?: { readonly code?: unknown } };
      const why = typeof cause?.code === 'string' ? cause.code : (error as Error).message;
      return { fault: new AskingFault('NODE_UNREACHABLE', `no node answers at ${address} (${why})`), canHelp: true };
    }
    if (response.status < 300) return bytes;
    return problemOf(response.status, bytes, address);
  }
}

async function readAll(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > ANSWER_BYTES) throw new AskingFault('ANSWER_INVALID', `${response.url} gave more than ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function problemOf(status: number, body: Uint8Array, address: string): { readonly fault: AskingFault; readonly canHelp: boolean } {
  let problem: { readonly code?: unknown; readonly detail?: unknown; readonly retryable?: unknown } = {};
  try {
    problem = JSON.parse(new TextDecoder().decode(body)) as typeof problem;
  } catch {
    // Something else than a node has answered; the status says enough.
  }
  const { code, detail, retryable } = problem;
  const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,62}$/.test(code) ? code : 'ANSWER_INVALID';
  const fault = new AskingFault(known, `${address} answered ${status}: ${String(detail ?? '').slice(0, 500)}`);
  return { fault, canHelp: retryable === true || status === 429 || status >= 502 };
}
