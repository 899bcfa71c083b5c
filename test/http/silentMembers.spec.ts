import type {
  ClaimsAnswer, ConditionsAnswer, CustodyAnswer, FsmaAnswer, GapsAnswer, RecallReachAnswer, SiteBalanceAnswer, TouchedAnswer, Trace
} from '@lading/api';
import { toCompactJws } from '@lading/ledger';
import { lot, party, place, unit, type DemoOrganizationId } from '../../apps/node/src/dev/story/names.js';
import type { DemoMember } from '../../apps/node/src/dev/demoMember.js';
import { bearer, call, eventually, postEvent, postTransaction, statusOf } from '../e2e/http.js';
import { startNetwork, type RunningNetwork } from '../e2e/network.js';
import { bytes, CONTEXT, type Event } from './sampleEvents.js';

const [GROWER, PORT, ROASTER, AUTHORITY] = ['finca-alta', 'port-logistics', 'nordic-roast', 'food-authority'] as const;
const GREEN = lot(GROWER, 2, 'G1');
const BOX = unit(GROWER, 3, 'B1');
const UNTOLD = lot(PORT, 5, 'S1');
const ROASTED = lot(ROASTER, 1, 'R1');
const [FARM, PLANT] = [place(GROWER, 11), place(ROASTER, 31)];
const CERTIFICATE = 'https://certifier.example/organic/1';
const hour = (n: number): string => new Date(Date.UTC(2026, 4, 1, n)).toISOString();
const id = encodeURIComponent;
const to = (organization: DemoOrganizationId): object => ({
  destinationList: [{ type: 'possessing_party', destination: party(organization) }]
});
const from = (organization: DemoOrganizationId): object => ({ sourceList: [{ type: 'possessing_party', source: party(organization) }] });
const seen = (action: string, bizStep: string, at: string, what: object): Event => ({
  ...{ type: 'ObjectEvent', action, bizStep, epcList: [], readPoint: { id: at }, bizLocation: { id: at }, ...what }
});

/**
 * The port tells nothing: what it received and sent on, and where a lot that it sold came from. The roaster forgets an
 * amount. The answers are those of the authority's node (spec/provenance.md 10.6).
 */
