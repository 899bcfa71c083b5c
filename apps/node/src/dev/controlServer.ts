import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { DemoLayout } from './layout.js';
import type { NodeProcess } from './nodeProcess.js';

const BODY_LIMIT = 1024;

/**
 * Lets `lading dev stop|start|status` reach the owner of the demo: HTTP on loopback, guarded by a secret in a file
 * that only this user can read (control.json).
 */
export class ControlServer {
  readonly #secret = randomBytes(24).toString('base64url');
  readonly #server: Server;

  constructor(
    private readonly layout: DemoLayout,
    private readonly nodes: readonly NodeProcess[],
    private readonly storage: string
  ) {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => this.#answer(response, 500, { error: String(error) }));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    const control = { port, secret: this.#secret, pid: process.pid };
    writeFileSync(this.layout.controlFile, JSON.stringify(control), { mode: 0o600 });
  }

  stop(): void {
    rmSync(this.layout.controlFile, { force: true });
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${this.#secret}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return this.#answer(response, 401, { error: 'wrong secret' });
    const action = `${request.method ?? ''} ${request.url ?? ''}`;
    if (action === 'GET /status') return this.#answer(response, 200, this.#status());
    if (action !== 'POST /stop' && action !== 'POST /start') return this.#answer(response, 404, { error: 'unknown action' });
    const node = await this.#chosen(request);
    if (node === undefined) return this.#answer(response, 400, { error: `n must be 1 … ${this.nodes.length}` });
    if (action === 'POST /stop') await node.stop();
    else {
      node.start();
      await node.untilLive(30_000);
    }
    return this.#answer(response, 200, this.#status());
  }

  async #chosen(request: IncomingMessage): Promise<NodeProcess | undefined> {
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
      if (body.length > BODY_LIMIT) return undefined;
    }
    try {
      const { n } = JSON.parse(body) as { n?: unknown };
      return this.nodes.find((candidate) => candidate.node.n === n);
    } catch {
      return undefined;
    }
  }

  #status(): object {
    return {
      storage: this.storage,
      organizations: this.nodes.map((process) => ({
        n: process.node.n,
        id: process.node.id,
        name: process.node.name,
        url: process.node.url,
        running: process.running,
        pid: process.pid
      }))
    };
  }

  #answer(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}
