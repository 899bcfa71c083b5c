import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Message {
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A subscriber's server: keeps what it was sent, and answers with the next of the given statuses, else 200. */
export class Subscriber {
  readonly messages: Message[] = [];
  readonly statuses: number[] = [];
  private waiting: (() => void)[] = [];

  private constructor(readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.messages.push({ atMs: performance.now(), headers: request.headers, text: Buffer.concat(chunks).toString('utf8') });
        response.writeHead(this.statuses.shift() ?? 200).end();
        for (const resolve of this.waiting.splice(0)) resolve();
      });
    });
  }

  static async start(): Promise<Subscriber> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Subscriber(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Messages so far, once there are as many as wanted. */
  async received(count: number): Promise<readonly Message[]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.messages;
  }
}
