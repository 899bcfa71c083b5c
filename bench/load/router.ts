import type { LoadJob, LoadNode } from './job.js';
import { ETCD_PUT, HttpSender, TRANSACTION } from './httpSender.js';
import { NdjsonSender } from './ndjsonSender.js';
import type { Recorder } from './recorder.js';
import type { Sender, SenderEvents, Sent } from './sender.js';

/** Refusals of the moment, of a node that stops, starts or is full: the same transaction is sent again. */
const AGAIN = new Set([
  ...['MEMPOOL_FULL', 'NODE_HALTED', 'NODE_SYNCING', 'COMMIT_TIMEOUT'],
  ...['STORE_UNAVAILABLE', 'INTERNAL', 'REQUEST_TIMEOUT', 'STREAM_LIMIT']
]);
const AGAIN_MS = 50;

/** Sends each transaction to its organization's node, and to the other one of its lanes while that is away. */
export class Router implements SenderEvents {
  readonly #senders: readonly Sender[];
  underWay = 0;
  repeated = 0;

  constructor(
    job: LoadJob,
    /** Position of the node that may take what the one at `home` cannot. */
    private readonly second: (home: number) => number,
    private readonly recorder: Recorder
  ) {
    this.#senders = job.nodes.map((node) => this.#open(job, node));
  }

  #open({ mode, connections }: LoadJob, node: LoadNode): Sender {
    if (mode === 'ndjson') return new NdjsonSender(node, this);
    return new HttpSender(node, connections, mode === 'etcd' ? ETCD_PUT : TRANSACTION, this);
  }

  send(sent: Sent): void {
    this.underWay++;
    this.recorder.send(sent.intendedMs);
    this.#route(sent);
  }

  #route(sent: Sent): void {
    const { home } = sent.transaction;
    const own = this.#senders[home] as Sender;
    (own.isUp ? own : (this.#senders[this.second(home)] ?? own)).send(sent);
  }

  flush(): void {
    for (const sender of this.#senders) sender.flush();
  }

  answered(sent: Sent, code: string): void {
    if (AGAIN.has(code)) return this.#again([sent]);
    this.underWay--;
    if (code === '') this.recorder.answer(sent.intendedMs, performance.now());
    else this.recorder.refuse(code);
  }

  lost(sent: readonly Sent[]): void {
    this.#again(sent);
  }

  /** Its time goes on: latency counts from when it was first to be sent. */
  #again(sent: readonly Sent[]): void {
    this.repeated += sent.length;
    setTimeout(() => {
      for (const each of sent) this.#route(each);
    }, AGAIN_MS);
  }

  close(): void {
    for (const sender of this.#senders) sender.close();
  }
}
