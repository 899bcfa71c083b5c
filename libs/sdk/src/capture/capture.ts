import { captureJobSchema, HEADER, MEDIA, type CaptureJob } from '@lading/api';
import { toBase64Url } from '@lading/kernel';
import type { Genesis, Transaction } from '@lading/ledger';
import { LadingError } from '../errors.js';
import type { HttpClient } from '../http/httpClient.js';
import { jsonOf } from '../http/json.js';
import { DEFAULT_TIMEOUT_MS, preferWait, type Answer } from '../http/options.js';
import { delay } from '../http/retry.js';
import { chooseLanes, detachedSignature, signTransaction, type TransactionSigner } from '../signing.js';
import { eventPayloads, type CaptureBehaviour } from './payloads.js';

export interface CaptureOptions {
  /** Default: rollback, part by part when the document needs several transactions. */
  readonly behaviour?: CaptureBehaviour;
  /** Idempotency key; several parts get ".0", ".1" … after it. Default: random. */
  readonly jti?: string;
  /** Milliseconds since 1970. Default: the clock's. */
  readonly nowMs?: number;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /**
   * `readable` (default): until queries of this node show the events. `decided`: until every part is in a block and its
   * outcome is known; the job may then still be running.
   */
  readonly until?: 'decided' | 'readable';
  /** Called when the node has all parts in its lane: what is captured after that is ordered after them. */
  readonly onAccepted?: () => void;
}

export interface CaptureResult {
  /** The signed transactions, in order. */
  readonly transactions: readonly Transaction[];
  /** Their ids in text. */
  readonly txIds: readonly string[];
  /** Of one bare event: its id, as given or as the node made it. */
  readonly eventId: string | null;
  /** True when the event had been captured before with the same content: nothing was ordered again. */
  readonly replayed: boolean;
  /** Of a document: the job, as far as `until` says. */
  readonly job: CaptureJob | null;
}

/** First pause between two looks at a job, and the longest. */
const POLL_MS = 20;
const LONGEST_POLL_MS = 200;
const EVENTS = '/epcis/v2/events';
const CAPTURE = '/epcis/v2/capture';

/** Signs and captures a file of events; resolves when the ledger has decided. */
export async function captureFile(
  http: HttpClient,
  genesis: Genesis,
  file: Uint8Array,
  signer: TransactionSigner,
  options: CaptureOptions
): Promise<CaptureResult> {
  const captureId = crypto.randomUUID();
  const made = eventPayloads(file, captureId, options.behaviour);
  if (!made.ok) throw refusedFile(made);
  const { payloads, isBareEvent } = made.value;
  const lanes = chooseLanes(genesis.config, signer.organization);
  const transactions: Transaction[] = [];
  const answers: Answer[] = [];
  // A node answers when the part waits in its lane: the next one is then behind it, and none waits for a block.
  for (const [i, payload] of payloads.entries()) {
    const jti = options.jti === undefined || payloads.length === 1 ? options.jti : `${options.jti}.${i}`;
    const request = { chainId: genesis.chainId, op: 'epcis.capture', payload, lanes };
    const clock = options.nowMs === undefined ? {} : { nowMs: options.nowMs };
    const transaction = await signTransaction({ ...request, ...clock, ...(jti === undefined ? {} : { jti }) }, signer);
    transactions.push(transaction);
    answers.push(await post(http, isBareEvent ? EVENTS : CAPTURE, transaction, options));
  }
  options.onAccepted?.();
  const location = answers[0]?.headers.get('location') ?? '';
  return {
    transactions,
    txIds: transactions.map(({ txId }) => toBase64Url(txId)),
    eventId: isBareEvent ? decodeURIComponent(location.slice(location.lastIndexOf('/') + 1)) : null,
    replayed: answers[0]?.headers.get(HEADER.idempotentReplayed) === 'true',
    job: isBareEvent ? null : await finishedJob(http, location, transactions.length, options)
  };
}

/** A file that no node would take, told in the form of a node's own answer. */
function refusedFile(refusal: {
  readonly code: string;
  readonly detail: string;
  readonly pointer?: string;
}): LadingError {
  const { code, detail, pointer } = refusal;
  const errors = pointer === undefined ? [] : [{ pointer, code, detail }];
  const none = { status: null, requestId: null, data: undefined, url: '', retryAfterSeconds: null };
  return new LadingError({ code, detail, errors, retryable: false, ...none });
}

function post(http: HttpClient, path: string, transaction: Transaction, options: CaptureOptions): Promise<Answer> {
  const { signal, timeoutMs } = options;
  return http.send({
    method: 'POST',
    path,
    headers: {
      'content-type': MEDIA.json,
      [HEADER.signature]: detachedSignature(transaction),
      prefer: preferWait(timeoutMs)
    },
    body: transaction.payload,
    authenticated: true,
    write: true,
    ...(signal === undefined ? {} : { signal }),
    ...(timeoutMs === undefined ? {} : { timeoutMs })
  });
}

/** Asks for the job until it is as far as is asked for, or time is up: then the job as it stands, still running. */
async function finishedJob(
  http: HttpClient,
  location: string,
  parts: number,
  options: CaptureOptions
): Promise<CaptureJob> {
  const deadline = performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal ?? new AbortController().signal;
  const isThere = (job: CaptureJob): boolean =>
    options.until === 'decided' ? job.parts.every(({ state }) => state !== 'pending') : !job.running;
  for (let pause = POLL_MS; ; pause = Math.min(LONGEST_POLL_MS, 1.5 * pause)) {
    const left = Math.max(1000, deadline - performance.now());
    const answer = await http.send({ method: 'GET', path: location, authenticated: true, signal, timeoutMs: left });
    const job = jsonOf(answer, captureJobSchema);
    if ((isThere(job) && job.parts.length >= parts) || performance.now() >= deadline) return job;
    await delay(pause, signal);
  }
}
