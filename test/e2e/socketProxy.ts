import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';

/** One direction of one connection between two nodes; held back while the link is cut. */
interface Flow {
  readonly from: string;
  readonly to: string;
  readonly source: Socket;
  readonly sink: Socket;
  held: Buffer[];
}

interface Link {
  readonly dialer: string;
  readonly target: string;
  readonly targetPort: number;
}

/**
 * Stands between all pairs of nodes. A cut holds bytes back and lets nobody know, as a dropped route does: the ends find
 * out by silence. Each direction can be cut alone. After healing the bytes go on where they stopped.
 */
export class SocketProxy {
  readonly #servers: Server[] = [];
  readonly #flows = new Set<Flow>();
  readonly #cut = new Set<string>();
  readonly #ports = new Map<string, number>();

  static async open(links: readonly Link[]): Promise<SocketProxy> {
    const proxy = new SocketProxy();
    for (const link of links) await proxy.#listen(link);
    return proxy;
  }

  /** Where `dialer` finds `target`. */
  address(dialer: string, target: string): string {
    const port = this.#ports.get(`${dialer}>${target}`);
    if (port === undefined) throw new Error(`no link from ${dialer} to ${target}`);
    return `127.0.0.1:${port}`;
  }

  /** Bytes from one node to the other, over whoever's connection. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  /** Both directions between every node of one side and every node of the other. */
  partition(side: readonly string[], other: readonly string[]): void {
    for (const a of side) {
      for (const b of other) {
        this.cut(a, b);
        this.cut(b, a);
      }
    }
  }

  heal(): void {
    this.#cut.clear();
    for (const flow of this.#flows) {
      for (const chunk of flow.held.splice(0)) flow.sink.write(chunk);
      flow.source.resume();
    }
  }

  async close(): Promise<void> {
    for (const { source, sink } of this.#flows) {
      source.destroy();
      sink.destroy();
    }
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #listen(link: Link): Promise<void> {
    const server = createServer((socket) => this.#join(link, socket));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    this.#servers.push(server);
    this.#ports.set(`${link.dialer}>${link.target}`, address.port);
  }

  #join({ dialer, target, targetPort }: Link, near: Socket): void {
    const far = connect(targetPort, '127.0.0.1');
    near.setNoDelay(true);
    far.setNoDelay(true);
    this.#pump({ from: dialer, to: target, source: near, sink: far, held: [] });
    this.#pump({ from: target, to: dialer, source: far, sink: near, held: [] });
  }

  #pump(flow: Flow): void {
    const { from, to, source, sink } = flow;
    this.#flows.add(flow);
    source.on('data', (chunk: Buffer) => {
      if (this.#cut.has(`${from}>${to}`)) {
        flow.held.push(chunk);
        source.pause();
      } else if (!sink.write(chunk)) {
        source.pause();
        sink.once('drain', () => source.resume());
      }
    });
    source.on('error', () => undefined);
    source.on('close', () => {
      this.#flows.delete(flow);
      // The end of a connection travels as its bytes do.
      if (this.#cut.has(`${from}>${to}`)) setTimeout(() => sink.destroy(), END_LATER_MS).unref();
      else sink.destroy();
    });
  }
}

const END_LATER_MS = 1000;
