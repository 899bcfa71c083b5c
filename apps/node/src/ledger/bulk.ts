import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ApiFault, receiveCompact, type TransactionLine } from '@lading/api';
import type { Transaction } from '@lading/ledger';
import { faultOf } from '../http/problem.filter.js';
import { NODE_CONTEXT, type NodeContext } from '../nodeContext.js';
import { LineStream } from './lineStream.js';
import { gatewayOf, isRefused, Submissions, type Submitted } from './submissions.js';
import { lineAnswer, refusedLine } from './transactionViews.js';

/** Streams at once; each holds up to two MiB of lines. */
const STREAMS = 64;
/** A line that finds the mempool full is tried again after each block, or after this long. */
const FULL_RETRY_MS = 100;

/** Answers to requests of one transaction a line. */
@Injectable()
export class BulkSubmissions {
  #streams = 0;
  /** Shared by all lines that wait for room. */
  #room: Promise<void> | null = null;

  constructor(
    @Inject(NODE_CONTEXT) private readonly context: NodeContext,
    @Inject(Submissions) private readonly submissions: Submissions
  ) {}

  /** Throws STREAM_LIMIT when too many are open. A line that is refused does not stop the others. */
  open(body: Readable, waitMs: number): AsyncGenerator<string> {
    if (this.#streams >= STREAMS) throw new ApiFault('STREAM_LIMIT', `${STREAMS} streams of transactions are open on this node`);
    this.#streams++;
    body.once('close', () => this.#streams--);
    return new LineStream(body, (line, bytes) => this.#answer(line, bytes, waitMs)).answers();
  }

  /** Not waited for here: the bytes are a piece of what the socket brought, and would stay in memory with all of it. */
  #answer(line: number, bytes: Uint8Array | null, waitMs: number): Promise<TransactionLine> {
    if (bytes === null) return Promise.resolve(refusedLine(line, 'TX_TOO_LARGE', 'the line is longer than the largest transaction'));
    try {
      return this.#follow(line, receiveCompact(trimmed(bytes), gatewayOf(this.context)), waitMs);
    } catch (error) {
      return Promise.resolve(failedLine(line, error));
    }
  }

  async #follow(line: number, transaction: Transaction, waitMs: number): Promise<TransactionLine> {
    try {
      const submitted = await this.#submit(transaction, waitMs);
      return lineAnswer(line, transaction.txId, submitted, this.context.node.heights().certifiedHeight);
    } catch (error) {
      return failedLine(line, error);
    }
  }

  /** A full mempool is waited for: meanwhile the window of the stream fills, and its sender feels it. */
  async #submit(transaction: Transaction, waitMs: number): Promise<Submitted> {
    const { nowMs } = this.context;
    const untilMs = nowMs() + waitMs;
    for (;;) {
      const submitted = await this.submissions.submit(transaction, Math.max(1, untilMs - nowMs()));
      if (!isRefused(submitted) || submitted.code !== 'MEMPOOL_FULL' || nowMs() >= untilMs) return submitted;
      await (this.#room ??= this.#nextBlock());
    }
  }

  #nextBlock(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stop();
        this.#room = null;
        resolve();
      };
      const timer = setTimeout(done, FULL_RETRY_MS);
      const stop = this.context.node.onCommitted(done);
    });
  }
}

/** The answer has begun: whatever goes wrong now is a line of its own, never an end without a word. */
function failedLine(line: number, error: unknown): TransactionLine {
  const fault = faultOf(error) ?? new ApiFault('INTERNAL', 'the node failed on this line; ask for the transaction');
  return refusedLine(line, fault.code, fault.detail);
}

/** Tab to carriage return, space, and Latin-1's no-break space. */
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0xa0 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);

/** Without white space around it. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  let [start, end] = [0, bytes.length];
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end - 1])) end--;
  return start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
}
