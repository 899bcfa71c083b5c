import type { CommittedTransaction, SubmitFault } from '@lading/engine';
import type { Rejection } from '@lading/kernel';

/** What became of a submission. */
export type Submitted = CommittedTransaction | Rejection<SubmitFault>;

export const isRefused = (submitted: Submitted): submitted is Rejection<SubmitFault> => 'ok' in submitted;

/** The value when it comes in time, else null. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
