/** What a load process is told: the only argument, as JSON. */
export interface LoadJob {
  /**
   * `ndjson`: streams of signed transactions; `http`: one request for each, over many connections; `lone` and `capture`: one
   * request after another with pauses between, to `POST /v1/transactions` and `POST /epcis/v2/events`; `etcd`: puts of 600 bytes.
   */
  readonly mode: 'ndjson' | 'http' | 'lone' | 'capture' | 'etcd';
  /** Folder of the network: genesis and the organizations' keys are read from there. */
  readonly network: string;
  readonly nodes: readonly LoadNode[];
  /** Transactions a second, on schedule whether answers come or not; null: as many as `inFlight` lets. */
  readonly rate: number | null;
  /** Of all nodes together, where `rate` is null. */
  readonly inFlight: number;
  /** To each node. */
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly eventsPerTransaction: number;
  /** Tells this run's items from those of others. */
  readonly series: number;
  /** Transactions to sign where `rate` is null. */
  readonly prepared: number;
}

export interface LoadNode {
  readonly id: string;
  readonly directory: string;
  readonly host: string;
  readonly port: number;
}

/** Milliseconds from the intended time of sending to the answer. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadResult {
  /** Transactions whose time to be sent lay in the window. */
  readonly intended: number;
  /** Answered in the window as applied. */
  readonly answered: number;
  readonly perSecond: number;
  /** Of those intended in the window. */
  readonly latencyMs: Latencies;
  /** Without an answer when the window ended: grows when the rate is more than what can be done. */
  readonly backlog: number;
  /** Without an answer at the very end. */
  readonly lost: number;
  /** Refusals by code; what was repeated with success is not here. */
  readonly refused: Readonly<Record<string, number>>;
  readonly repeated: number;
  /** Bytes of one signed transaction's payload, and of its line, mean. */
  readonly payloadBytes: number;
  readonly lineBytes: number;
  /** Answers in each BUCKET_MS from `epochMs` on (milliseconds since 1970). */
  readonly epochMs: number;
  readonly buckets: readonly number[];
  /** Processor time of the load process in the window. */
  readonly cpuMs: number;
}

export const BUCKET_MS = 10;

/** Lines on the standard output of a load process, in this order; it waits for a line on its standard input after `ready`. */
export type LoadMessage =
  | { readonly at: 'ready' }
  | { readonly at: 'begin' }
  | { readonly at: 'end' }
  | { readonly at: 'result'; readonly result: LoadResult };
