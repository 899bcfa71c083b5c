import fc from 'fast-check';
import * as kit from './testLedger.test-kit.js';

/**
 * The executor gives a contract the keys that it has named, and nothing else. The ledger of these tests throws where a
 * rule reaches for another one; so whatever mixture of places, sensors, recalls, associations and corrections comes, it
 * must be answered.
 */
const org = fc.constantFrom<kit.TestOrganization>('alpha', 'beta', 'gamma');
const serial = fc.integer({ min: 1, max: 3 }).map((n) => kit.serial(n));
const box = fc.integer({ min: 1, max: 3 }).map((n) => kit.pallet(n));
const anything = fc.oneof(serial, box, fc.constant(kit.asset('LOGGER')));
const some = fc.uniqueArray(anything, { minLength: 1, maxLength: 2 });
const lots = fc.constantFrom('A', 'B').map((name) => kit.lot(name));
const amounts = fc.tuple(lots, fc.integer({ min: 1, max: 5 })).map(([lot, n]) => [kit.amount(lot, n)]);

const where = fc.constantFrom({}, ...[1, 2, 3].map((n) => ({ readPoint: { id: kit.site('alpha', n) } })));
const sensed = fc.constantFrom({}, {}, {
  sensorElementList: [{ sensorReport: [{ type: 'Temperature', value: 30, uom: 'CEL' }] }]
});
const from = fc.constantFrom({}, { sourceList: [{ type: 'possessing_party', source: 'urn:x:outsider' }] });
const when = fc.integer({ min: 10, max: 21 }).map((hour) => ({ eventTime: `2026-01-01T${hour}:00:00Z` }));

const event = fc.oneof(
  some.map((uris) => kit.commission(uris)),
  amounts.map((list) => kit.createLot(list)),
  fc.tuple(org, some).map(([to, uris]) => kit.ship(to, uris)),
  fc.tuple(some, from).map(([uris, source]) => kit.receive(uris, source)),
  fc.tuple(amounts, from).map(([quantityList, source]) => kit.receive([], { quantityList, ...source })),
  fc.tuple(box, some).map(([parent, uris]) => kit.pack(parent, uris)),
  fc.tuple(box, amounts).map(([parent, childQuantityList]) => kit.pack(parent, [], { childQuantityList })),
  fc.tuple(box, fc.constantFrom('AggregationEvent', 'AssociationEvent')).map(([parent, type]) => ({ ...kit.unpack(parent), type })),
  fc.tuple(anything, some).map(([parent, uris]) => ({ ...kit.pack(parent, uris), type: 'AssociationEvent' })),
  fc.tuple(serial, serial, fc.constantFrom({}, { transformationID: 'urn:x:batch' })).map(([a, b, group]) =>
    kit.transform({ inputEPCList: [a], outputEPCList: [b], ...group })
  ),
  some.map((uris) => kit.observe('storing', uris)),
  some.map((uris) => kit.observe('loading', uris)),
  fc.tuple(serial, serial).map(([a, b]) =>
    kit.transform({
      ...{ inputEPCList: [a], outputEPCList: [b] },
      'urn:lading:epcis:remaining': { 'urn:lading:epcis:epc': a, 'urn:lading:epcis:quantity': 1 }
    })
  ),
  some.map((uris) => kit.observe('retail_selling', uris))
);

const operation = fc.oneof(
  fc.tuple(fc.constantFrom('alpha', 'beta', 'gamma'), fc.subarray(['observe', 'pack', 'move', 'end'])).map(
    ([organization, allows]) => ['agent.put', { organization, allows }] as const
  ),
  fc.constantFrom('custody', 'pharma', '').map((profile) => ['profile.put', { profile }] as const),
  fc.tuple(box, fc.nat(99)).map(([item, n]) => ['recall.open', { recall: `R${n}`, destinations: [], item }] as const),
  fc.tuple(serial, fc.nat(99)).map(
    ([item, n]) => ['recall.open', { recall: `R${n}`, destinations: [], gtin: kit.gtin(), serials: [item] }] as const
  ),
  fc.tuple(lots, fc.nat(99)).map(
    ([lot, n]) => ['recall.open', { recall: `R${n}`, destinations: [], gtin: kit.gtin(), lots: [lot] }] as const
  ),
  fc.tuple(serial, fc.nat(99)).map(
    ([item, n]) => ['transfer.dispute', { dispute: `D${n}`, from: 'alpha', kind: 'wrong', items: [item], quantities: [] }] as const
  )
);

