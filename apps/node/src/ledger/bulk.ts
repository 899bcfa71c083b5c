import { ApiFault, receiveCompact, type TransactionLine } from '@lading/api';
import { faultOf } from '../http/problem.filter.js';
import type { NodeContext } from '../nodeContext.js';
import type { Submissions } from './submissions.js';
import { lineAnswer, refusedLine } from './transactionViews.js';

/** Lines in flight at once: enough to fill batches, small against the mempool. */
const WINDOW = 1024;

/**
 * Answers one line per line, in their order, while later ones are still on their way. A line that is refused does
 * not stop the others.
 */
export async function* submitLines(
  lines: readonly Uint8Array[],
  context: NodeContext,
  submissions: Submissions,
  waitMs: number
): AsyncGenerator<string> {
  const started: Promise<TransactionLine>[] = [];
  for (let i = 0; i < lines.length; i++) {
    while (started.length < Math.min(lines.length, i + WINDOW)) {
      started.push(one(started.length, lines[started.length] as Uint8Array, context, submissions, waitMs));
    }
    yield `${JSON.stringify(await started[i])}\n`;
  }
}

async function one(
  line: number,
  bytes: Uint8Array,
  context: NodeContext,
  submissions: Submissions,
  waitMs: number
): Promise<TransactionLine> {
  try {
    const gateway = { chainId: context.genesis.chainId, verify: null };
    const transaction = receiveCompact(asciiText(bytes), gateway);
    const submitted = await submissions.submit(transaction, waitMs);
    return lineAnswer(line, transaction.txId, submitted, context.node.status().certifiedHeight);
  } catch (error) {
    // The answer has begun: whatever goes wrong now is a line of its own, never an end without a word.
    const fault = faultOf(error) ?? new ApiFault('INTERNAL', 'the node failed on this line; ask for the transaction');
    return refusedLine(line, fault.code, fault.detail);
  }
}

/** Latin-1 keeps every byte apart, so bytes that no JWS has stay visible to the decoder. */
export const asciiText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').trim();
