/** What a witness cries about; `recovered` ends a stall. */
export interface Alarm {
  readonly kind: 'fork' | 'stall' | 'false-answer' | 'recovered';
  readonly chainId: string;
  /** Key of the witness, base64url. */
  readonly witness: string;
  /** Height of the fork, else of the last statement. */
  readonly height: number;
  readonly detail: string;
  /** Text of a fraud proof, of a fork. */
  readonly fraudProof?: string;
}

const TIMEOUT_MS = 10_000;

/** Posts an alarm as JSON; resolves with '' or with why it was not taken: an alarm that fails must not stop the witness. */
export async function postAlarm(url: string, alarm: Alarm): Promise<string> {
  try {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(alarm), redirect: 'error', signal });
    return status < 300 ? '' : `it answered ${status}`;
  } catch (error) {
    return (error as Error).message;
  }
}
