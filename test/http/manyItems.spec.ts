import { bytes, document, objectEvent, serial, type Event } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';
import { Subscriber } from './subscriber.js';

const EVENTS = '/epcis/v2/events';
const QUERIES = '/epcis/v2/queries';
const PRODUCT = 'urn:epc:idpat:sgtin:4012345.011111.*';
const SITE = 'https://example.com/places/site';
/** More than are looked up before the events. */
const CASES = 11;
const A_CASE = 1000;

const id = (text: string): string => encodeURIComponent(text);
const numbersIn = (text: string): readonly unknown[] =>
  (
    JSON.parse(text) as { epcisBody: { queryResults: { resultsBody: { eventList: Event[] } } } }
  ).epcisBody.queryResults.resultsBody.eventList.map((event) => event['ex:n']);
const caseOf = (n: number): Event =>
  objectEvent({
    ...{ 'ex:n': n, epcList: Array.from({ length: A_CASE }, (_, i) => serial(`${n}-${i}`)) },
    ilmd: { 'ex:farm': n % 2 === 0 ? 'Finca Alta' : 'Finca Baja' }
  });
const masterData = (type: string, element: object): Event => ({
  epcisHeader: { epcisMasterData: { vocabularyList: [{ type: `urn:epcglobal:epcis:vtype:${type}`, vocabularyElementList: [element] }] } }
});

describe('questions about more things than are looked up one by one', () => {
  let node: SingleNode;
  let subscriber: Subscriber;

  const capture = async (events: readonly Event[], header: Event = {}): Promise<void> => {
    const posted = await node.postEpcis('/epcis/v2/capture', bytes(document(events, header)));
    expect((await node.job(posted)).json).toMatchObject({ success: true });
  };

  beforeAll(async () => {
    subscriber = await Subscriber.start();
    node = await SingleNode.start({ profile: 'open', webhookAllow: [subscriber.host] });
    const coffee = masterData('EPCClass', { id: PRODUCT, attributes: [{ id: 'cbvmda:descriptionShort', attribute: 'Coffee' }] });
    const cases = Array.from({ length: CASES }, (_, n) => caseOf(n));
    await capture(cases.slice(0, 6), coffee);
    await capture(cases.slice(6));
    await capture([objectEvent({ 'ex:n': 'other', epcList: ['urn:epc:id:sgtin:4012345.022222.1'] })]);
  }, 120_000);
  afterAll(async () => {
    await node.stop();
    subscriber.server.close();
  }, 60_000);

  const ask = (text: string): Promise<Answer> => node.get(`${EVENTS}?${text}`);
  const all = Array.from({ length: CASES }, (_, n) => n);

  it.each([
    [`MATCH_epc=${PRODUCT}`, all],
    [`MATCH_epc=${PRODUCT}&orderBy=recordTime`, all.toReversed()],
    [`MATCH_anyEPC=${PRODUCT}|urn:epc:id:sgtin:4012345.022222.1`, [...all, 'other']],
    ['MATCH_epc=urn:epc:idpat:sgtin:4012345.022222.*', ['other']],
    [`MATCH_epc=${PRODUCT}&MATCH_anyEPC=${serial('3-7')}`, [3]],
    [`MATCH_parentID=${PRODUCT}`, []],
    ['HASATTR_epc=ex:farm', all],
    ['HASATTR_epc=ex:none', []],
    ['EQATTR_epc_ex:farm=Finca%20Alta|Finca%20Baja', all],
    ['EQATTR_epc_cbvmda:descriptionShort=Coffee', all],
    ['EQATTR_epc_cbvmda:descriptionShort=Tea', []],
    ['EQATTR_childEPC_cbvmda:descriptionShort=Coffee', []],
    ['EQATTR_epc_cbvmda:descriptionShort=Coffee&EQATTR_epc_ex:farm=Finca%20Baja', all.filter((n) => n % 2 === 1)]
  ])('answers %s in full', async (text, expected) => {
    const answer = await ask(text);
    expect([answer.status, numbersIn(answer.text)]).toEqual([200, expected]);
  });

  it('in pages, and counted', async () => {
    const found: unknown[] = [];
    for (let next: string | undefined = `${EVENTS}?MATCH_epc=${PRODUCT}&perPage=4`; next !== undefined; ) {
      const page: Answer = await node.get(next);
      found.push(...numbersIn(page.text));
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(found).toEqual(all);
    expect((await ask(`MATCH_epc=${PRODUCT}&maxEventCount=11`)).status).toBe(200);
    expect((await ask(`MATCH_epc=${PRODUCT}&maxEventCount=10`)).json['code']).toBe('QUERY_TOO_LARGE');
  });

  it('can be subscribed to', async () => {
    await node.send('POST', QUERIES, { name: 'coffee', query: { MATCH_epc: [PRODUCT] } });
    const dest = `http://${subscriber.host}/hook`;
    expect((await node.send('POST', `${QUERIES}/coffee/subscriptions`, { dest, stream: true })).status).toBe(201);
    await capture([objectEvent({ 'ex:n': 'next', action: 'OBSERVE', bizStep: 'inspecting', epcList: [serial('1-1')] })]);
    const [message] = await subscriber.received(1);
    expect(numbersIn(message?.text ?? '')).toEqual(['next']);
    expect((await node.send('DELETE', `${QUERIES}/coffee`)).status).toBe(204);
  }, 60_000);

  it('are refused where a place has more inside than can be looked at; a subscriber is told so, and again later', async () => {
    subscriber.messages.length = 0;
    const inside = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `${SITE}/${from + i}`);
    const site = (children: string[]): Event => masterData('BusinessLocation', { id: SITE, children });
    const atSite = objectEvent({ 'ex:n': 'here', action: 'OBSERVE', bizStep: 'storing', bizLocation: { id: `${SITE}/7` } });
    await capture([atSite], site(inside(0, 10_000)));
    expect(numbersIn((await ask(`WD_bizLocation=${id(SITE)}`)).text)).toEqual(['here']);
    await node.send('POST', QUERIES, { name: 'site', query: { WD_bizLocation: [SITE] } });
    const dest = `http://${subscriber.host}/hook`;
    const made = await node.send('POST', `${QUERIES}/site/subscriptions`, { dest, stream: true, signatureToken: 'secret' });
    await capture([{ ...atSite, 'ex:n': 'there' }], site(inside(10_000, 10_001)));
    const refused = await ask(`WD_bizLocation=${id(SITE)}`);
    expect([refused.status, refused.json['code']]).toEqual([413, 'QUERY_TOO_LARGE']);
    const [first, second] = await subscriber.received(2);
    const problem = { type: 'epcisException:QueryTooLargeException', code: 'QUERY_TOO_LARGE', status: 413 };
    expect(JSON.parse(first?.text ?? '{}')).toMatchObject(problem);
    expect(first?.headers['gs1-signature']).toMatch(/^sha256=/);
    expect(second?.headers['lading-delivery']).toBe(first?.headers['lading-delivery']);
    expect((await node.get(made.headers.get('location') ?? '')).json['failures']).toBeGreaterThan(0);
  }, 60_000);
});
