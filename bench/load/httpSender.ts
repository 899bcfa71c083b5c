import type { LoadNode } from './job.js';
import { RawConnection, rawPost } from './rawHttp.js';
import { DOWN_MS, type Sender, type SenderEvents, type Sent } from './sender.js';

/** What is asked of a server, and how it says that it was done. */
export interface HttpProtocol {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  isDone(status: number, body: string): boolean;
}

export const TRANSACTION: HttpProtocol = {
  path: '/v1/transactions',
  headers: { 'content-type': 'application/jose', prefer: 'wait=30' },
  isDone: (status, body) => status === 201 && body.includes('"code":""')
};

/** The JSON gateway of etcd. */
export const ETCD_PUT: HttpProtocol = {
  path: '/v3/kv/put',
  headers: { 'content-type': 'application/json' },
  isDone: (status, body) => status === 200 && body.includes('revision')
};

/** One request for each transaction; what finds no free connection waits, and its time runs. */
export class HttpSender implements Sender {
  readonly #free: RawConnection[];
  readonly #all: readonly RawConnection[];
  readonly #waiting: Sent[] = [];
  #head = 0;
  #downUntilMs = 0;

  constructor(
    private readonly node: LoadNode,
    connections: number,
    private readonly protocol: HttpProtocol,
    private readonly events: SenderEvents
  ) {
    this.#all = Array.from({ length: connections }, () => new RawConnection(node.host, node.port));
    this.#free = [...this.#all];
  }

  get isUp(): boolean {
    return performance.now() >= this.#downUntilMs;
  }

  send(sent: Sent): void {
    this.#waiting.push(sent);
  }

  flush(): void {
    while (this.#free.length > 0 && this.#head < this.#waiting.length) {
      const sent = this.#waiting[this.#head++] as Sent;
      void this.#post(this.#free.pop() as RawConnection, sent);
    }
    if (this.#head <= 10_000) return;
    this.#waiting.splice(0, this.#head);
    this.#head = 0;
  }

  async #post(connection: RawConnection, sent: Sent): Promise<void> {
    const { host, port } = this.node;
    const { path, headers } = this.protocol;
    try {
      const { status, body } = await connection.send(rawPost(`${host}:${port}`, path, headers, sent.transaction.line));
      this.events.answered(sent, this.protocol.isDone(status, body) ? '' : codeOf(body, status));
    } catch {
      this.#downUntilMs = performance.now() + DOWN_MS;
      this.events.lost([sent]);
    }
    this.#free.push(connection);
    this.flush();
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}

function codeOf(body: string, status: number): string {
  return /"code":"([A-Z_0-9]+)"/.exec(body)?.[1] ?? String(status);
}