describe('questions about what members did not record', () => {
  let running: RunningNetwork;
  let auditor: DemoMember;
  let count = 0;
  const clerkOf = (organization: DemoOrganizationId): DemoMember => {
    const clerk = running.clerks.find(({ node }) => node.id === organization);
    if (clerk === undefined) throw new Error(`no clerk of ${organization}`);
    return clerk;
  };
  async function tell(organization: DemoOrganizationId, atHour: number, event: Event): Promise<void> {
    const eventID = `urn:uuid:00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
    const common = { '@context': CONTEXT, eventID, eventTime: hour(atHour), eventTimeZoneOffset: '+00:00' };
    const answer = await postEvent(clerkOf(organization), bytes({ ...common, ...event }));
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  }
  async function ask<T>(path: string): Promise<T> {
    const answer = await call(`${auditor.node.url}${path}`, { headers: bearer(auditor) });
    expect([path, answer.status, answer.text.slice(0, answer.status === 200 ? 0 : 300)]).toEqual([path, 200, '']);
    return answer.json as T;
  }

  beforeAll(async () => {
    running = await startNetwork('open');
    auditor = clerkOf(AUTHORITY);
    const limits = [{ type: 'Temperature', uom: 'CEL', min: '2', max: '8' }];
    const put = clerkOf(GROWER).sign('product.put', bytes({ gtin: BOX.split('/')[4], limits, netMass: '', yieldMin: 0, yieldMax: 0 }));
    expect((await postTransaction(clerkOf(GROWER).node.url, toCompactJws(put))).json).toMatchObject({ status: 'APPLIED' });
    const amount = (epcClass: string, quantity: number): object => ({ epcClass, quantity, uom: 'KGM' });
    await tell(GROWER, 1, seen('ADD', 'commissioning', FARM, { epcList: [BOX] }));
    await tell(GROWER, 2, seen('ADD', 'creating_class_instance', FARM, { quantityList: [amount(GREEN, 100)] }));
    await tell(GROWER, 3, seen('OBSERVE', 'shipping', FARM, { epcList: [BOX], ...to(PORT) }));
    await tell(ROASTER, 6, seen('OBSERVE', 'receiving', PLANT, { epcList: [BOX], ...from(PORT) }));
    await tell(GROWER, 7, seen('OBSERVE', 'shipping', FARM, { quantityList: [amount(GREEN, 60)], ...to(PORT) }));
    await tell(ROASTER, 8, {
      ...{ type: 'TransformationEvent', bizStep: 'commissioning', readPoint: { id: PLANT }, bizLocation: { id: PLANT } },
      ...{ inputEPCList: [BOX], inputQuantityList: [amount(UNTOLD, 10)], outputQuantityList: [amount(ROASTED, 9)] },
      certificationInfo: [CERTIFICATE]
    });
    await tell(ROASTER, 9, seen('OBSERVE', 'shipping', PLANT, { quantityList: [{ epcClass: ROASTED }], ...to(GROWER) }));
    const { height } = await statusOf(clerkOf(ROASTER).node.url);
    await eventually('the authority', 20_000, async () => {
      const status = await statusOf(auditor.node.url);
      return (status as unknown as { projectionHeight: number }).projectionHeight >= height;
    });
  }, 180_000);
  afterAll(() => running.stop(), 60_000);

  it('a trace names what nobody explains, and leaves the way to a silent hand open', async () => {
    const { items, edges, unexplained } = await ask<Trace>(`/v1/trace/${id(ROASTED)}`);
    expect(items.map(({ item }) => item)).toEqual(expect.arrayContaining([ROASTED, BOX, UNTOLD]));
    expect(unexplained).toEqual([UNTOLD]);
    const hands = edges.filter(({ kind, item }) => kind === 'transfer' && item === BOX);
    expect(hands.map(({ from: by, to: next, until }) => [by, next, until])).toEqual([[GROWER, PORT, null]]);
  });

  it('custody is who said last that he had it, and what is missing up to then', async () => {
    const at = (atHour: number): Promise<CustodyAnswer> => ask(`/v1/custody/${id(BOX)}?at=${hour(atHour)}`);
    expect(await at(5)).toMatchObject({ holder: GROWER, inTransit: { from: GROWER, to: PORT }, gaps: [] });
    const after = await at(7);
    expect(after).toMatchObject({ holder: ROASTER, inTransit: null });
    expect(after.gaps.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['NO_RECEIPT', `${GROWER} shipped it to ${PORT}`],
      ['NO_SHIPMENT', `${ROASTER} received it, nobody shipped it there`]
    ]);
    const { gaps } = await ask<GapsAnswer>(`/v1/gaps/${id(BOX)}`);
    expect(gaps).toEqual(after.gaps);
  });

  it('what became of a thing ends, openly, where it was sent to and nobody received it', async () => {
    const touched = await ask<TouchedAnswer>(`/v1/touched/${id(GREEN)}`);
    expect(touched.unreceived).toMatchObject([{ item: GREEN, from: GROWER, to: PORT, since: hour(7) }]);
    const reach = await ask<RecallReachAnswer>(`/v1/recall-reach/${id(BOX)}`);
    expect(reach.contacts).toEqual(expect.arrayContaining([{ from: GROWER, to: PORT }]));
    expect(reach.unreceived.find(({ item }) => item === BOX)).toMatchObject({ from: GROWER, to: PORT, since: hour(3) });
    expect(reach.lines.reduce((sum, { unaccounted }) => sum + Number(unaccounted), 0)).toBeGreaterThanOrEqual(0);
  });

  it('a balance counts what had no amount, and shows stock that never came in', async () => {
    const { lines } = await ask<SiteBalanceAnswer>(`/v1/sites/${id(PLANT)}/balance?from=${hour(0)}&to=${hour(23)}`);
    expect(lines.find(({ subject }) => subject === UNTOLD)).toMatchObject({ consumed: '10', closing: '-10', difference: '-10', untold: 0 });
    const roasted = lines.filter(({ subject }) => subject === ROASTED);
    expect(roasted.map(({ uom, produced, untold }) => [uom, produced, untold])).toEqual([['', '0', 1], ['KGM', '9', 0]]);
  });

  it('certified inputs that nobody brought into being count under no claim, and are named', async () => {
    const { lines, unexplained } = await ask<ClaimsAnswer>(`/v1/sites/${id(PLANT)}/claims?from=${hour(0)}&to=${hour(23)}`);
    expect(unexplained).toEqual([UNTOLD]);
    expect(lines).toMatchObject([{ claim: CERTIFICATE, input: '0', output: '9', overdrawn: '9' }]);
  });

  it('time without a reading is a gap, all of it where there is none', async () => {
    const conditions = await ask<ConditionsAnswer>(`/v1/conditions/${id(BOX)}?silence=60`);
    expect(conditions).toMatchObject({ readings: 0, excursions: [], gaps: [{ type: 'Temperature', from: hour(1), to: hour(8) }] });
  });

  it('the FSMA sheet names the data that the rule asks for and no event says', async () => {
    const { columns, rows } = await ask<FsmaAnswer>(`/v1/reports/fsma204?lot=${id(GREEN)}`);
    const cells = (name: string): string[] => rows.map((row) => row[columns.indexOf(name)] ?? '');
    expect(cells('Critical tracking event')).toEqual(['Harvesting', 'Shipping']);
    const always = 'Product description; Reference document type; Reference document';
    expect(cells('Missing')).toEqual([always, always]);
  });

  it('nothing is made up elsewhere: no suspicion of a clone, no correction', async () => {
    expect(await ask(`/v1/clones/${id(BOX)}`)).toMatchObject({ score: expect.any(Number) as number });
    expect(await ask('/v1/corrections')).toMatchObject({ corrections: [] });
  });
});
