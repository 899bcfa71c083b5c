import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postWebhook } from './postWebhook.js';
import { retryDelayMs } from './webhookRunner.js';

const message = (dest: string) => ({ dest, body: Buffer.from('{}'), signatureToken: null, delivery: 'd.1' });

/** Posts once to a server on this machine that the operator has exempted. */
async function postTo(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await postWebhook(message(`http://${host}/hook`), [host]);
    return 'received';
  } catch (error) {
    return (error as Error).message;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('posting to a webhook', () => {
  it('takes any 2xx as a receipt, and nothing else', async () => {
    expect(await postTo((_, response) => response.writeHead(204).end())).toBe('received');
    expect(await postTo((_, response) => response.writeHead(500).end('no'))).toBe('answered 500');
  });

  it('follows no redirect, which could lead to where no client may point', async () => {
    let asked = 0;
    const outcome = await postTo((_, response) => {
      asked += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect([outcome, asked]).toEqual(['answered 307', 1]);
  });

  it('reads no endless answer', async () => {
    const outcome = await postTo((_, response) => {
      response.writeHead(200);
      response.end(Buffer.alloc(1 << 20));
    });
    expect(outcome).toMatch(/too long|aborted/);
  });

  it('does not connect when a name leads into a private network', async () => {
    await expect(postWebhook(message('https://localhost/hook'), [])).rejects.toThrow('not at a public address');
    await expect(postWebhook(message('https://127.0.0.1/hook'), [])).rejects.toThrow('public address');
  });
});

describe('the wait before a repetition', () => {
  it('doubles from a second to an hour', () => {
    expect([1, 2, 3, 4].map(retryDelayMs)).toEqual([1000, 2000, 4000, 8000]);
    expect([13, 50, 5000].map(retryDelayMs)).toEqual([3_600_000, 3_600_000, 3_600_000]);
  });
});
