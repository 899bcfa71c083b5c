import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { TransactionLine } from '@lading/api';
import { LadingClient } from '@lading/sdk';
import { toCompactJws, type Transaction } from '@lading/ledger';
import { bytes, objectEvent, serial } from './sampleEvents.js';
import { SingleNode } from './singleNode.js';

/** A request whose body is written while its answer is read. */
class Stream {
  readonly #answers: AsyncIterator<string>;

  private constructor(
    readonly sent: ClientRequest,
    readonly response: IncomingMessage
  ) {
    this.#answers = createInterface({ input: response })[Symbol.asyncIterator]();
  }

  /** Resolves with the head of the answer, which comes before the end of the body. */
  static async open(url: string): Promise<Stream> {
    const headers = { 'content-type': 'application/x-ndjson', prefer: 'wait=20' };
    const sent = request(`${url}/v1/transactions`, { method: 'POST', headers });
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new Stream(sent, response);
  }

  async next(): Promise<TransactionLine | null> {
    const { value, done } = await this.#answers.next();
    return done === true ? null : (JSON.parse(value) as TransactionLine);
  }
}

describe('POST /v1/transactions with one transaction a line', () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const capture = (name: string): Transaction =>
    node.clerk.sign('epcis.capture', bytes(objectEvent({ epcList: [serial(name)] })));
  const line = (name: string): string => `${toCompactJws(capture(name))}\n`;

  it('answers each line when it is committed, while the request goes on', async () => {
    const stream = await Stream.open(node.url);
    for (let i = 0; i < 3; i++) {
      stream.sent.write(line(`T${i}`));
      expect(await stream.next()).toMatchObject({ line: i, state: expect.stringMatching(/committed|certified/), code: '' });
    }
    stream.sent.end();
    expect(await stream.next()).toBeNull();
    expect(stream.response.statusCode).toBe(200);
  });

  it('tells a line that is refused from those that are not, by codes, and a line of any length', async () => {
    const stream = await Stream.open(node.url);
    const forged = capture('U1');
    const signature = `${toCompactJws(forged).slice(0, -10)}AAAAAAAAAA`;
    stream.sent.end(`${line('U0')}${signature}\n${'x'.repeat(1_500_000)}\n\n${line('U2')}{}`);
    const answers: TransactionLine[] = [];
    for (let answer = await stream.next(); answer !== null; answer = await stream.next()) answers.push(answer);
    expect(answers.map(({ code }) => code)).toEqual(['', 'TX_SIGNATURE', 'TX_TOO_LARGE', '', 'TX_MALFORMED']);
    expect(answers.map(({ state }) => state === 'rejected')).toEqual([false, true, true, false, true]);
  });

  it('is held back while the lane is full, instead of being refused: 8 MiB pass where 4 may wait', async () => {
    const note = 'x'.repeat(200_000);
    const stream = await Stream.open(node.url);
    const large = (i: number): string => {
      const payload = bytes(objectEvent({ epcList: [serial(`V${i}`)], 'ex:note': note }));
      return `${toCompactJws(node.clerk.sign('epcis.capture', payload))}\n`;
    };
    for (let i = 0; i < 40; i++) stream.sent.write(large(i));
    stream.sent.end();
    for (let i = 0; i < 40; i++) expect(await stream.next()).toMatchObject({ line: i, code: '' });
  }, 60_000);

  it('closes nothing and loses nothing when a client goes away in the middle of a line', async () => {
    const stream = await Stream.open(node.url);
    const whole = capture('W0');
    stream.sent.write(`${toCompactJws(whole)}\n${line('W1').slice(0, 100)}`);
    stream.sent.destroy();
    stream.response.on('error', () => undefined);
    const again = await node.postTransaction(whole);
    expect([again.status, (again.json as { code?: string }).code]).toEqual([201, '']);
  });

  it('refuses the type on every other route, and an empty body', async () => {
    const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${node.clerk.token()}` };
    const other = await node.call('/epcis/v2/capture', { method: 'POST', headers, body: 'a\nb\n' });
    expect([other.status, other.json['code']]).toEqual([415, 'MEDIA_TYPE']);
    const empty = await node.call('/v1/transactions', { method: 'POST', headers });
    expect([empty.status, empty.json['code']]).toEqual([400, 'REQUEST_MALFORMED']);
  });

  it('opens 64 streams, and refuses the next with 429 until one has ended', async () => {
    const streams: Stream[] = [];
    for (let i = 0; i < 64; i++) streams.push(await Stream.open(node.url));
    const refused = await Stream.open(node.url);
    expect(refused.response.statusCode).toBe(429);
    expect(refused.response.headers['retry-after']).toBe('1');
    refused.sent.destroy();
    for (const stream of streams) stream.sent.end();
    for (const stream of streams) expect(await stream.next()).toBeNull();
    const next = await Stream.open(node.url);
    next.sent.end(line('X1'));
    expect(await next.next()).toMatchObject({ code: '' });
  });

  it('is what the SDK submits many transactions by, repeating lines that were only too early', async () => {
    const client = new LadingClient({ urls: [node.url], genesis: node.genesis });
    const transactions = Array.from({ length: 700 }, (_, i) => capture(`Y${i}`));
    const lines: TransactionLine[] = [];
    for await (const answer of client.submitTransactions(transactions)) lines.push(answer);
    expect(lines.map(({ line: number }) => number)).toEqual(transactions.map((_, i) => i));
    expect(new Set(lines.map(({ code }) => code))).toEqual(new Set(['']));
  }, 60_000);
});
