import { ladingError, LadingError, problemError } from '../errors.js';
import { startDeadline, type Deadline } from './deadline.js';
import { DEFAULT_TIMEOUT_MS, type Answer, type Call, type ClientOptions } from './options.js';
import { delay, pauseMs, UNREACHABLE_ATTEMPTS } from './retry.js';

/** Largest answer that is read: a page of events is far smaller. */
const ANSWER_BYTES = 64 << 20;

/**
 * Sends requests and repeats them while that can help. Every request here may be repeated: reads change nothing, and
 * the ledger itself recognizes a transaction that it has seen.
 */
export class HttpClient {
  readonly #options: ClientOptions;
  readonly #fetch: typeof fetch;
  readonly #delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly #random: () => number;
  /** The node that answered last; asked first next time. */
  #preferred: string;

  constructor(options: ClientOptions) {
    const [first] = options.urls;
    if (first === undefined) throw new RangeError('LadingClient needs the address of a node');
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
    this.#delay = options.delay ?? delay;
    this.#random = options.random ?? Math.random;
    this.#preferred = first;
  }

  /** The answer with a status below 300, else a LadingError. An abort by the caller throws the signal's own reason. */
  async send(call: Call): Promise<Answer> {
    const limitMs = call.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const deadline = startDeadline(limitMs, call.signal);
    try {
      return await this.#repeat(call, limitMs, deadline);
    } finally {
      deadline.dispose();
    }
  }

  /** An answer that is read while it comes; asked once, of the node that answered last. */
  async open(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    const url = new URL(path, this.#preferred).href;
    const token = await this.#options.token?.();
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = { headers: { ...headers, ...authorization }, redirect: 'error', signal } as const;
    const response = await this.#fetch(url, sent).catch((error: unknown) => {
      if (signal.aborted) throw error;
      throw ladingError('NODE_UNREACHABLE', `no node answers at ${url} (${causeOf(error)})`, url, error);
    });
    if (response.status >= 300) throw problemError(response.status, response.headers, await response.text(), url);
    return response;
  }

  async #repeat(call: Call, limitMs: number, deadline: Deadline): Promise<Answer> {
    let unreachable = 0;
    let last: LadingError | null = null;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(call, deadline.signal, unreachable);
      } catch (error) {
        if (call.signal?.aborted === true) throw call.signal.reason;
        if (!(error instanceof LadingError) && !deadline.isOver) throw error;
        const failure: LadingError =
          error instanceof LadingError ? error : (last ?? this.#outOfTime(call, limitMs, error));
        last = failure;
        if (failure.code === 'NODE_UNREACHABLE') unreachable++;
        const pause = pauseMs(attempt, failure.retryAfterSeconds, this.#random);
        if (deadline.isOver || !this.#worthRepeating(call, failure, unreachable) || pause >= deadline.leftMs())
          throw failure;
        // Another node may answer at once; only the same one again needs the pause.
        if (failure.code !== 'NODE_UNREACHABLE' || unreachable >= this.#candidates(call).length) {
          await this.#delay(pause, deadline.signal).catch(() => undefined);
        }
      }
    }
  }

  #candidates(call: Call): readonly string[] {
    const { urls, writeUrls } = this.#options;
    const all = call.write === true ? (writeUrls ?? urls.slice(0, 1)) : urls;
    return all.includes(this.#preferred) ? [this.#preferred, ...all.filter((url) => url !== this.#preferred)] : all;
  }

  #worthRepeating(call: Call, failure: LadingError, unreachable: number): boolean {
    if (failure.code === 'NODE_TIMEOUT' || !failure.retryable) return false;
    if (failure.code === 'NODE_UNREACHABLE') {
      return unreachable < Math.max(UNREACHABLE_ATTEMPTS, this.#candidates(call).length);
    }
    return call.retry === undefined || call.retry(failure.code);
  }

  #outOfTime(call: Call, limitMs: number, cause: unknown): LadingError {
    const detail = `no answer to ${call.method} ${call.path} in ${limitMs / 1000} s; the outcome is unknown: ask again`;
    return ladingError('NODE_TIMEOUT', detail, this.#preferred, cause);
  }

  async #once(call: Call, signal: AbortSignal, skip: number): Promise<Answer> {
    const candidates = this.#candidates(call);
    const base = candidates[skip % candidates.length] as string;
    const url = new URL(call.path, base).href;
    const token = call.authenticated ? await this.#options.token?.() : undefined;
    const startedMs = performance.now();
    const tell = (outcome: number | string): void =>
      this.#options.onExchange?.({ method: call.method, url, outcome, milliseconds: performance.now() - startedMs });
    let status = 0;
    let headers = new Headers();
    let bytes: Uint8Array;
    try {
      const response = await this.#fetch(url, {
        method: call.method,
        headers: { ...call.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        ...(call.body === undefined ? {} : { body: call.body }),
        // A redirect could carry the token to somebody else.
        redirect: 'error',
        signal
      });
      ({ status, headers } = response);
      bytes = await readAll(response, url);
    } catch (error) {
      tell(error instanceof LadingError ? error.code : signal.aborted ? 'aborted' : 'unreachable');
      if (signal.aborted || error instanceof LadingError) throw error;
      throw ladingError('NODE_UNREACHABLE', `no node answers at ${base} (${causeOf(error)})`, url, error);
    }
    tell(status);
    if (status >= 300) throw problemError(status, headers, new TextDecoder().decode(bytes), url);
    this.#preferred = base;
    return { status, headers, bytes, url };
  }
}

async function readAll(response: Response, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = response.body as AsyncIterable<Uint8Array> | null;
  if (body !== null)
    for await (const chunk of body) {
      size += chunk.length;
      if (size > ANSWER_BYTES)
        throw ladingError('ANSWER_INVALID', `an answer of more than ${ANSWER_BYTES} bytes`, url);
      chunks.push(chunk);
    }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** `fetch` hides the reason (connection refused, unknown host) in the cause of its error. */
function causeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown; readonly message?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  if (typeof cause?.message === 'string') return cause.message;
  return error instanceof Error ? error.message : String(error);
}
