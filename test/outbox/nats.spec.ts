import { bytes, document, objectEvent, serial } from '../http/sampleEvents.js';
import { ORGANIZATION, SingleNode } from '../http/singleNode.js';
import { describeWithNats, NatsServer } from './natsServer.js';
import { StreamReader, type StoredMessage } from './streamReader.js';
import { outboxTo, rewind, statusOf, statusWhere } from './outboxStatus.js';

const EVENTS = '/epcis/v2/events';
const STREAM = 'LADING';

describeWithNats('the outbox to NATS JetStream', () => {
  let node: SingleNode;
  let server: NatsServer;
  let count = 0;

  const capture = async (): Promise<string> => {
    const eventID = `urn:x:outbox:${(count += 1)}`;
    const event = objectEvent({ eventID, epcList: [serial(`O${count}`)] });
    expect((await node.postEpcis(EVENTS, bytes(event))).status).toBe(201);
    return eventID;
  };
  const reading = async <T>(work: (reader: StreamReader) => Promise<T>): Promise<T> => {
    const reader = await StreamReader.connect(server.address);
    try {
      return await work(reader);
    } finally {
      await reader.close();
    }
  };
  const all = async (): Promise<readonly StoredMessage[]> => {
    const { sent } = await statusWhere(node, ({ lagBlocks, problem }) => lagBlocks === 0 && problem === null);
    expect(sent).toBeGreaterThanOrEqual(0);
    return reading(async (reader) => reader.read(STREAM, await reader.count(STREAM)));
  };
  const eventsOf = (messages: readonly StoredMessage[]): readonly string[] =>
    messages.flatMap((message) => (message.header('Lading-Event-Id') === '' ? [] : [message.header('Lading-Event-Id')]));
  const expected = (): readonly string[] => Array.from({ length: count }, (_, i) => `urn:x:outbox:${i + 1}`);

  beforeAll(async () => {
    server = await NatsServer.start();
    node = await SingleNode.start({ profile: 'open', nodeConfig: outboxTo(server.address) });
  }, 120_000);
  afterAll(async () => {
    await NatsServer.removeAll();
    await node.stop();
  }, 60_000);

  it('tells events and operations under subjects to choose from, with their place in the ledger and the whole event', async () => {
    const eventID = await capture();
    const messages = await all();
    const chain = node.genesis.chainId;
    const subjects = messages.map(({ subject }) => subject.replace(Buffer.from(chain).toString('base64url'), 'CHAIN'));
    expect(subjects).toEqual([
      ...['lading.CHAIN.member.add.finca-alta', 'lading.CHAIN.key.add.finca-alta', 'lading.CHAIN.key.add.finca-alta'],
      ...['lading.CHAIN.key.add.finca-alta', 'lading.CHAIN.ObjectEvent.commissioning.finca-alta']
    ]);
    const told = messages.at(-1);
    const tx = (await node.get(`/v1/transactions/${told?.header('Lading-Tx') ?? ''}`)).json as unknown as Record<string, unknown>;
    expect(told?.cursor).toBe(`${String(tx['height'])}.${String(tx['index'])}`);
    expect(told?.id).toBe(`${told?.header('Lading-Tx') ?? ''}/0`);
    expect(told?.header('Lading-Member')).toBe(`${ORGANIZATION}/clerk`);
    const answer = (await node.get(`${EVENTS}/${encodeURIComponent(eventID)}`)).json as unknown as {
      epcisBody: { queryResults: { resultsBody: { eventList: Record<string, unknown>[] } } };
    };
    const { recordTime } = answer.epcisBody.queryResults.resultsBody.eventList[0] ?? {};
    const body = JSON.parse(told?.text ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({ eventID, recordTime, type: 'ObjectEvent', '@context': expect.any(Array) as unknown });
    expect(JSON.parse(messages[0]?.text ?? '')).toMatchObject({ member: 'clerk' });
  }, 30_000);

  it('brings everything once and in order, many events of one transaction too', async () => {
    const many = Array.from({ length: 300 }, () => {
      count += 1;
      return objectEvent({ eventID: `urn:x:outbox:${count}`, epcList: [serial(`O${count}`)] });
    });
    expect((await node.postEpcis('/epcis/v2/capture', bytes(document(many)))).status).toBe(202);
    await statusWhere(node, ({ sent }) => sent >= 300);
    await Promise.all(Array.from({ length: 40 }, () => capture()));
    const told = await all();
    expect([...eventsOf(told)].sort()).toEqual([...expected()].sort());
    const places = told.map((message) =>
      ['Lading-Height', 'Lading-Index', 'Lading-Event-Index'].map((name) => message.header(name).padStart(9, '0')).join('.')
    );
    expect(places).toEqual([...places].sort());
    expect((await statusOf(node)).duplicates).toBe(0);
  }, 60_000);

  it('leaves out what the ledger refused', async () => {
    const before = (await all()).length;
    const again = objectEvent({ eventID: 'urn:x:outbox:1', epcList: [serial('other')] });
    expect((await node.postEpcis(EVENTS, bytes(again))).status).toBe(409);
    expect((await all()).length).toBe(before);
  }, 30_000);

  it('says that the broker is away, captures all the same, and brings what was missed when it is back', async () => {
    await server.stop('SIGKILL');
    for (let i = 0; i < 20; i++) await capture();
    const away = await statusWhere(node, ({ problem }) => problem !== null);
    expect(away.problem).toMatch(/^OUTBOX_UNREACHABLE: /);
    expect((await statusWhere(node, ({ lagBlocks }) => lagBlocks > 0)).failures).toBeGreaterThan(0);
    expect((await node.call('/health/ready')).status).toBe(200);
    await server.start();
    expect(eventsOf(await all())).toHaveLength(count);
    expect([...eventsOf(await all())].sort()).toEqual([...expected()].sort());
  }, 60_000);

  it('goes on after the stored position when the node was stopped in between', async () => {
    const before = await all();
    await server.stop();
    const missed = [await capture(), await capture()];
    await node.restart();
    missed.push(await capture());
    await server.start();
    const told = await all();
    expect(eventsOf(told.slice(before.length))).toEqual(missed);
    expect((await statusOf(node)).sent).toBe(missed.length);
  }, 60_000);

  it('drops what the broker has already when everything is sent a second time', async () => {
    const before = await all();
    await node.whileStopped(() => rewind(node.database.nodeUrl));
    const status = await statusWhere(node, ({ duplicates }) => duplicates === before.length);
    expect(status.sent).toBe(before.length);
    const next = await capture();
    const told = await all();
    expect(told.map(({ id }) => id)).toEqual([...before.map(({ id }) => id), told.at(-1)?.id]);
    expect(eventsOf(told).at(-1)).toBe(next);
  }, 60_000);

  it('takes turns with others who write into the stream', async () => {
    const before = (await all()).length;
    await reading((reader) => reader.publishOther(`lading.${Buffer.from(node.genesis.chainId).toString('base64url')}.others`));
    const more = [await capture(), await capture(), await capture()];
    expect(eventsOf((await all()).slice(before + 1))).toEqual(more);
    expect((await statusOf(node)).failures).toBe(0);
  }, 30_000);
});
