import { bytes, CONTEXT, lot, objectEvent, pallet, serial, type Event } from './sampleEvents.js';
import { ORGANIZATION, SingleNode, type Answer } from './singleNode.js';

const EVENTS = '/epcis/v2/events';
const SITE = 'urn:epc:id:sgln:4012345.00001.0';
const hour = (n: number): string => `2026-05-01T${String(n).padStart(2, '0')}:00:00.000Z`;
const common = { '@context': CONTEXT, eventTimeZoneOffset: '+00:00', readPoint: { id: SITE } };
const kilos = (name: string, quantity: number): object => ({ epcClass: lot(name), quantity, uom: 'KGM' });

describe('the questions of auditors', () => {
  let node: SingleNode;
  let count = 0;
  async function capture(event: Event): Promise<string> {
    const eventID = `urn:uuid:00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
    const answer = await node.postEpcis(EVENTS, bytes({ ...common, eventID, ...event }));
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return eventID;
  }
  const ask = async (path: string): Promise<Answer> => {
    const answer = await node.get(path);
    expect([path, answer.status, answer.headers.get('lading-height')]).toEqual([path, 200, String(node.height)]);
    return answer;
  };
  let heightOfLot = 0;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'custody' });
    const limits = [{ type: 'Temperature', uom: 'CEL', min: '2', max: '8' }];
    const product = { gtin: '04012345111118', limits, netMass: '', yieldMin: 0, yieldMax: 0 };
    const put = await node.postTransaction(node.clerk.sign('product.put', Buffer.from(JSON.stringify(product))));
    expect(put.json).toMatchObject({ status: 'APPLIED' });
    const ilmd = { 'cbvmda:descriptionShort': 'Green coffee' };
    const grown = { bizStep: 'harvesting', epcList: [], quantityList: [kilos('GREEN', 100)], ilmd };
    await capture(objectEvent({ ...grown, bizStep: 'creating_class_instance', eventTime: hour(1), readPoint: { id: SITE } }));
    heightOfLot = node.height;
    await capture({
      ...{ type: 'TransformationEvent', eventTime: hour(2), inputQuantityList: [kilos('GREEN', 40)] },
      outputEPCList: [serial('A1'), serial('A2')]
    });
    const parentID = pallet(7);
    await capture({ type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', eventTime: hour(3), parentID, childEPCs: [serial('A1')] });
    const report = (value: number): object => ({ sensorReport: [{ type: 'Temperature', value, uom: 'CEL' }] });
    const sensor = (n: number, value: number, epcList: string[]): Event =>
      objectEvent({
        ...{ ...common, action: 'OBSERVE', bizStep: 'sensor_reporting', eventTime: hour(n), epcList },
        sensorElementList: [report(value)]
      });
    await capture(sensor(4, 5, [pallet(7)]));
    await capture(sensor(5, 11, []));
    const destinationList = [{ type: 'possessing_party', destination: 'urn:epc:id:pgln:9999999.00001' }];
    await capture(objectEvent({
      ...{ ...common, action: 'OBSERVE', bizStep: 'shipping', eventTime: hour(8), epcList: [pallet(7)], destinationList },
      bizTransactionList: [{ type: 'po', bizTransaction: 'urn:epcglobal:cbv:bt:4012345000009:=PO-1' }]
    }));
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  it('who held it at a time, as known now and as known then', async () => {
    const now = await ask(`/v1/custody/A1?at=${hour(9)}`);
    expect(now.json).toMatchObject({
      holder: ORGANIZATION,
      containers: ['https://id.gs1.org/00/040123450000000076'].map((uri) => expect.stringContaining(uri.slice(0, 22))),
      inTransit: { from: ORGANIZATION, to: null, since: hour(8) }
    });
    expect((await ask(`/v1/custody/A1?at=${hour(3)}`)).json).toMatchObject({ inTransit: null, holder: ORGANIZATION });
    const then = await ask(`/v1/custody/A1?at=${hour(9)}&asKnownAt=${heightOfLot}`);
    expect(then.json).toMatchObject({ holder: null, asKnownAt: heightOfLot });
    const lots = await ask(`/v1/custody/GREEN?at=${hour(9)}`);
    expect(lots.json['holdings']).toEqual([{ organization: ORGANIZATION, uom: 'KGM', quantity: '60', to: null }]);
  });

  it('what a lot went into, and where a recall of it would find that', async () => {
    expect((await ask('/v1/touched/GREEN')).json['products']).toMatchObject([
      { product: '04012345111118', confidence: 'class', share: 1, path: [{ via: 'transformation' }] },
      {}
    ]);
    const { lines, contacts } = (await ask('/v1/recall-reach/GREEN')).json as unknown as Record<string, object[]>;
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ organization: ORGANIZATION, product: '04012345222227', uom: 'KGM', onHand: '60' }),
        expect.objectContaining({ organization: ORGANIZATION, product: '04012345111118', onHand: '2' })
      ])
    );
    expect(contacts).toHaveLength(1);
  });

  it('how warm it was: on the pallet around it, in the room, and when nobody measured', async () => {
    const { excursions, gaps, readings } = (await ask('/v1/conditions/A1?silence=120')).json as unknown as Record<string, object[]>;
    expect(readings).toBe(2);
    expect(excursions).toEqual([
      expect.objectContaining({ max: '11', allowedMax: '8', source: 'place', holder: ORGANIZATION, from: hour(5) })
    ]);
    expect(gaps).toEqual([{ type: 'Temperature', from: hour(5), to: hour(8) }]);
  });

  it('what is missing in a story, and whether a serial exists twice', async () => {
    const { gaps } = (await ask(`/v1/gaps/${encodeURIComponent(pallet(7))}?patience=3`)).json as unknown as Record<string, object[]>;
    expect(gaps).toEqual([expect.objectContaining({ kind: 'NO_RECEIPT', since: hour(8) })]);
    expect((await ask('/v1/clones/A2')).json).toMatchObject({ score: 0 });
    const again = objectEvent({ ...common, eventID: 'urn:x:again', eventTime: hour(9), epcList: [serial('A2')] });
    expect((await node.postEpcis(EVENTS, bytes(again))).json['code']).toBe('DOUBLE_COMMISSION');
    expect((await ask('/v1/clones/A2')).json).toMatchObject({ score: 60, signals: [{ kind: 'DOUBLE_COMMISSION', count: 1 }] });
  });

  it('what came into a site and what left it', async () => {
    const { lines } = (await ask(`/v1/sites/${encodeURIComponent(SITE)}/balance?from=${hour(2)}&to=${hour(23)}`)).json as unknown as {
      lines: Record<string, string>[];
    };
    expect(lines.find(({ uom }) => uom === 'KGM')).toMatchObject({ opening: '100', consumed: '40', closing: '60', difference: null });
    expect(lines.find(({ subject }) => subject?.endsWith('04012345111118'))).toMatchObject({ produced: '2', closing: '2' });
  });

  it('the sheet of FSMA 204, as JSON, CSV and XLSX', async () => {
    const { columns, rows } = (await ask('/v1/reports/fsma204?lot=GREEN')).json as unknown as { columns: string[]; rows: string[][] };
    expect(rows.map((row) => row.slice(0, 6))).toEqual([
      ['Harvesting', 'GREEN', '04012345222227', 'Green coffee', '100', 'KGM'],
      ['Transformation (input)', 'GREEN', '04012345222227', 'Green coffee', '40', 'KGM']
    ]);
    const receipt = rows[0]?.[columns.indexOf('Receipt')] ?? '';
    const proof = await node.get(receipt);
    expect([200, 409]).toContain(proof.status);
    const csv = await ask(`/v1/reports/fsma204?from=${hour(0)}&to=${hour(23)}&format=csv`);
    expect(csv.text.split('\r\n')[0]).toBe(columns.join(','));
    const xlsx = await ask('/v1/reports/fsma204?lot=GREEN&format=xlsx');
    expect(xlsx.headers.get('content-disposition')).toContain('fsma204.xlsx');
    expect(xlsx.text.startsWith('PK')).toBe(true);
  });

  it('what was corrected, by whom, why, and page by page', async () => {
    const wrong = objectEvent({
      ...{ ...common, eventID: 'urn:x:wrong', action: 'OBSERVE', bizStep: 'storing', eventTime: hour(9) },
      epcList: [serial('A2')]
    });
    await node.postEpcis(EVENTS, bytes(wrong));
    const declared = { ...wrong, errorDeclaration: { declarationTime: hour(10), reason: 'did_not_occur' } };
    expect((await node.postEpcis(EVENTS, bytes(declared))).status).toBe(201);
    const { corrections, nextPageToken } = (await ask('/v1/corrections')).json as unknown as { corrections: object[]; nextPageToken: null };
    expect(corrections).toEqual([
      expect.objectContaining({
        ...{ reason: 'did_not_occur', declarationTime: hour(10), dependants: [] },
        original: expect.objectContaining({ eventID: 'urn:x:wrong', member: `${ORGANIZATION}/clerk` })
      })
    ]);
    expect(nextPageToken).toBeNull();
  });

  it('refuse parameters that they do not know, and periods without end', async () => {
    const codes = await Promise.all(
      ['/v1/custody/A1?when=now', '/v1/custody/A1?at=noon', '/v1/reports/fsma204', `/v1/sites/${encodeURIComponent(SITE)}/balance`].map(
        async (path) => (await node.get(path)).json['code']
      )
    );
    expect(codes).toEqual(['PARAMETER_UNKNOWN', 'PARAMETER_INVALID', 'PARAMETER_INVALID', 'PARAMETER_INVALID']);
  });
});
