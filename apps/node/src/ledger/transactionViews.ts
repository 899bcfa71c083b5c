import type { TransactionAnswer, TransactionLine, TransactionView } from '@lading/api';
import type { CommittedTransaction, StoredTransaction } from '@lading/engine';
import { toBase64Url, type Hash } from '@lading/kernel';
import { decodeTransaction, toCompactJws } from '@lading/ledger';
import { isRefused, type Submitted } from './submissions.js';

const idOf = (txId: Hash): string => toBase64Url(txId);

const stateOf = (status: string, certified: boolean): TransactionAnswer['state'] =>
  status === 'REJECTED' ? 'rejected' : certified ? 'certified' : 'committed';

export function pendingAnswer(txId: Hash): TransactionAnswer {
  return { txId: idOf(txId), state: 'pending', height: null, index: null, status: null, code: '', detail: [] };
}

export function committedAnswer(tx: CommittedTransaction, certifiedHeight: number): TransactionAnswer {
  const { status, code, detail } = tx.outcome;
  const state = stateOf(status, tx.height <= certifiedHeight);
  return { txId: idOf(tx.txId), state, height: tx.height, index: tx.index, status, code, detail };
}

/** One line of an answer to many: refusals before ordering are lines too, never the end of the answer. */
export function lineAnswer(line: number, txId: Hash, submitted: Submitted, certified: number): TransactionLine {
  if (!isRefused(submitted)) {
    // Written out: made for each transaction, and copying one object into another takes several times as long.
    const { height, index, outcome } = submitted;
    const { status, code, detail } = outcome;
    return { line, txId: idOf(submitted.txId), state: stateOf(status, height <= certified), height, index, code, detail };
  }
  const refused = { ...refusedLine(line, submitted.code, submitted.detail), txId: idOf(txId) };
  return submitted.code === 'COMMIT_TIMEOUT' ? { ...refused, state: 'pending' } : refused;
}

export function refusedLine(line: number, code: string, detail: string): TransactionLine {
  return { line, txId: null, state: 'rejected', height: null, index: null, code, detail };
}

export function storedView(stored: StoredTransaction, timestampMs: number, certifiedHeight: number): TransactionView {
  const { height, index, outcome, encoded } = stored;
  const tx = decodeTransaction(encoded);
  return {
    txId: idOf(outcome.txId),
    state: stateOf(outcome.status, height <= certifiedHeight),
    height,
    index,
    status: outcome.status,
    code: outcome.code,
    detail: outcome.detail,
    timestampMs,
    organization: tx.ok ? tx.value.organization : null,
    member: tx.ok ? tx.value.member : null,
    operation: tx.ok ? tx.value.header.op : null,
    jws: tx.ok ? toCompactJws(tx.value) : null
  };
}

export function pendingView(txId: Hash): TransactionView {
  const unknown = { timestampMs: null, organization: null, member: null, operation: null, jws: null };
  return { ...pendingAnswer(txId), ...unknown };
}
