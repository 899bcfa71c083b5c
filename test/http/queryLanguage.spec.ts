import { bytes, CONTEXT, document, lot, objectEvent, pallet, serial, type Event } from './sampleEvents.js';
import { SingleNode, type Answer } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const SITE = 'urn:epc:id:sgln:4012345.00001.0';
const DOCK = 'urn:epc:id:sgln:4012345.00001.dock';
const HALL = 'https://example.com/places/hall';
const PRODUCT = 'urn:epc:idpat:sgtin:4012345.011111.*';
const GREEN = 'urn:epc:idpat:sgtin:4012345.022222.*';
const PARTY = 'urn:epc:id:pgln:4012345.00000';
const ORDER = 'urn:epcglobal:cbv:bt:4012345000009:PO-1';
const FIRST = 'urn:uuid:00000000-0000-4000-8000-0000000000f0';

const id = (text: string): string => encodeURIComponent(text);
const listOf = (answer: Answer): readonly Event[] =>
  (answer.json as unknown as { epcisBody: { queryResults: { resultsBody: { eventList: Event[] } } } }).epcisBody
    .queryResults.resultsBody.eventList;
const numbers = (answer: Answer): readonly unknown[] => listOf(answer).map((event) => event['ex:n']);

/** Events 0 to 5: what each parameter must find is told by ex:n. */
const STORY: readonly Event[] = [
  objectEvent({
    ...{ 'ex:n': 0, eventID: FIRST, epcList: [serial('A')], readPoint: { id: DOCK, 'ex:door': 'north' } },
    ...{ disposition: 'active', persistentDisposition: { set: ['available'], unset: ['damaged'] } },
    ...{ bizTransactionList: [{ type: 'po', bizTransaction: ORDER }], 'ex:weight': 12.5, 'ex:when': '2026-05-01T10:00:00Z' },
    ...{ sourceList: [{ type: 'owning_party', source: PARTY }], 'ex:grade': 'AA', 'ex:box': { 'ex:depth': 7, 'ex:tag': 'deep' } },
    ilmd: { 'ex:farm': 'Finca Alta', 'ex:plot': { 'ex:height': '1500' } }
  }),
  objectEvent({
    ...{ 'ex:n': 1, action: 'OBSERVE', bizStep: 'sensor_reporting', epcList: [serial('A')], readPoint: { id: HALL } },
    sensorElementList: [
      {
        sensorMetadata: { time: '2026-04-01T00:00:00Z', deviceID: 'urn:epc:id:giai:4012345.D1', bizRules: 'https://example.com/rule' },
        sensorReport: [
          { type: 'Temperature', value: 4.5, uom: 'CEL', minValue: 2, maxValue: 7.5 },
          { type: 'RelativeHumidity', value: 60, uom: 'A93', stringValue: 'damp', booleanValue: true, percRank: 50, 'ex:cal': 'ok' }
        ]
      }
    ]
  }),
  objectEvent({
    ...{ 'ex:n': 2, bizStep: 'creating_class_instance', epcList: [], 'ex:weight': '30', 'ex:grade': 'B' },
    quantityList: [{ epcClass: lot('L'), quantity: 10.25, uom: 'KGM' }]
  }),
  {
    ...{ '@context': CONTEXT, 'ex:n': 3, type: 'AggregationEvent', action: 'ADD', bizStep: 'packing' },
    ...{ eventTime: '2026-02-06T00:00:00Z', eventTimeZoneOffset: '+00:00', parentID: pallet(1), childEPCs: [serial('A')] },
    ...{ destinationList: [{ type: 'possessing_party', destination: PARTY }], bizLocation: { id: SITE }, 'ex:weight': 2 }
  },
  {
    ...{ '@context': CONTEXT, 'ex:n': 4, type: 'TransformationEvent', eventTime: '2026-02-07T00:00:00Z' },
    ...{ eventTimeZoneOffset: '+00:00', transformationID: 'urn:x:t1', outputEPCList: [serial('C')] },
    inputQuantityList: [{ epcClass: lot('L'), quantity: 5, uom: 'KGM' }]
  },
  objectEvent({
    ...{ 'ex:n': 5, action: 'OBSERVE', bizStep: 'inspecting', epcList: [serial('E')] },
    eventID: 'urn:uuid:00000000-0000-4000-8000-0000000000f5',
    errorDeclaration: {
      ...{ declarationTime: '2026-06-01T00:00:00Z', reason: 'incorrect_data', correctiveEventIDs: [FIRST], 'ex:who': 'ana' }
    }
  })
];

