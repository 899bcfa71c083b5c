import type { CustodyAnswer, FsmaAnswer, Trace } from '@lading/api';
import { gln, lot, party, place, sscc, unit, type DemoOrganizationId } from '../../apps/node/src/dev/story/names.js';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { bearer, call, eventually, postEvent, postTransaction, statusOf } from '../e2e/http.js';
import { startNetwork, type RunningNetwork } from '../e2e/network.js';
import { bytes, CONTEXT, type Event } from './sampleEvents.js';
import { toCompactJws } from '@lading/ledger';

const [GROWER, PORT, ROASTER, AUTHORITY] = ['finca-alta', 'port-logistics', 'nordic-roast', 'food-authority'] as const;
const ORGANIC = 'https://certifier.example/organic/1';
const GREEN = lot(GROWER, 2, 'G1');
const ROASTED = lot(ROASTER, 1, 'R1');
const PLAIN = lot(ROASTER, 1, 'R2');
const PALLET = sscc(GROWER, 7);
const PACK = unit(ROASTER, 2, 'P1');
const gtinOf = (uri: string): string => uri.split('/')[4] ?? '';
const [FARM, QUAY, PLANT] = [place(GROWER, 11), place(PORT, 21), place(ROASTER, 31)];
const hour = (n: number): string => new Date(Date.UTC(2026, 4, 1, n)).toISOString();
const amount = (epcClass: string, quantity: number, uom = 'KGM'): object => ({ epcClass, quantity, uom });
const to = (organization: DemoOrganizationId): object => ({
  destinationList: [{ type: 'possessing_party', destination: party(organization) }]
});