const captured = fc
  .tuple(org, event, where, sensed, when)
  .map(([who, ...parts]) => ({ who, body: Object.assign({}, ...parts) as object }));
const operated = fc
  .tuple(fc.constantFrom<kit.TestOrganization>('alpha', 'alpha', 'beta'), operation)
  .map(([who, made]) => ({ who, made }));
const step = fc.oneof(
  { weight: 9, arbitrary: captured },
  { weight: 2, arbitrary: operated },
  { weight: 1, arbitrary: fc.nat(30).map((back) => ({ back })) }
);

function start(profile: 'custody' | 'pharma' | 'food' | 'open'): kit.TestLedger {
  const ledger = new kit.TestLedger(profile);
  for (const [number, latitude] of [[1, '52.5'], [2, '-33.9'], [3, '']] as const) {
    const place = { location: kit.site('alpha', number), parent: '', users: ['beta', 'gamma'] };
    ledger.operate('alpha', 'location.put', { ...place, latitude, longitude: latitude === '' ? '' : '13.4' });
  }
  const limits = [{ type: 'Temperature', uom: 'CEL', min: '2', max: '8' }];
  ledger.operate('alpha', 'product.put', { gtin: kit.gtin(), limits, netMass: '0.5', yieldMin: 0, yieldMax: 0 });
  ledger.capture('alpha', kit.commission([kit.serial(1), kit.serial(2), kit.pallet(1)]), kit.createLot([kit.amount(kit.lot('A'), 9)]));
  return ledger;
}

/** Without these the mixture would not reach what it is about. */
const WANTED = {
  open: ['HISTORY_ONLY'],
  custody: ['RECALLED', 'NOT_HOLDER', 'EXCURSION', 'IMPOSSIBLE_SPEED', 'EVENT_ORDER'],
  pharma: ['CONTAINER_UNKNOWN', 'NOT_HOLDER', 'EXCURSION', 'EVENT_ORDER'],
  food: ['CHAIN_GAP', 'NOT_HOLDER', 'EXCURSION', 'EVENT_ORDER']
} as const;

describe.each(['custody', 'pharma', 'food', 'open'] as const)('whatever comes in profile %s', (profile) => {
  it('is answered from the keys that were named, in at most eight rounds', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
        const ledger = start(profile);
        const sent: { who: kit.TestOrganization; body: Record<string, unknown> }[] = [];
        for (const one of steps) {
          if ('made' in one) ledger.operate(one.who, one.made[0], one.made[1]);
          else if ('back' in one) {
            const { who, body } = sent[sent.length - 1 - one.back] ?? {};
            const errorDeclaration = { declarationTime: '2026-06-01T00:00:00Z' };
            if (who !== undefined) ledger.captureWith(who, { captureErrorBehaviour: 'proceed' }, [{ ...body, errorDeclaration }]);
          } else {
            const body = { ...one.body, eventID: `urn:x:event:${sent.length}` };
            sent.push({ who: one.who, body });
            const outcome = ledger.captureWith(one.who, { captureErrorBehaviour: 'proceed' }, [body]);
            for (const entry of outcome.detail) if (Array.isArray(entry)) codes.add(String(entry[1] === 'FLAGGED' ? entry[2] : entry[1]));
          }
          if (ledger.rounds > 8) throw new Error(`${ledger.rounds} rounds`);
        }
      }),
      { numRuns: 50, seed: 20_260_202 }
    );
    expect([...codes]).toEqual(expect.arrayContaining([...WANTED[profile]]));
  });
});