describe('the EPCIS query language', () => {
  let node: SingleNode;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    const attributes = [{ id: 'urn:epcglobal:cbv:mda#city', attribute: 'Bremen' }, { id: 'ex:doors', attribute: 5 }];
    const element = { id: SITE, children: [HALL], attributes };
    const described = [{ id: 'cbvmda:descriptionShort', attribute: 'Coffee' }];
    const products = [PRODUCT, GREEN].map((uri) => ({ id: uri, attributes: described }));
    const masterData = {
      vocabularyList: [
        { type: 'urn:epcglobal:epcis:vtype:BusinessLocation', vocabularyElementList: [element] },
        { type: 'urn:epcglobal:epcis:vtype:EPCClass', vocabularyElementList: products }
      ]
    };
    const first = document(STORY.slice(0, 5), { epcisHeader: { epcisMasterData: masterData } });
    const [corrected = {}] = STORY.slice(5);
    const { errorDeclaration: _, ...original } = corrected;
    expect((await node.job(await node.postEpcis('/epcis/v2/capture', bytes(first)))).json).toMatchObject({ success: true });
    // The declared event and its declaration: both carry ex:n 5, so queries that find the event find both.
    for (const event of [original, corrected]) expect((await node.postEpcis(EVENTS, bytes(event))).status).toBe(201);
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  const ask = (text: string, headers: Record<string, string> = {}): Promise<Answer> =>
    node.get(`${EVENTS}?${text}`, node.clerk, headers);

  it.each([
    ['EQ_persistentDisposition_set=available', [0]],
    ['EQ_persistentDisposition_unset=urn:epcglobal:cbv:disp:damaged|stolen', [0]],
    ['EQ_disposition=active', [0]],
    ['EQ_transformationID=urn:x:t1', [4]],
    [`EQ_bizTransaction_po=${id(ORDER)}`, [0]],
    [`EQ_source_owning_party=${id(PARTY)}`, [0]],
    [`EQ_destination_possessing_party=${id(PARTY)}`, [3]],
    [`EQ_destination_owning_party=${id(PARTY)}`, []],
    ['GE_quantity=10.25', [2]],
    ['GT_quantity=10.25', []],
    ['LT_quantity=10.250000', [4]],
    ['EQ_quantity=5.0|7', [4]],
    ['GT_quantity_KGM=4', [2, 4]],
    ['EQ_quantity_KGM=5.0', [4]],
    ['GE_quantity_GRM=0', []],
    [`EQ_eventID=${id(FIRST)}`, [0]],
    ['EXISTS_errorDeclaration=true', [5]],
    ['EXISTS_errorDeclaration=false', [0, 1, 2, 3, 4, 5, 5]],
    ['EQ_errorReason=incorrect_data', [5]],
    ['EQ_errorReason=did_not_occur', []],
    [`EQ_correctiveEventID=${id(FIRST)}`, [5]],
    ['GE_errorDeclarationTime=2026-06-01T00:00:00Z', [5]],
    ['LT_errorDeclarationTime=2026-06-01T00:00:00Z', []],
    ['EQ_ERROR_DECLARATION_ex:who=ana', [5]]
  ])('answers %s', async (text, expected) => {
    const answer = await ask(text);
    expect([answer.status, numbers(answer)]).toEqual([200, expected]);
  });

  it.each([
    ['EXISTS_sensorElementList=true', [1]],
    ['EQ_type=Temperature', [1]],
    ['EQ_type=gs1:RelativeHumidity|Mass', [1]],
    ['EQ_type=Mass', []],
    [`EQ_deviceID=${id('https://example.org/8004/4012345D1')}`, [1]],
    ['EQ_bizRules=https://example.com/rule', [1]],
    ['EQ_stringValue=damp', [1]],
    ['EQ_booleanValue=true', [1]],
    ['GE_time=2026-04-01T00:00:00Z&LT_time=2026-04-01T00:00:01Z', [1]],
    ['GE_startTime=2020-04-01T00:00:00Z', []],
    ['GE_value_CEL=4.5&LE_value_CEL=4.50', [1]],
    ['EQ_value_CEL=4.5|9', [1]],
    ['GT_value_CEL=4.5', []],
    ['GT_value_FAH=0', []],
    ['LT_minValue_CEL=3&GT_maxValue_CEL=7', [1]],
    ['EQ_percRank=50', [1]],
    ['EQ_SENSORREPORT_ex:cal=ok', [1]],
    ['EQ_SENSORELEMENT_ex:cal=ok', []]
  ])('answers %s from sensor data', async (text, expected) => {
    const answer = await ask(text);
    expect([answer.status, numbers(answer)]).toEqual([200, expected]);
  });

  it.each([
    ['EQ_ex:grade=AA|C', [0]],
    ['EQ_ex:weight=12.50', [0]],
    ['GT_ex:weight=3', [0, 2]],
    ['LE_ex:weight=2', [3]],
    ['GE_ex:when=2026-05-01T12:00:00%2B02:00', [0]],
    ['GT_ex:when=5', []],
    ['EXISTS_ex:grade', [0, 2]],
    ['EQ_ex:depth=7', []],
    ['EQ_INNER_ex:depth=7', [0]],
    ['EQ_INNER_ex:tag=deep', [0]],
    ['EXISTS_INNER_ex:tag=true', [0]],
    ['EQ_ILMD_ex:farm=Finca%20Alta', [0]],
    ['EQ_ex:farm=Finca%20Alta', []],
    ['EXISTS_ILMD_ex:plot', [0]],
    ['GE_INNER_ILMD_ex:height=1500', [0]],
    ['EQ_readPoint_ex:door=north', [0]],
    [`EQ_${id('https://example.com/ns/grade')}=B`, [2]],
    [`EQ_${id('https://example.com/ns/#grade')}=B`, [2]]
  ])('answers %s from extension fields', async (text, expected) => {
    const answer = await ask(text);
    expect([answer.status, numbers(answer)]).toEqual([200, expected]);
  });

  it('reads prefixes as the asker explains them', async () => {
    const own = { 'gs1-extensions': 'my=https://example.com/ns/,ex=https://other.example/' };
    expect(numbers(await ask('EQ_my:grade=B', own))).toEqual([2]);
    expect(numbers(await ask('EQ_ex:grade=B', own))).toEqual([]);
    const unknown = await ask('EQ_my:grade=B');
    expect([unknown.status, unknown.json['code']]).toEqual([400, 'PARAMETER_INVALID']);
  });

  it.each([
    [`EQ_readPoint=${id(SITE)}`, []],
    [`WD_readPoint=${id(SITE)}`, [0, 1]],
    [`WD_readPoint=${id(HALL)}`, [1]],
    [`WD_bizLocation=${id(SITE)}`, [3]]
  ])('answers %s with what master data and extensions put inside a place', async (text, expected) => {
    expect(numbers(await ask(text))).toEqual(expected);
  });

  it.each([
    [`MATCH_epc=${PRODUCT}`, [0, 1, 3, 5, 5]],
    ['MATCH_epc=urn:epc:idpat:sgtin:4012345.*.*&EQ_action=ADD', [0, 3]],
    ['MATCH_anyEPC=urn:epc:idpat:sgtin:4012346.*.*', []],
    [`MATCH_anyEPC=urn:epc:idpat:sgtin:4012346.*.*|${id(serial('C'))}`, [4]],
    ['MATCH_parentID=urn:epc:idpat:sscc:4012345.*', [3]],
    [`MATCH_outputEPC=${id('https://id.gs1.org/01/04012345111118/21/*')}`, [4]],
    ['MATCH_epcClass=urn:epc:idpat:lgtin:*.*.*', [2]],
    ['MATCH_anyEPCClass=urn:epc:idpat:sgtin:4012345.*.*', [2, 4]],
    [`MATCH_anyEPCClass=${PRODUCT}`, []]
  ])('answers the pattern %s', async (text, expected) => {
    const answer = await ask(text);
    expect([answer.status, numbers(answer)]).toEqual([200, expected]);
  });

  it.each([
    ['HASATTR_bizLocation=cbvmda:city', [3]],
    ['HASATTR_bizLocation=cbvmda:street|ex:doors', [3]],
    ['HASATTR_readPoint=cbvmda:city', []],
    ['EQATTR_bizLocation_cbvmda:city=Hamburg|Bremen', [3]],
    ['EQATTR_bizLocation_cbvmda:city=Hamburg', []],
    ['EQATTR_bizLocation_ex:doors=5', [3]],
    [`EQ_ATTR_bizLocation_${id('urn:epcglobal:cbv:mda#city')}=Bremen`, [3]],
    ['EQATTR_epcClass_cbvmda:descriptionShort=Coffee', [2]],
    ['EQATTR_outputEPC_cbvmda:descriptionShort=Coffee', [4]],
    ['EQATTR_childEPC_ex:farm=Finca%20Alta', [3]],
    ['HASATTR_epc=ex:farm', [0, 1]],
    ['HASATTR_outputEPC=ex:farm', []]
  ])('answers %s from master data and ilmd', async (text, expected) => {
    const answer = await ask(text);
    expect([answer.status, numbers(answer)]).toEqual([200, expected]);
  });

  it('orders by an extension field, events without it last, page by page', async () => {
    for (const [way, expected] of [
      ['ASC', [3, 0, 2, 1, 4, 5, 5]],
      ['DESC', [2, 0, 3, 1, 4, 5, 5]]
    ] as const) {
      const seen: unknown[] = [];
      let next: string | undefined = `${EVENTS}?orderBy=ex:weight&orderDirection=${way}&perPage=2`;
      while (next !== undefined) {
        const page: Answer = await node.get(next);
        seen.push(...numbers(page));
        next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(seen).toEqual(expected);
    }
    expect(numbers(await ask('orderBy=ex:grade&orderDirection=ASC&perPage=2'))).toEqual([0, 2]);
  });

  it('ends after eventCountLimit over all pages, and refuses beyond maxEventCount', async () => {
    const first = await ask('eventCountLimit=3&perPage=2');
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await node.get(next);
    expect([numbers(first), numbers(second), second.headers.get('link')]).toEqual([[0, 1], [2], null]);
    const refused = await ask('maxEventCount=6');
    expect([refused.status, refused.json['type']]).toEqual([413, 'epcisException:QueryTooLargeException']);
    expect((await ask('maxEventCount=7')).status).toBe(200);
    expect((await ask('maxEventCount=7&eventCountLimit=7')).status).toBe(400);
  });

  it('ends page tokens with their request, by DELETE, and knows forged ones', async () => {
    const first = await ask('perPage=2');
    const token = /nextPageToken=([^&>]+)/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const code = async (text: string, headers = {}): Promise<unknown> => (await ask(text, headers)).json['code'];
    expect(await code(`perPage=3&nextPageToken=${token}`)).toBeUndefined();
    expect(await code(`perPage=2&EQ_action=ADD&nextPageToken=${token}`)).toBe('CURSOR_INVALID');
    expect(await code(`perPage=2&nextPageToken=${token}`, { 'gs1-epc-format': 'Always_EPC_URN' })).toBe('CURSOR_INVALID');
    const forged = `${token.slice(0, 3)}${token[3] === 'A' ? 'B' : 'A'}${token.slice(4)}`;
    expect(await code(`perPage=2&nextPageToken=${forged}`)).toBe('CURSOR_INVALID');
    expect((await node.send('DELETE', `/epcis/v2/nextPageToken/${token}`)).status).toBe(204);
    expect(await code(`perPage=2&nextPageToken=${token}`)).toBe('CURSOR_EXPIRED');
    expect(await code('perPage=2&nextPageToken=')).toBeUndefined();
  });

  it('ends a page by its size, too, and goes on with the next', async () => {
    const large = (n: number): Event =>
      objectEvent({ epcList: [serial(`BIG${n}`)], bizStep: 'stocking', 'ex:n': n, 'ex:pad': 'x'.repeat(900_000) });
    for (let n = 0; n < 11; n++) expect((await node.postEpcis(EVENTS, bytes(large(n)))).status).toBe(201);
    const first = await ask('EQ_bizStep=stocking&perPage=100');
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await node.get(next);
    expect([numbers(first), numbers(second), second.headers.get('link')]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [10], null]);
  }, 60_000);

  it.each([
    ['EQ_quantity=many', 'PARAMETER_INVALID'],
    ['GT_quantity=1|2', 'PARAMETER_INVALID'],
    ['GT_ex:grade=AA', 'PARAMETER_INVALID'],
    ['GE_time=now', 'PARAMETER_INVALID'],
    ['EXISTS_errorDeclaration=maybe', 'PARAMETER_INVALID'],
    ['MATCH_epc=urn:epc:idpat:sgtin:*.011111.*', 'PARAMETER_INVALID'],
    ['MATCH_epc=urn:epc:idpat:nothing:*', 'PARAMETER_INVALID'],
    ['HASATTR_bizStep=cbvmda:city', 'PARAMETER_INVALID'],
    ['EQATTR_bizLocation_nobody:city=x', 'PARAMETER_INVALID'],
    ['MATCH_epc=plain', 'PARAMETER_INVALID'],
    ['eventCountLimit=0', 'PARAMETER_INVALID'],
    ['orderBy=weight', 'PARAMETER_INVALID'],
    ['EQ_grade=AA', 'PARAMETER_UNKNOWN'],
    ['HASATTR=x', 'PARAMETER_UNKNOWN'],
    ['constructor=x', 'PARAMETER_UNKNOWN']
  ])('refuses %s', async (text, code) => {
    const answer = await ask(text);
    expect([answer.status, answer.json['type'], answer.json['code']]).toEqual([
      400,
      'epcisException:QueryParameterException',
      code
    ]);
  });

  it('writes identifiers as asked, and nothing else of an event', async () => {
    const [one, two, three] = await Promise.all(
      ['Always_GS1_Digital_Link', 'Always_EPC_URN', 'Never_Translates'].map((format) =>
        ask('EQ_bizStep=packing', { 'gs1-epc-format': format })
      )
    );
    const [link, urn, never] = [one, two, three].map((answer) => listOf(answer as Answer)[0] ?? {});
    expect(link).toMatchObject({
      parentID: 'https://id.gs1.org/00/040123450000000016',
      childEPCs: ['https://id.gs1.org/01/04012345111118/21/A'],
      bizLocation: { id: 'https://id.gs1.org/414/4012345000016' }
    });
    expect(urn).toMatchObject({ parentID: pallet(1), childEPCs: [serial('A')], bizLocation: { id: SITE } });
    expect(never).toEqual(urn);
    expect(listOf(await ask('EQ_bizStep=packing'))[0]).toEqual(link);
  });

  it('answers 304 to whoever has the event in this format already', async () => {
    const path = `${EVENTS}/${id(FIRST)}`;
    const etag = (await node.get(path)).headers.get('etag') ?? '';
    expect((await node.get(path, node.clerk, { 'if-none-match': etag })).status).toBe(304);
    const other = { 'if-none-match': etag, 'gs1-epc-format': 'Never_Translates' };
    expect((await node.get(path, node.clerk, other)).status).toBe(200);
  });

  it('is answered alike after the query tables were rebuilt from the ledger', async () => {
    const questions = ['EQ_INNER_ex:tag=deep', 'GE_value_CEL=4.5', `WD_readPoint=${id(SITE)}`, 'orderBy=ex:weight'];
    questions.push('HASATTR_bizLocation=ex:doors');
    const before = await Promise.all(questions.map(async (text) => numbers(await ask(text))));
    await node.rebuildProjection();
    expect(await Promise.all(questions.map(async (text) => numbers(await ask(text))))).toEqual(before);
  });
});
