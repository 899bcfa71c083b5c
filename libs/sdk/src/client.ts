import {
  blockViewSchema,
  evidencePageSchema,
  itemSchema,
  MEDIA,
  membersSchema,
  networkViewSchema,
  nodeStatusSchema,
  traceSchema,
  transactionAnswerSchema,
  transactionViewSchema,
  type BlockView,
  type EvidencePage,
  type ItemView,
  type Members,
  type NetworkView,
  type NodeStatusAnswer,
  type Trace,
  type TransactionAnswer,
  type TransactionLine,
  type TransactionView
} from '@lading/api';
import { fromBase64Url, toBase64Url } from '@lading/kernel';
import { decodeConfig, decodeGenesis, toCompactJws, type EpochConfig, type Genesis, type Transaction } from '@lading/ledger';
import { captureFile, type CaptureOptions, type CaptureResult } from './capture/capture.js';
import { LadingError, ladingError } from './errors.js';
import { comparedAnswers, type ComparedAnswers } from './compared.js';
import { eventList, queryEvents, type EventQuery } from './eventQuery.js';
import { followFeed, type FeedMessage, type FeedQuery } from './feed.js';
import { HttpClient } from './http/httpClient.js';
import { jsonOf, parseJson, textOf, type Schema } from './http/json.js';
import { DEFAULT_TIMEOUT_MS, preferWait, type Call, type ClientOptions } from './http/options.js';
import { delay } from './http/retry.js';
import { QUESTIONS, questionPath, type QuestionAnswer, type QuestionName } from './questions.js';
import { chooseLanes, signTransaction, type TransactionSigner } from './signing.js';
import { submitMany, type SubmitManyOptions } from './submitMany.js';
import { memberActions, type MemberActions } from './memberActions.js';
import type { Operation } from './operationPayload.js';

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
  /** The last config that a node gave; null while that of genesis serves. */
  #config: EpochConfig | null = null;

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

  /** The config in force and the epochs that led to it, as the node tells. Anybody may ask. */
  network(options: ReadOptions = {}): Promise<NetworkView> {
    return this.#json('/v1/network', networkViewSchema, { authenticated: false, ...options });
  }

  /** All evidence against validators that the node holds, with the configs that it is checked by. Needs the role audit or admin. */
  async evidence(options: ReadOptions = {}): Promise<Pick<EvidencePage, 'items' | 'configs'>> {
    const items: EvidencePage['items'] = [];
    const configs = new Map<number, EvidencePage['configs'][number]>();
    for (let after = 0; ; ) {
      const page = await this.#json(`/v1/evidence?perPage=200&after=${after}`, evidencePageSchema, options);
      items.push(...page.items);
      for (const config of page.configs) configs.set(config.epoch, config);
      // A node that repeats itself would be asked for ever.
      if (page.next === null || page.next <= after) return { items, configs: [...configs.values()] };
      after = page.next;
    }
  }

  /** The config in force, as the node tells: of this network, and nothing that the node has made up is signed with it. */
  async config(options: ReadOptions = {}): Promise<EpochConfig> {
    const [{ chainId }, view] = await Promise.all([this.genesis(options), this.network(options)]);
    const decoded = decodeConfig(fromBase64Url(view.config) ?? new Uint8Array(0));
    if (!decoded.ok || toBase64Url(decoded.value.chainId) !== toBase64Url(chainId)) {
      throw ladingError('ANSWER_INVALID', 'the node shows no config of this network', '');
    }
    this.#config = decoded.value;
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

  /**
   * Submits many signed transactions and yields an answer for each, in their order. They are ordered independently: what
   * depends on another one is submitted after that one's answer.
   */
  submitTransactions(
    transactions: Iterable<Transaction | string> | AsyncIterable<Transaction | string>,
    options: SubmitManyOptions = {}
  ): AsyncGenerator<TransactionLine> {
    return submitMany(this.#http, transactions, options);
  }

  /** Signs an operation with the key and submits it. */
  async perform(
    operation: Operation,
    signer: TransactionSigner,
    options: ReadOptions = {}
  ): Promise<TransactionAnswer> {
    return this.#inLanes(signer.organization, options, async ({ chainId, config }) => {
      const lanes = chooseLanes(config, signer.organization);
      return this.submitTransaction(await signTransaction({ chainId, lanes, ...operation }, signer), options);
    });
  }

  /** Every operation as a call of its own: `await client.as(signer).recalls.open({ recall: 'R1', scope: { gtin } })`. */
  as(signer: TransactionSigner, options: ReadOptions = {}): MemberActions {
    return memberActions((operation) => this.perform(operation, signer, options));
  }

  /**
   * Does work with the genesis and the config whose lanes it signs for. The config of genesis serves until it does not
   * know the organization, or a node refuses the lanes: only then the one in force is asked for.
   */
  async #inLanes<T>(organization: string, options: ReadOptions, work: (genesis: Genesis) => Promise<T>): Promise<T> {
    const genesis = await this.genesis(options);
    const known = this.#config ?? genesis.config;
    const isMember = known.organizations.some(({ id }) => id === organization);
    const config = isMember ? known : await this.config(options);
    try {
      return await work({ ...genesis, config });
    } catch (error) {
      if (!(error instanceof LadingError) || error.code !== 'TX_LANE') throw error;
      return work({ ...genesis, config: await this.config(options) });
    }
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

  /** What auditors compare nodes by (spec/compare.md). Needs the role audit or admin. */
  compared(options: ReadOptions = {}): ComparedAnswers {
    return comparedAnswers((path, schema) => this.#json(path, schema, options));
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
    return this.#inLanes(signer.organization, options, (genesis) =>
      captureFile(this.#http, genesis, file, signer, options)
    );
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

  /** Everything that is ordered, as it happens: `for await (const { type, data, cursor } of client.stream({ types: ['recall'] })) …` */
  stream(query: FeedQuery = {}): AsyncGenerator<FeedMessage> {
    return followFeed(this.#http, query);
  }

  /** An auditor's question (spec/provenance.md §10) about an item or a site; `id` is '' where there is none. */
  question<Name extends QuestionName>(
    name: Name,
    id: string,
    parameters: Readonly<Record<string, string | number | undefined>> = {},
    options: ReadOptions = {}
  ): Promise<QuestionAnswer<Name>> {
    const { path, schema } = QUESTIONS[name];
    return this.#json(questionPath(path, id, parameters), schema as Schema<QuestionAnswer<Name>>, options);
  }

  /** The FSMA 204 sheet of a lot or a period, as a file. */
  async fsmaReport(
    format: 'json' | 'csv' | 'xlsx',
    parameters: { readonly lot?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined },
    options: ReadOptions = {}
  ): Promise<Uint8Array> {
    const path = questionPath('/v1/reports/fsma204', '', { ...parameters, format });
    return (await this.#http.send({ method: 'GET', path, authenticated: true, ...options })).bytes;
  }

  /** A GS1 label to print, as the text of an SVG. `stem`: start of the link in a QR code, the address of a resolver. */
  async label(item: string, symbol: 'qr' | 'datamatrix', stem?: string, options: ReadOptions = {}): Promise<string> {
    const path = questionPath('/v1/labels/{id}', item, { symbol, stem });
    return textOf(await this.#http.send({ method: 'GET', path, authenticated: true, ...options }));
  }

  /** The receipt of a transaction or event, waiting until it is certified. `text` is the proof, in its one form. */
  receipt(id: string, options: ReadOptions = {}): Promise<{ readonly text: string }> {
    return this.#proof(`/v1/proofs/receipt/${encodeURIComponent(id)}`, options);
  }

  /** Proof of the whole story of an item; `conditions` adds what was recorded at the places where it was. */
  itemProof(id: string, scope: 'history' | 'conditions' = 'history', options: ReadOptions = {}): Promise<{ readonly text: string }> {
    return this.#proof(`/v1/items/${encodeURIComponent(id)}/proof?scope=${scope}`, options);
  }

  /** Proof of what one key of the state holds, or that it holds nothing. */
  stateProof(key: string, options: ReadOptions = {}): Promise<{ readonly text: string }> {
    return this.#proof(`/v1/state/${encodeURIComponent(key)}/proof`, options);
  }

  /** Proof that the history at one certified height extends that at another; `to`: the node's newest unless given. */
  consistencyProof(from: number, to?: number, options: ReadOptions = {}): Promise<{ readonly text: string }> {
    return this.#proof(`/v1/proofs/consistency?from=${from}${to === undefined ? '' : `&to=${to}`}`, options);
  }

  async #proof(path: string, options: ReadOptions): Promise<{ readonly text: string }> {
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
