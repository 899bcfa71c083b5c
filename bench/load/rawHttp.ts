import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * HTTP/1.1 over one kept connection, one request at a time: a client that costs a few microseconds, so that what is measured
 * on a shared machine is the server. Reads answers with a Content-Length only, which is what nodes give to single requests.
 */
export class RawConnection {
  #socket: Socket | null = null;
  #text = '';
  #waiter: { resolve(answer: RawAnswer): void; reject(error: Error): void } | null = null;

  constructor(
    private readonly host: string,
    private readonly port: number
  ) {}

  /** `request`: head and body as they go over the wire. Rejects when the connection breaks: then nothing is known. */
  send(request: Buffer): Promise<RawAnswer> {
    this.#socket ??= this.#open();
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#socket?.write(request);
    });
  }

  #open(): Socket {
    const socket = connect({ host: this.host, port: this.port, noDelay: true });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#text = '';
      const waiter = this.#waiter;
      this.#waiter = null;
      waiter?.reject(new Error('the connection broke'));
    });
    return socket;
  }

  #read(text: string): void {
    this.#text += text;
    const head = this.#text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/^content-length: *(\d+)/im.exec(this.#text.slice(0, head))?.[1] ?? 0);
    const end = head + 4 + length;
    if (this.#text.length < end) return;
    const answer = { status: Number(this.#text.slice(9, 12)), body: this.#text.slice(head + 4, end) };
    this.#text = this.#text.slice(end);
    const waiter = this.#waiter;
    this.#waiter = null;
    waiter?.resolve(answer);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }
}

/** Head and body of a POST, one buffer. */
export function rawPost(host: string, path: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Buffer {
  const lines = Object.entries({ host, ...headers, 'content-length': String(body.length) }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), body]);
}
