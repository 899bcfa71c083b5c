import { testServer, type Received, type Reply, type TestServer } from '../../../test/cli/testServer.js';
import { LadingClient, LadingError } from './index.js';

const TX_ID = 'A'.repeat(43);
const COMMITTED = { txId: TX_ID, state: 'committed', height: 7, index: 0, code: '', detail: [] };
const REFUSED = { txId: null, state: 'rejected', height: null, index: null, detail: 'told' };

type Answer = Readonly<Record<string, unknown>>;

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** `answer` gets the lines of a request and its number; the client is told what it returns, with their numbers. */
async function clientOf(answer: (lines: readonly string[], n: number) => readonly Answer[] | Reply): Promise<[LadingClient, TestServer]> {
  const server = await testServer(({ body }: Received, n): Reply => {
    const answered = answer(body.split('\n'), n);
    if ('status' in answered) return answered;
    const lines = answered.map((one, line) => `${JSON.stringify({ line, ...one })}\n`);
    return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: lines.join('') };
  });
  open.push(server);
  return [new LadingClient({ urls: [server.url], delay: () => Promise.resolve(), random: () => 0.5 }), server];
}

async function codes(client: LadingClient, transactions: readonly string[], timeoutMs?: number): Promise<string[]> {
  const found: string[] = [];
  const options = timeoutMs === undefined ? {} : { timeoutMs };
  for await (const { line, code } of client.submitTransactions(transactions, options)) found.push(`${line} ${code}`);
  return found;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `tx${i}`);

describe('many transactions', () => {
  it('go in requests of at most 256 lines, and come back in the order in which they were given', async () => {
    const [client, server] = await clientOf((lines) => lines.map((line) => ({ ...COMMITTED, code: `C_${line.toUpperCase()}` })));
    expect(await codes(client, names(600))).toEqual(names(600).map((name, i) => `${i} C_${name.toUpperCase()}`));
    expect(server.received.map(({ body }) => body.split('\n').length).sort()).toEqual([256, 256, 88]);
    expect(server.received[0]).toMatchObject({ path: '/v1/transactions', headers: { 'content-type': 'application/x-ndjson' } });
  });

  it('that are refused for a moment only are sent again, and nothing else is', async () => {
    const [client, server] = await clientOf((lines, n) =>
      lines.map((line) => {
        if (line === 'tx1' && n === 0) return { ...REFUSED, code: 'MEMPOOL_FULL' };
        return line === 'tx2' ? { ...REFUSED, code: 'TX_SIGNATURE' } : COMMITTED;
      })
    );
    expect(await codes(client, names(4))).toEqual(['0 ', '1 ', '2 TX_SIGNATURE', '3 ']);
    expect(server.received.map(({ body }) => body)).toEqual(['tx0\ntx1\ntx2\ntx3', 'tx1']);
  });

  it('that a node did not answer to the end are sent again from the first line without an answer', async () => {
    const [client, server] = await clientOf((lines, n) => lines.slice(0, n === 0 ? 1 : undefined).map(() => COMMITTED));
    expect(await codes(client, names(3))).toEqual(['0 ', '1 ', '2 ']);
    expect(server.received.map(({ body }) => body)).toEqual(['tx0\ntx1\ntx2', 'tx1\ntx2']);
  });

  it('end with the last refusal when time is up, and with NODE_TIMEOUT where there was no answer', async () => {
    const [full] = await clientOf((lines) => lines.map(() => ({ ...REFUSED, code: 'MEMPOOL_FULL' })));
    expect(await codes(full, names(1), 150)).toEqual(['0 MEMPOOL_FULL']);
    const [silent] = await clientOf(() => []);
    const failure = await codes(silent, names(1), 150).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(failure).toBeInstanceOf(LadingError);
  });

  it('tell an answer of another form from an answer', async () => {
    const [client] = await clientOf(() => ({ status: 200, body: 'no lines' }));
    await expect(codes(client, names(1))).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
  });

  it('are asked for only as they are sent, so that a source of any length needs little memory', async () => {
    let made = 0;
    function* source(): Generator<string> {
      for (;;) yield `tx${made++}`;
    }
    const [client] = await clientOf((lines) => lines.map(() => COMMITTED));
    for await (const { line } of client.submitTransactions(source())) if (line === 0) break;
    expect(made).toBeLessThan(8 * 256);
  });
});
