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

  async #answer(line: number, bytes: Uint8Array | null, waitMs: number): Promise<TransactionLine> {
    if (bytes === null) return refusedLine(line, 'TX_TOO_LARGE', 'the line is longer than the largest transaction');
    try {
      const transaction = receiveCompact(asciiText(bytes), gatewayOf(this.context));
      const submitted = await this.#submit(transaction, waitMs);
      return lineAnswer(line, transaction.txId, submitted, this.context.node.heights().certifiedHeight);
    } catch (error) {
      // The answer has begun: whatever goes wrong now is a line of its own, never an end without a word.
      const fault = faultOf(error) ?? new ApiFault('INTERNAL', 'the node failed on this line; ask for the transaction');
      return refusedLine(line, fault.code, fault.detail);
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

/** Latin-1 keeps every byte apart, so bytes that no JWS has stay visible to the decoder. */
export const asciiText = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').trim();
