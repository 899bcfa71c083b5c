import { codeEntry, MEDIA, transactionLineSchema, type TransactionLine } from '@lading/api';
import { toCompactJws, type Transaction } from '@lading/ledger';
import { ladingError } from './errors.js';
import type { HttpClient } from './http/httpClient.js';
import { textOf } from './http/json.js';
import { DEFAULT_TIMEOUT_MS, preferWait, type Answer } from './http/options.js';
import { delay } from './http/retry.js';

/** Of one request. Small requests may be repeated whole, and run in browsers, which cannot write a body while they read. */
const REQUEST_LINES = 256;
const REQUEST_BYTES = 1 << 20;
/** Requests under way at once: the node decides one while the next arrives. */
const REQUESTS = 4;
const REPEAT_MS = 100;

export interface SubmitManyOptions {
  readonly signal?: AbortSignal;
  /** For each request with its repetitions; default as the client's. */
  readonly timeoutMs?: number;
}

type Source = Iterable<Transaction | string> | AsyncIterable<Transaction | string>;

/**
 * Submits signed transactions as lines, some requests at a time, and yields one answer each in the order given; `line`
 * counts from 0. Lines refused for a moment only (retryable codes) are sent again until time is up.
 */
export async function* submitMany(http: HttpClient, source: Source, options: SubmitManyOptions): AsyncGenerator<TransactionLine> {
  const running: Promise<readonly TransactionLine[]>[] = [];
  let first = 0;
  const begin = (lines: readonly string[]): void => {
    const answered = submitLines(http, lines, first, options);
    // Whoever stops reading must not be told of it by the end of the process.
    answered.catch(() => undefined);
    running.push(answered);
    first += lines.length;
  };
  for await (const lines of parts(source)) {
    if (running.length >= REQUESTS) yield* await (running.shift() as (typeof running)[number]);
    begin(lines);
  }
  for (const answered of running) yield* await answered;
}

async function* parts(source: Source): AsyncGenerator<readonly string[]> {
  let lines: string[] = [];
  let bytes = 0;
  for await (const transaction of source) {
    const line = typeof transaction === 'string' ? transaction.trim() : toCompactJws(transaction);
    if (lines.length > 0 && (lines.length >= REQUEST_LINES || bytes + line.length > REQUEST_BYTES)) {
      yield lines;
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += line.length + 1;
  }
  if (lines.length > 0) yield lines;
}

async function submitLines(
  http: HttpClient,
  lines: readonly string[],
  first: number,
  options: SubmitManyOptions
): Promise<readonly TransactionLine[]> {
  const answers: TransactionLine[] = [];
  const deadline = performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal ?? new AbortController().signal;
  let open = lines.map((_, i) => i);
  for (;;) {
    const leftMs = Math.max(1, deadline - performance.now());
    const decided = await postLines(http, open.map((i) => lines[i] as string), signal, leftMs);
    for (const [i, answer] of decided.entries()) {
      const at = open[i] as number;
      answers[at] = { ...answer, line: first + at };
    }
    open = open.filter((i) => answers[i] === undefined || codeEntry(answers[i].code).retryable);
    if (open.length === 0 || performance.now() + REPEAT_MS >= deadline) break;
    await delay(REPEAT_MS, signal);
  }
  if (answers.length === lines.length && !answers.includes(undefined as never)) return answers;
  throw ladingError('NODE_TIMEOUT', 'the node did not answer every line in time; the outcome of the others is unknown: ask again', '');
}

/** The answers that came: a node that stops in between has answered the first lines only. */
async function postLines(
  http: HttpClient,
  lines: readonly string[],
  signal: AbortSignal,
  timeoutMs: number
): Promise<readonly TransactionLine[]> {
  const answer = await http.send({
    method: 'POST',
    path: '/v1/transactions',
    headers: { 'content-type': MEDIA.ndjson, prefer: preferWait(timeoutMs) },
    body: lines.join('\n'),
    authenticated: false,
    write: true,
    signal,
    timeoutMs
  });
  return linesOf(answer).slice(0, lines.length);
}

function linesOf(answer: Answer): readonly TransactionLine[] {
  const text = textOf(answer).trim();
  return text === '' ? [] : text.split('\n').map((line) => lineOf(line, answer.url));
}

function lineOf(text: string, url: string): TransactionLine {
  try {
    return transactionLineSchema.parse(JSON.parse(text));
  } catch (error) {
    throw ladingError('ANSWER_INVALID', 'the node answered a line in another form', url, error);
  }
}
