import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { LoadNode } from './job.js';
import { DOWN_MS, type Sender, type SenderEvents, type Sent } from './sender.js';

/** A stream is read by nodes for 25 s. */
const STREAM_MS = 15_000;
const NEWLINE = Buffer.from('\n');
const APPLIED = '"code":""';

/** One request at a time whose body is written while its answers are read. */
class Stream {
  readonly #sent: Sent[] = [];
  #answered = 0;
  #text = '';
  #isOver = false;
  readonly request: ClientRequest;
  readonly bornMs = performance.now();

  constructor(
    { host, port }: LoadNode,
    private readonly events: SenderEvents,
    private readonly broken: () => void
  ) {
    const headers = { 'content-type': 'application/x-ndjson', prefer: 'wait=30' };
    this.request = request({ host, port, method: 'POST', path: '/v1/transactions', headers, agent: false });
    this.request.on('error', () => this.#break());
    this.request.on('close', () => this.#break());
    this.request.on('response', (response) => this.#read(response));
  }

  #read(response: IncomingMessage): void {
    if (response.statusCode !== 200) return this.#break();
    response.setEncoding('latin1');
    response.on('data', (text: string) => {
      const lines = (this.#text + text).split('\n');
      this.#text = lines.pop() ?? '';
      for (const line of lines) this.#answer(line);
    });
    response.on('error', () => this.#break());
  }

  #answer(line: string): void {
    const sent = this.#sent[this.#answered];
    if (sent === undefined) return;
    this.#answered++;
    if (line.includes(APPLIED)) this.events.answered(sent, '');
    else this.events.answered(sent, (JSON.parse(line) as { code: string }).code);
  }

  write(sent: readonly Sent[]): void {
    this.#sent.push(...sent);
    this.request.write(Buffer.concat(sent.flatMap(({ transaction }) => [transaction.line, NEWLINE])));
  }

  end(): void {
    this.request.end();
  }

  #break(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.request.destroy();
    const left = this.#sent.slice(this.#answered);
    // An answered stream closes too, with nothing left.
    if (left.length > 0 || !this.request.writableEnded) {
      this.broken();
      this.events.lost(left);
    }
  }
}

/** Streams to one node, a new one before the node stops reading the old; lines of one tick leave in one write. */
export class NdjsonSender implements Sender {
  #stream: Stream | null = null;
  #pending: Sent[] = [];
  #downUntilMs = 0;

  constructor(
    private readonly node: LoadNode,
    private readonly events: SenderEvents
  ) {}

  get isUp(): boolean {
    return performance.now() >= this.#downUntilMs;
  }

  send(sent: Sent): void {
    this.#pending.push(sent);
  }

  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.#current().write(pending);
  }

  #current(): Stream {
    if (this.#stream !== null && performance.now() - this.#stream.bornMs < STREAM_MS) return this.#stream;
    this.#stream?.end();
    const stream = new Stream(this.node, this.events, () => {
      this.#downUntilMs = performance.now() + DOWN_MS;
      if (this.#stream === stream) this.#stream = null;
    });
    this.#stream = stream;
    return stream;
  }

  close(): void {
    this.#stream?.end();
    this.#stream = null;
  }
}
