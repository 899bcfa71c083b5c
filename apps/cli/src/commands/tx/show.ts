import type { TransactionAnswer } from '@lading/api';
import type { Call } from '../../call.js';
import { EXIT, type ExitCode } from '../../exitCodes.js';
import { safeText } from '../../text/safe.js';

/** Prints where a transaction stands; the exit code says whether the ledger accepted it. */
export function showTransaction(
  call: Call,
  answer: TransactionAnswer,
  more: readonly (readonly [string, string])[] = []
): ExitCode {
  if (call.out.isJson) call.out.json(answer);
  else {
    const outcome =
      answer.status === null ? 'not decided yet' : `${answer.status}${answer.code === '' ? '' : ` ${answer.code}`}`;
    const detail = Array.isArray(answer.detail) && answer.detail.length === 0 ? '' : JSON.stringify(answer.detail);
    const rows: (readonly [string, string])[] = [
      ['state', answer.state],
      ['outcome', `${outcome}${detail === '' ? '' : `  ${detail}`}`],
      ['place', answer.height === null ? '–' : `height ${answer.height}, index ${answer.index ?? 0}`],
      ...more
    ];
    call.out.line(answer.txId);
    for (const [label, value] of rows) call.out.line(`  ${label.padEnd(10)}${safeText(value)}`);
  }
  return answer.state === 'rejected' ? EXIT.failed : EXIT.ok;
}
