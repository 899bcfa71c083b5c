import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const MEDIA = 'application/vnd.lading.countersigned+json';
const LOOPBACK = '127.0.0.1';

/** GET /checkpoint on loopback: the last countersigned checkpoint. Whoever publishes it further puts a server before it. */
export async function serveCheckpoint(port: number, latest: () => string | null): Promise<{ readonly url: string; close(): void }> {
  const server: Server = createServer((request, response) => {
    const isAsked = request.url === '/checkpoint' && (request.method === 'GET' || request.method === 'HEAD');
    const text = isAsked ? latest() : null;
    if (text !== null) response.writeHead(200, { 'content-type': MEDIA, 'cache-control': 'no-store' }).end(text);
    else if (isAsked) problem(503, 'NOT_CERTIFIED_YET', 'nothing is countersigned yet');
    else problem(404, 'RESOURCE_UNKNOWN', 'a witness answers GET /checkpoint');

    function problem(status: number, code: string, detail: string): void {
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ status, code, detail }));
    }
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://${LOOPBACK}:${taken}/checkpoint`, close };
}
