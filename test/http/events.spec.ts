import { bytes, CONTEXT, document, lot, objectEvent, pallet, serial, type Event } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const CAPTURE = '/epcis/v2/capture';

const listOf = (answer: Answer): readonly Event[] =>
  (answer.json as unknown as { epcisBody: { queryResults: { resultsBody: { eventList: Event[] } } } }).epcisBody
    .queryResults.resultsBody.eventList;
const weights = (answer: Answer): readonly unknown[] => listOf(answer).map((event) => event['ex:n']);
const day = (n: number): string => `2026-02-${String(n).padStart(2, '0')}T00:00:00.000Z`;

describe('GET /epcis/v2/events', () => {
  let node: SingleNode;

  const story: readonly Event[] = [
    objectEvent({
      'ex:n': 0,
      eventTime: day(5),
      epcList: [serial('A')],
      readPoint: { id: 'urn:epc:id:sgln:4012345.00001.0' }
    }),
    objectEvent({ 'ex:n': 1, eventTime: day(4), epcList: [serial('B')], disposition: 'active' }),
    objectEvent({
      'ex:n': 2,
      eventTime: day(3),
      bizStep: 'creating_class_instance',
      epcList: [],
      quantityList: [{ epcClass: lot('L'), quantity: 10, uom: 'KGM' }]
    }),
    {
      '@context': CONTEXT,
      'ex:n': 3,
      type: 'AggregationEvent',
      action: 'ADD',
      bizStep: 'packing',
      eventTime: day(6),
      eventTimeZoneOffset: '+00:00',
      parentID: pallet(1),
      childEPCs: [serial('A'), serial('B')]
    },
    {
      '@context': CONTEXT,
      'ex:n': 4,
      type: 'TransformationEvent',
      eventTime: day(7),
      eventTimeZoneOffset: '+00:00',
      inputQuantityList: [{ epcClass: lot('L'), quantity: 5, uom: 'KGM' }],
      outputEPCList: [serial('C')],
      bizLocation: { id: 'urn:epc:id:sgln:4012345.00002.0' }
    }
  ];

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    for (const event of story) expect((await node.postEpcis(EVENTS, bytes(event))).status).toBe(201);
  }, 120_000);

  afterAll(() => node.stop(), 60_000);

  const query = (text: string): Promise<Answer> => node.get(`${EVENTS}?${text}`);
  const id = (uri: string): string => encodeURIComponent(uri);

  it.each([
    ['', [0, 1, 2, 3, 4]],
    ['eventType=AggregationEvent|TransformationEvent', [3, 4]],
    [`GE_eventTime=${id(day(4))}&LT_eventTime=${id(day(6))}`, [0, 1]],
    ['EQ_bizStep=packing', [3]],
    [`EQ_bizStep=${id('urn:epcglobal:cbv:bizstep:packing')}|creating_class_instance`, [2, 3]],
    ['EQ_action=ADD&EQ_disposition=active', [1]],
    [`MATCH_epc=${id(serial('A'))}`, [0, 3]],
    [`MATCH_epc=${id('https://example.org/01/04012345111118/21/A')}`, [0, 3]],
    [`MATCH_anyEPC=${id(serial('C'))}|${id(pallet(1))}`, [3, 4]],
    [`MATCH_epc=${id(pallet(1))}`, []],
    [`MATCH_parentID=${id(pallet(1))}`, [3]],
    [`MATCH_anyEPCClass=${id(lot('L'))}`, [2, 4]],
    [`MATCH_inputEPCClass=${id(lot('L'))}`, [4]],
    [`EQ_readPoint=${id('urn:epc:id:sgln:4012345.00001.0')}`, [0]],
    [`EQ_bizLocation=${id('urn:epc:id:sgln:4012345.00002.0')}`, [4]],
    ['orderBy=eventTime', [4, 3, 0, 1, 2]],
    ['orderBy=eventTime&orderDirection=ASC', [2, 1, 0, 3, 4]],
    ['orderBy=recordTime', [4, 3, 2, 1, 0]]
  ])('answers %s by the events that match, in order', async (text, expected) => {
    const answer = await query(text);
    expect([answer.status, weights(answer)]).toEqual([200, expected]);
  });

  it.each([
    ['EQ_colour=red', 'PARAMETER_UNKNOWN'],
    ['GE_eventTime=yesterday', 'PARAMETER_INVALID'],
    ['eventType=PartyEvent', 'PARAMETER_INVALID'],
    ['MATCH_epc=urn:epc:id:sgtin:1', 'PARAMETER_INVALID'],
    ['perPage=0', 'PARAMETER_INVALID'],
    ['EQ_bizStep=packing&EQ_bizStep=shipping', 'PARAMETER_INVALID'],
    ['EQ_bizStep=', 'PARAMETER_INVALID'],
    ['nextPageToken=abc', 'CURSOR_INVALID']
  ])('refuses %s with 400 QueryParameterException', async (text, code) => {
    const answer = await query(text);
    expect([answer.status, answer.json['type'], answer.json['code']]).toEqual([
      400,
      'epcisException:QueryParameterException',
      code
    ]);
  });

  it('pages that never shift: events captured meanwhile come at the end', async () => {
    for (const order of ['', '&orderBy=eventTime&orderDirection=ASC']) {
      const seen: unknown[] = [];
      let next: string | null = `${EVENTS}?perPage=2${order}`;
      let pages = 0;
      while (next !== null && pages < 4) {
        const page: Answer = await node.get(next);
        seen.push(...weights(page));
        pages += 1;
        if (pages === 1) {
          const event = objectEvent({
            'ex:n': `new${order}`,
            eventTime: day(8),
            epcList: [serial(`N${order.length}`)]
          });
          await node.postEpcis(EVENTS, bytes(event));
        }
        next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
      }
      expect(seen.slice(0, 5)).toEqual(order === '' ? [0, 1, 2, 3, 4] : [2, 1, 0, 3, 4]);
      expect(new Set(seen).size).toBe(seen.length);
    }
    const first = await query('perPage=1');
    const token = /nextPageToken=([^&>]+)/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const misused = await query(`perPage=1&eventType=ObjectEvent&nextPageToken=${token}`);
    expect([misused.status, misused.json['code']]).toEqual([400, 'CURSOR_INVALID']);
  });

  it('keeps the digits of numbers and replaces a submitted recordTime', async () => {
    const text =
      '{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://example.com/ns/"}],' +
      '"type":"ObjectEvent","action":"OBSERVE","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+00:00",' +
      '"recordTime":"1999-01-01T00:00:00Z","epcList":["urn:epc:id:sgtin:4012345.011111.digits"],"ex:exact":1.500}';
    const posted = await node.postEpcis(EVENTS, Buffer.from(text));
    const read = await node.get(posted.headers.get('location') ?? '');
    expect(read.text).toContain('"ex:exact":1.500');
    expect(read.text).not.toContain('1999');
  });

  it('keeps prefixes apart when two documents give one prefix two meanings', async () => {
    const from = (namespace: string, n: string): Uint8Array =>
      bytes(
        document([objectEvent({ epcList: [serial(n)], 'z:x': n })], { '@context': [CONTEXT[0], { z: namespace }] })
      );
    for (const [namespace, n] of [
      ['https://one.example/', 'Z1'],
      ['https://two.example/', 'Z2']
    ] as const) {
      expect((await node.job(await node.postEpcis(CAPTURE, from(namespace, n)))).json).toMatchObject({ success: true });
    }
    const answer = await query(`MATCH_epc=${id(serial('Z1'))}|${id(serial('Z2'))}`);
    const [shared] = (answer.json as unknown as { '@context': readonly unknown[] })['@context'].filter(
      (entry) => typeof entry === 'object'
    );
    const meanings = listOf(answer).map((event) => {
      const own = ((event['@context'] ?? []) as readonly unknown[]).filter((entry) => typeof entry === 'object');
      return (Object.assign({}, shared, ...own) as Event)['z'];
    });
    expect(meanings).toEqual(['https://one.example/', 'https://two.example/']);
  });

  it('answers a repeated event with the first place and orders nothing; other content of its id with 409', async () => {
    const event = objectEvent({ eventID: 'urn:uuid:00000000-0000-4000-8000-00000000000a', epcList: [serial('rep')] });
    const first = await node.postEpcis(EVENTS, bytes(event));
    const height = node.height;
    const again = await node.postEpcis(EVENTS, bytes(event));
    expect([again.status, again.headers.get('location'), again.headers.get('idempotent-replayed')]).toEqual([
      201,
      first.headers.get('location'),
      'true'
    ]);
    const other = await node.postEpcis(EVENTS, bytes({ ...event, disposition: 'damaged' }));
    expect([other.status, other.json['code'], node.height]).toEqual([409, 'EVENT_ID_CONFLICT', height]);
  });

  it('shows an event with its error declaration under one id', async () => {
    const event = objectEvent({ eventID: 'urn:uuid:00000000-0000-4000-8000-00000000000b', epcList: [serial('err')] });
    await node.postEpcis(EVENTS, bytes(event));
    const declared = {
      ...event,
      errorDeclaration: { declarationTime: '2026-04-01T00:00:00Z', reason: 'did_not_occur' }
    };
    expect((await node.postEpcis(EVENTS, bytes(declared))).status).toBe(201);
    const read = await node.get(`${EVENTS}/${id(event['eventID'] as string)}`);
    expect(listOf(read).map((one) => 'errorDeclaration' in one)).toEqual([false, true]);
  });

  it('takes documents on /capture and single events on /events only, XML only when nobody has signed it', async () => {
    const before = node.height;
    const asDocument = await node.postEpcis(CAPTURE, bytes(objectEvent()));
    const asEvent = await node.postEpcis(EVENTS, bytes(document([objectEvent()])));
    for (const answer of [asDocument, asEvent]) {
      expect([answer.status, answer.json['code'], answer.json['errors']]).toMatchObject([
        400,
        'EPCIS_INVALID',
        [{ pointer: '/type' }]
      ]);
    }
    const headers = { 'content-type': 'application/xml' };
    const post = async (path: string, signed?: null): Promise<readonly unknown[]> => {
      const answer = await node.postEpcis(path, Buffer.from('<x/>'), { headers, ...(signed === null ? { signed } : {}) });
      return [answer.status, answer.json['code'], node.height];
    };
    expect(await post(EVENTS)).toEqual([403, 'SIGNATURE_REQUIRED', before]);
    expect(await post(CAPTURE)).toEqual([403, 'SIGNATURE_REQUIRED', before]);
    expect(await post(CAPTURE, null)).toEqual([400, 'XML_NOT_EPCIS', before]);
  });
});
