import {
  blockViewSchema,
  itemSchema,
  MEDIA,
  membersSchema,
  nodeStatusSchema,
  traceSchema,
  transactionAnswerSchema,
  transactionViewSchema,
  type BlockView,
  type ItemView,
  type Members,
  type NodeStatusAnswer,
  type Trace,
  type TransactionAnswer,
  type TransactionView
} from '@lading/api';
import { decodeGenesis, toCompactJws, type Genesis, type Transaction } from '@lading/ledger';
import { captureFile, type CaptureOptions, type CaptureResult } from './capture/capture.js';
import { ladingError } from './errors.js';
import { eventList, queryEvents, type EventQuery } from './eventQuery.js';
import { HttpClient } from './http/httpClient.js';
import { jsonOf, parseJson, textOf, type Schema } from './http/json.js';
import { DEFAULT_TIMEOUT_MS, preferWait, type Call, type ClientOptions } from './http/options.js';
import { delay } from './http/retry.js';
import { chooseLanes, signTransaction, type TransactionSigner } from './signing.js';
import type { Operation } from './membership.js';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** The call with all its retries; default as the client's. */
  readonly timeoutMs?: number;
}

const POLL_MS = 50;

/**
 * A network as one member sees it. Every method rejects with a LadingError whose `code` says what happened, or with the
 * signal's reason. `genesis` is the caller's own copy: with it, a node cannot make anyone sign for another network.
 */
export class LadingClient {
  readonly #http: HttpClient;
  #genesis: Genesis | null;

  constructor(options: ClientOptions & { readonly genesis?: Genesis }) {
    this.#http = new HttpClient(options);
    this.#genesis = options.genesis ?? null;
  }

  /** Height, agreement, latency, and the reason when the node is not healthy. Anybody may ask. */
  status(options: ReadOptions = {}): Promise<NodeStatusAnswer> {
    return this.#json('/status', nodeStatusSchema, { authenticated: false, ...options });
  }

  /** The network's genesis: the caller's copy, else the node's, checked to be in its one form. */
  async genesis(options: ReadOptions = {}): Promise<Genesis> {
    if (this.#genesis !== null) return this.#genesis;
    const answer = await this.#http.send({ method: 'GET', path: '/v1/genesis', authenticated: false, ...options });
    const decoded = decodeGenesis(answer.bytes);
    if (!decoded.ok) throw ladingError('ANSWER_INVALID', `${decoded.code}: ${decoded.detail}`, answer.url);
    this.#genesis = decoded.value;
    return decoded.value;
  }

  /**
   * Submits a signed transaction and resolves once it is committed (or refused by the contract: see `state` and
   * `code`). Lost answers are no harm: the same transaction is sent again, and its first outcome comes back.
   */
  async submitTransaction(transaction: Transaction | string, options: ReadOptions = {}): Promise<TransactionAnswer> {
    const answer = await this.#http.send({
      method: 'POST',
      path: '/v1/transactions',
      headers: { 'content-type': MEDIA.jose, prefer: preferWait(options.timeoutMs) },
      body: typeof transaction === 'string' ? transaction.trim() : toCompactJws(transaction),
      // It carries its member's signature; and the first ones register the keys that tokens need.
      authenticated: false,
      write: true,
      ...options
    });
    const first = jsonOf(answer, transactionAnswerSchema);
    return answer.status === 201 ? first : this.waitCommitted(first.txId, options);
  }

  /** Signs an operation with the key and submits it. */
  async perform(
    operation: Operation,
    signer: TransactionSigner,
    options: ReadOptions = {}
  ): Promise<TransactionAnswer> {
    const { chainId, config } = await this.genesis(options);
    const lanes = chooseLanes(config, signer.organization);
    return this.submitTransaction(await signTransaction({ chainId, lanes, ...operation }, signer), options);
  }

  /** Asks until the transaction is committed or rejected. */
  async waitCommitted(txId: string, options: ReadOptions = {}): Promise<TransactionView> {
    return this.#until(txId, ({ state }) => state !== 'pending' && state !== 'inBlock', options);
  }

  transaction(txId: string, options: ReadOptions = {}): Promise<TransactionView> {
    return this.#json(`/v1/transactions/${encodeURIComponent(txId)}`, transactionViewSchema, options);
  }

  /** `latest`, or a height. */
  block(height: number | 'latest', options: ReadOptions = {}): Promise<BlockView> {
    return this.#json(`/v1/blocks/${height}`, blockViewSchema, options);
  }

  members(options: ReadOptions = {}): Promise<Members> {
    return this.#json('/v1/members', membersSchema, options);
  }

  /** Signs and captures an EPCIS event or document (bytes, text, or an object that is written as JSON). */
  async capture(
    document: Uint8Array | string | object,
    signer: TransactionSigner,
    options: CaptureOptions = {}
  ): Promise<CaptureResult> {
    const file =
      document instanceof Uint8Array
        ? document
        : utf8(typeof document === 'string' ? document : JSON.stringify(document));
    return captureFile(this.#http, await this.genesis(options), file, signer, options);
  }

  /** Events that match, page by page: `for await (const event of client.events({ EQ_bizStep: 'shipping' })) …` */
  events(query: EventQuery = {}, signal?: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    return queryEvents(this.#http, query, signal);
  }

  /** The event and the error declarations on it, oldest first; and the answer's exact text. */
  async event(
    eventId: string,
    options: ReadOptions = {}
  ): Promise<{ readonly events: readonly Record<string, unknown>[]; readonly text: string }> {
    const path = `/epcis/v2/events/${encodeURIComponent(eventId)}`;
    const answer = await this.#http.send({ method: 'GET', path, authenticated: true, ...options });
    return { events: eventList(parseJson(answer), answer.url), text: textOf(answer) };
  }

  /** `item`: a URI of the item, or a bare lot or serial number when only one item has it (else AMBIGUOUS_ITEM). */
  trace(item: string, direction: 'back' | 'forward', options: ReadOptions = {}): Promise<Trace> {
    return this.#json(`/v1/trace/${encodeURIComponent(item)}?direction=${direction}`, traceSchema, options);
  }

  item(item: string, options: ReadOptions = {}): Promise<ItemView> {
    return this.#json(`/v1/items/${encodeURIComponent(item)}`, itemSchema, options);
  }

  /** The receipt of a transaction or event, waiting until it is certified. `text` is the proof, in its one form. */
  async receipt(id: string, options: ReadOptions = {}): Promise<{ readonly text: string }> {
    const path = `/v1/proofs/receipt/${encodeURIComponent(id)}`;
    return { text: textOf(await this.#http.send({ method: 'GET', path, authenticated: true, ...options })) };
  }

  async #json<T>(path: string, schema: Schema<T>, options: Partial<Call>): Promise<T> {
    return jsonOf(await this.#http.send({ method: 'GET', path, authenticated: true, ...options }), schema);
  }

  async #until(
    txId: string,
    done: (view: TransactionView) => boolean,
    options: ReadOptions
  ): Promise<TransactionView> {
    const limitMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const deadline = performance.now() + limitMs;
    const signal = options.signal ?? new AbortController().signal;
    for (;;) {
      const view = await this.transaction(txId, { signal, timeoutMs: Math.max(1, deadline - performance.now()) });
      if (done(view)) return view;
      if (performance.now() + POLL_MS >= deadline) {
        throw ladingError(
          'NODE_TIMEOUT',
          `transaction ${txId} is not committed after ${limitMs / 1000} s; its outcome is unknown: ask again`,
          ''
        );
      }
      await delay(POLL_MS, signal);
    }
  }
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