/** A network of four organizations: what one has recorded is asked at the nodes of the others. */
describe('the questions of auditors about a story of several organizations', () => {
  let running: RunningNetwork;
  let height = 0;
  let shippedAt = 0;
  const clerkOf = (organization: DemoOrganizationId): DemoMember => {
    const clerk = running.clerks.find(({ node }) => node.id === organization);
    if (clerk === undefined) throw new Error(`no clerk of ${organization}`);
    return clerk;
  };

  let count = 0;
  async function tell(organization: DemoOrganizationId, atHour: number, event: Event): Promise<void> {
    const eventID = `urn:uuid:00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
    const common = { '@context': CONTEXT, eventID, eventTime: hour(atHour), eventTimeZoneOffset: '+00:00' };
    const answer = await postEvent(clerkOf(organization), bytes({ ...common, ...event }));
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    ({ height } = await statusOf(clerkOf(organization).node.url));
  }
  const seen = (bizStep: string, at: string, what: object, more: object = {}): Event => ({
    ...{ type: 'ObjectEvent', action: 'OBSERVE', bizStep, epcList: [], readPoint: { id: at }, bizLocation: { id: at } },
    ...what,
    ...more
  });
  const packed = (action: string, bizStep: string, at: string): Event => ({
    ...{ type: 'AggregationEvent', action, bizStep, parentID: PALLET, childQuantityList: [amount(GREEN, 60)], readPoint: { id: at } }
  });

  /** The event that makes the green coffee comes in a document whose header describes it. */
  async function tellHarvest(): Promise<void> {
    const attribute = (word: string, text: string): object => ({ id: `urn:epcglobal:cbv:mda#${word}`, attribute: text });
    const element = (id: string, ...attributes: readonly object[]): object => ({ id, attributes });
    const vocabularyList = [
      {
        type: 'urn:epcglobal:epcis:vtype:EPCClass',
        vocabularyElementList: [element(GREEN.split('/10/')[0] ?? '', attribute('descriptionShort', 'Green coffee, washed'))]
      },
      {
        type: 'urn:epcglobal:epcis:vtype:Location',
        vocabularyElementList: [element(FARM, attribute('name', 'La Loma'), attribute('countryCode', 'GT'))]
      }
    ];
    const harvest = {
      ...seen('creating_class_instance', FARM, { quantityList: [amount(GREEN, 100)] }, { action: 'ADD', certificationInfo: ORGANIC }),
      ...{ eventID: 'urn:uuid:10000000-0000-4000-8000-000000000001', eventTime: hour(1), eventTimeZoneOffset: '+00:00' }
    };
    const document = bytes({
      ...{ '@context': CONTEXT, type: 'EPCISDocument', schemaVersion: '2.0', creationDate: hour(1) },
      epcisHeader: { epcisMasterData: { vocabularyList } },
      epcisBody: { eventList: [harvest] }
    });
    const clerk = clerkOf(GROWER);
    const signature = clerk.detachedSignature(clerk.sign('epcis.capture', document));
    const headers = { ...bearer(clerk), 'content-type': 'application/json', 'lading-signature': signature };
    const answer = await call(`${clerk.node.url}/epcis/v2/capture`, { method: 'POST', headers, body: document });
    expect([answer.status, answer.text]).toEqual([202, expect.any(String)]);
    const job = new URL(answer.headers.get('location') ?? '', clerk.node.url).href;
    await eventually('the harvest', 20_000, async () => (await call(job, { headers: bearer(clerk) })).json['running'] === false);
    expect((await call(job, { headers: bearer(clerk) })).json).toMatchObject({ success: true });
  }

  beforeAll(async () => {
    running = await startNetwork('custody');
    const limits = [{ type: 'Temperature', uom: 'CEL', min: '2', max: '8' }];
    const product = { gtin: gtinOf(GREEN), limits, netMass: '', yieldMin: 0, yieldMax: 0 };
    const put = clerkOf(GROWER).sign('product.put', bytes(product));
    expect((await postTransaction(clerkOf(GROWER).node.url, toCompactJws(put))).json).toMatchObject({ status: 'APPLIED' });
    await tellHarvest();
    await tell(GROWER, 2, packed('ADD', 'packing', FARM));
    const purchase = { bizTransactionList: [{ type: 'po', bizTransaction: `urn:epcglobal:cbv:bt:${gln(GROWER, 0)}:PO-1` }] };
    await tell(GROWER, 3, seen('shipping', FARM, { epcList: [PALLET] }, { ...to(PORT), ...purchase }));
    shippedAt = height;
    await tell(PORT, 5, seen('receiving', QUAY, { epcList: [PALLET] }));
    const report = { sensorReport: [{ type: 'Temperature', value: 11, uom: 'CEL' }] };
    await tell(PORT, 6, seen('sensor_reporting', QUAY, { epcList: [PALLET] }, { sensorElementList: [report] }));
    await tell(PORT, 8, seen('shipping', QUAY, { epcList: [PALLET] }, to(ROASTER)));
    await tell(ROASTER, 10, seen('receiving', PLANT, { epcList: [PALLET] }));
    await tell(ROASTER, 11, packed('DELETE', 'unpacking', PLANT));
    const make = (from: object, made: object, more: object = {}): Event => ({
      ...{ type: 'TransformationEvent', bizStep: 'commissioning', readPoint: { id: PLANT }, bizLocation: { id: PLANT } },
      ...{ inputQuantityList: [from], ...made, ...more }
    });
    const claimed = { certificationInfo: [ORGANIC] };
    await tell(ROASTER, 12, make(amount(GREEN, 40), { outputQuantityList: [amount(ROASTED, 70, 'LBR')] }, claimed));
    await tell(ROASTER, 13, make(amount(GREEN, 20), { outputQuantityList: [amount(PLAIN, 70, 'LBR')] }, claimed));
    await tell(ROASTER, 14, make(amount(ROASTED, 1, 'LBR'), { outputEPCList: [PACK] }));
    await Promise.all(running.clerks.map(({ node }) => eventually(`block ${height} at ${node.id}`, 20_000, async () => {
      const status = await statusOf(node.url);
      return status.height >= height && (status as unknown as { projectionHeight: number }).projectionHeight >= height;
    })));
  }, 180_000);
  afterAll(() => running.stop(), 60_000);

  /** The same answer at every node, of a height that has all of the story. */
  async function ask<T>(path: string): Promise<T> {
    const answers = await Promise.all(
      running.clerks.map(async (clerk) => {
        const answer = await call(`${clerk.node.url}${path}`, { headers: bearer(clerk) });
        expect([path, answer.status, answer.text.slice(0, answer.status === 200 ? 0 : 300)]).toEqual([path, 200, '']);
        const { height: reflected, ...rest } = answer.json;
        expect(Number(reflected)).toBeGreaterThanOrEqual(height);
        expect(answer.headers.get('lading-height')).toBe(String(reflected));
        return rest;
      })
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    return answers[0] as T;
  }
  const id = encodeURIComponent;

  it('who held it: shipper until the receipt, with the containers around it, as known now and as known before the receipt', async () => {
    const at = async (atHour: number, more = ''): Promise<CustodyAnswer> => ask(`/v1/custody/${id(PALLET)}?at=${hour(atHour)}${more}`);
    expect(await at(2)).toMatchObject({ holder: GROWER, inTransit: null });
    expect(await at(4)).toMatchObject({ holder: GROWER, inTransit: { from: GROWER, to: PORT } });
    expect(await at(7)).toMatchObject({ holder: PORT, inTransit: null, place: QUAY });
    expect(await at(10)).toMatchObject({ holder: ROASTER });
    expect(await at(10, `&asKnownAt=${shippedAt}`)).toMatchObject({
      ...{ holder: GROWER, asKnownAt: shippedAt, inTransit: { from: GROWER, to: PORT } }
    });
    const { holdings } = await ask<CustodyAnswer>(`/v1/custody/${id(GREEN)}?at=${hour(2)}`);
    expect(holdings).toEqual([{ organization: GROWER, uom: 'KGM', quantity: '100', to: null }]);
  });

  it('where it came from and what became of it, over every hand; in parts, with the items to ask on from', async () => {
    const back = await ask<Trace>(`/v1/trace/${id(PACK)}`);
    expect(back.items.map(({ item, depth }) => [item, depth])).toEqual(
      expect.arrayContaining([[PACK, 0], [ROASTED, 1], [GREEN, 2], [PALLET, 3]])
    );
    const hands = back.edges.filter(({ kind }) => kind === 'transfer').map(({ from, to: next, until }) => [from, next, until]);
    expect(hands).toEqual([[GROWER, PORT, hour(5)], [PORT, ROASTER, hour(10)]]);
    expect([back.truncated, back.frontier, back.unexplained]).toEqual([false, [], []]);
    const forward = await ask<Trace>(`/v1/trace/${id(GREEN)}?direction=forward`);
    expect(forward.items.map(({ item }) => item)).toEqual(expect.arrayContaining([ROASTED, PLAIN, PACK, PALLET]));
    const part = await ask<Trace>(`/v1/trace/${id(PACK)}?depth=0`);
    expect([part.truncated, part.frontier, part.events.length]).toEqual([true, [ROASTED], 1]);
    const on = await ask<Trace>(`/v1/trace/${id(part.frontier[0] ?? '')}`);
    const idsOf = (...traces: readonly Trace[]) => new Set(traces.flatMap(({ events }) => events.map(({ eventID }) => eventID)));
    expect(idsOf(part, on)).toEqual(idsOf(back));
  });

  it('what a lot went into, and where all of it is', async () => {
    const near = await ask<{ truncated: boolean; frontier: string[] }>(`/v1/touched/${id(GREEN)}?depth=0`);
    expect([near.truncated, new Set(near.frontier)]).toEqual([true, new Set([PALLET, ROASTED, PLAIN])]);
    const touched = await ask<{ products: { product: string; confidence: string }[] }>(`/v1/touched/${id(GREEN)}`);
    expect(touched.products.map(({ product, confidence }) => [product, confidence])).toEqual(
      expect.arrayContaining([[gtinOf(PACK), 'class'], [gtinOf(ROASTED), 'class']])
    );
    const { lines } = await ask<{ lines: object[] }>(`/v1/recall-reach/${id(GREEN)}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ organization: GROWER, uom: 'KGM', onHand: '40' }),
        expect.objectContaining({ organization: ROASTER, uom: 'LBR', onHand: '139' })
      ])
    );
  });

  it('how warm it was in the hands of another, and what is missing', async () => {
    const { excursions } = await ask<{ excursions: object[] }>(`/v1/conditions/${id(GREEN)}?silence=600`);
    expect(excursions).toEqual([expect.objectContaining({ max: '11', holder: PORT, source: 'container' })]);
    expect((await ask<{ gaps: object[] }>(`/v1/gaps/${id(PALLET)}`)).gaps).toEqual([]);
    expect(await ask(`/v1/clones/${id(PACK)}`)).toMatchObject({ score: 0 });
  });

  it('what a site received, made and used, each in its unit', async () => {
    const period = `from=${hour(0)}&to=${hour(23)}`;
    const { lines } = await ask<{ lines: Record<string, string>[] }>(`/v1/sites/${id(PLANT)}/balance?${period}`);
    expect(lines.find(({ subject }) => subject === GREEN)).toMatchObject({ uom: 'KGM', consumed: '60', units: ['KGM'] });
    expect(lines.find(({ subject }) => subject === ROASTED)).toMatchObject({ uom: 'LBR', produced: '70', consumed: '1', closing: '69' });
  });

  it('whether more was sold under a certificate than certified material went in, pounds against kilograms', async () => {
    const { lines } = await ask<{ lines: object[] }>(`/v1/sites/${id(PLANT)}/claims?from=${hour(0)}&to=${hour(23)}`);
    // 140 pounds are 63.5029318 kg; 60 kg had gone in, and later a pound of what had been made.
    const made = { input: '60.45359237', output: '63.5029318', closing: '-3.04933943', overdrawn: '3.5029318' };
    expect(lines).toEqual([{ claim: ORGANIC, uom: 'KGM', opening: '0', ...made, event: expect.stringMatching(/^\d+\/\d+\/0$/) }]);
    const early = await ask<{ lines: object[] }>(`/v1/sites/${id(PLANT)}/claims?from=${hour(0)}&to=${hour(13)}`);
    expect(early.lines).toMatchObject([{ input: '40', output: '31.7514659', closing: '8.2485341', overdrawn: null }]);
  });

  it('the FSMA sheet names products and places as their holder does, and every row has a receipt that any node gives', async () => {
    const { columns, rows } = await ask<FsmaAnswer>(`/v1/reports/fsma204?lot=${id(GREEN)}`);
    const cells = (name: string): string[] => rows.map((row) => row[columns.indexOf(name)] ?? '');
    expect(cells('Critical tracking event')).toEqual([
      ...['Harvesting', 'Shipping', 'Receiving', 'Shipping', 'Receiving', 'Transformation (input)', 'Transformation (input)']
    ]);
    expect(new Set(cells('Product description'))).toEqual(new Set(['Green coffee, washed']));
    expect(cells('Location description')[0]).toBe('La Loma, GT');
    expect(new Set(cells('Lot code source'))).toEqual(new Set([FARM]));
    expect(cells('Reference document type')[1]).toBe('po');
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    const auditor = clerkOf(AUTHORITY);
    for (const receipt of new Set(cells('Receipt'))) {
      await eventually(`the receipt ${receipt}`, 20_000, async () => {
        const answer = await call(`${auditor.node.url}${receipt}`, { headers: bearer(auditor) });
        return answer.status === 200 && 'transaction' in answer.json;
      });
    }
  });
});
