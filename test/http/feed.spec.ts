import { bytes, objectEvent, serial } from './sampleEvents.js';
import { ORGANIZATION, SingleNode } from './singleNode.js';

interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A reader of server-sent events over a real connection. */
class Reader {
  private text = '';
  private constructor(
    private readonly body: ReadableStreamDefaultReader<Uint8Array>,
    private readonly abort: AbortController,
    readonly headers: Headers
  ) {}

  static async open(node: SingleNode, query: string, headers: Record<string, string> = {}): Promise<Reader> {
    const abort = new AbortController();
    const authorization = `Bearer ${node.clerk.token()}`;
    const response = await fetch(`${node.url}/v1/stream${query}`, { headers: { authorization, ...headers }, signal: abort.signal });
    if (response.body === null || response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new Reader(response.body.getReader(), abort, response.headers);
  }

  /** The next message, or null at the end of the stream. */
  async next(): Promise<Message | null> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end < 0) {
        const { done, value } = await this.body.read();
        if (done) return null;
        this.text += Buffer.from(value).toString('utf8');
        continue;
      }
      const lines = this.text.slice(0, end).split('\n');
      this.text = this.text.slice(end + 2);
      const field = (name: string): string => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
      if (field('data') !== '') return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as Message['data'] };
    }
  }

  async some(count: number): Promise<readonly Message[]> {
    const messages: Message[] = [];
    for (let message = await this.next(); message !== null; message = await this.next()) {
      messages.push(message);
      if (messages.length === count) break;
    }
    return messages;
  }

  close(): void {
    this.abort.abort();
  }
}

describe('the feed', () => {
  let node: SingleNode;
  let count = 0;
  const capture = async (): Promise<string> => {
    const eventID = `urn:x:feed:${(count += 1)}`;
    const event = objectEvent({ eventID, epcList: [serial(`F${count}`)] });
    expect((await node.postEpcis('/epcis/v2/events', bytes(event))).status).toBe(201);
    return eventID;
  };

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'custody' });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('tells what is ordered from now on, as it happens', async () => {
    // Once this is readable the rights of the new network have been noticed, which ends streams.
    await capture();
    const reader = await Reader.open(node, '');
    expect(reader.headers.get('content-type')).toBe('text/event-stream');
    const eventID = await capture();
    const [message] = await reader.some(1);
    expect(message).toMatchObject({
      event: 'epcis.capture',
      data: { organization: ORGANIZATION, status: 'APPLIED', events: [{ eventID, type: 'ObjectEvent', outcome: 'applied' }] }
    });
    const [second, third] = [await capture(), await capture()];
    const told = (await reader.some(2)).map(({ data }) => (data['events'] as { eventID: string }[])[0]?.eventID);
    expect(told).toEqual([second, third]);
    reader.close();
  });

  it('reads a long history to its end, each transaction once', async () => {
    const more = 120;
    const first = count;
    await Promise.all(Array.from({ length: more }, () => capture()));
    const reader = await Reader.open(node, '?types=epcis.capture&after=0.0');
    const cursors = (await reader.some(first + more)).map(({ id }) => id);
    reader.close();
    expect(new Set(cursors).size).toBe(first + more);
  }, 60_000);

  it('goes on after the cursor, without loss and without a double', async () => {
    const ids = [await capture(), await capture(), await capture()];
    const all = await Reader.open(node, '?types=epcis.capture&after=0.0');
    const messages = await all.some(count);
    all.close();
    expect(messages).toHaveLength(count);
    const at = messages.length - 3;
    const cursor = messages[at]?.id ?? '';
    const resumed = await Reader.open(node, '?types=epcis.capture&after=0.0', { 'last-event-id': cursor });
    const rest = await resumed.some(2);
    resumed.close();
    const told = rest.map(({ data }) => (data['events'] as { eventID: string }[])[0]?.eventID);
    expect(told).toEqual(ids.slice(1));
  });

  it('leaves out what was not asked for', async () => {
    const members = await Reader.open(node, '?types=member,key&after=0.0');
    const first = await members.some(3);
    members.close();
    expect(first.map(({ event }) => event.split('.')[0])).toEqual(['member', 'key', 'key']);
    expect(first[0]?.data['payload']).toMatchObject({ member: 'clerk' });
    const refused = await Reader.open(node, '?statuses=RECORDED&after=0.0');
    const again = objectEvent({ eventID: 'urn:x:again', epcList: [serial('F1')] });
    await node.postEpcis('/epcis/v2/events', bytes(again));
    expect(await refused.some(1)).toMatchObject([{ data: { status: 'RECORDED', code: 'DOUBLE_COMMISSION' } }]);
    refused.close();
  });

  it('refuses cursors that are none, or of a ledger further on', async () => {
    const codes = await Promise.all(
      ['after=1', 'after=99999.0', 'since=1'].map(async (query) => (await node.get(`/v1/stream?${query}`)).json['code'])
    );
    expect(codes).toEqual(['CURSOR_INVALID', 'CURSOR_INVALID', 'PARAMETER_UNKNOWN']);
  });

  it('ends when rights change, and when the node stops: readers come back', async () => {
    const reader = await Reader.open(node, '?types=recall');
    await node.newMember('auditor', ['audit']);
    expect(await reader.next()).toBeNull();
    const stopped = await Reader.open(node, '?types=recall');
    await node.restart();
    expect(await stopped.next().catch(() => null)).toBeNull();
    const back = await Reader.open(node, '?types=epcis.capture&after=0.0');
    expect((await back.some(1))[0]?.event).toBe('epcis.capture');
    back.close();
  }, 60_000);
});
