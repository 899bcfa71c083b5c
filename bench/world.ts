import { DEMO_ORGANIZATIONS, party, place, PRODUCT, sscc, unit, type DemoOrganizationId } from '../apps/node/src/dev/story/names.js';

/** EPCIS JSON of one event; `organization` signs it. */
export interface ToldEvents {
  readonly organization: DemoOrganizationId;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Events of one transaction. */
export const EVENTS_PER_TRANSACTION = 100;
const STAGES = 10;
const HOUR_MS = 3_600_000;
export const WORLD_START_MS = Date.UTC(2025, 0, 1);

const [GROWER, CARRIER, ROASTER] = ['finca-alta', 'port-logistics', 'nordic-roast'] as const;

/** Who signs a stage of a pallet's journey. */
const SIGNER: readonly DemoOrganizationId[] = [
  ...[GROWER, GROWER, GROWER, GROWER, CARRIER, CARRIER, CARRIER],
  ...[ROASTER, ROASTER, ROASTER]
];

/** Ids in the form of a UUID, told apart by a number. */
export const eventId = (series: number, n: number): string =>
  `urn:uuid:${series.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export const stamp = (timeMs: number): { eventTime: string; eventTimeZoneOffset: string } => ({
  eventTime: new Date(timeMs).toISOString(),
  eventTimeZoneOffset: '+00:00'
});

export const pallet = (journey: number): string => sscc(GROWER, journey);
export const bagsOf = (journey: number): string[] => [1, 2, 3].map((n) => unit(GROWER, PRODUCT.bag, `J${journey}-${n}`));

/** Groups of a hundred pallets travel together; a group starts every eight hours. */
export const stageTimeMs = (journey: number, stage: number): number =>
  WORLD_START_MS +
  (Math.floor(journey / EVENTS_PER_TRANSACTION) * 8 + stage * 9) * HOUR_MS +
  (journey % EVENTS_PER_TRANSACTION) * 60_000;

const at = (organization: DemoOrganizationId, number: number): { id: string } => ({ id: place(organization, number) });

/** Stage 0–9 of the journey of one pallet of three bags from the farm to the roaster. */
function journeyEvent(journey: number, stage: number): Readonly<Record<string, unknown>> {
  const common = { ...stamp(stageTimeMs(journey, stage)), eventID: eventId(1, journey * STAGES + stage) };
  const bags = bagsOf(journey);
  const parentID = pallet(journey);
  const farm = at(GROWER, 11 + (journey % 20));
  const observed = (bizStep: string, disposition: string, readPoint: { id: string }, more: object = {}): object => ({
    ...{ type: 'ObjectEvent', action: 'OBSERVE', bizStep, disposition, epcList: [parentID], readPoint },
    ...more
  });
  const between = (from: DemoOrganizationId, to: DemoOrganizationId): object => ({
    bizTransactionList: [{ type: 'desadv', bizTransaction: `urn:epcglobal:cbv:bt:${from}:${journey}` }],
    sourceList: [{ type: 'possessing_party', source: party(from) }],
    destinationList: [{ type: 'possessing_party', destination: party(to) }]
  });
  const packed = (action: string, bizStep: string, readPoint: { id: string }): object => ({
    ...{ type: 'AggregationEvent', action, bizStep, disposition: 'in_progress', parentID, childEPCs: bags, readPoint }
  });
  const stages: readonly (() => object)[] = [
    () => ({ ...observed('commissioning', 'active', farm), action: 'ADD', epcList: bags, bizLocation: farm }),
    () => packed('ADD', 'packing', farm),
    () => observed('storing', 'in_progress', farm, sensor(journey)),
    () => observed('shipping', 'in_transit', farm, between(GROWER, CARRIER)),
    () => observed('receiving', 'in_progress', at(CARRIER, 21), { bizLocation: at(CARRIER, 21) }),
    () => observed('departing', 'in_transit', at(CARRIER, 21)),
    () => observed('shipping', 'in_transit', at(CARRIER, 22), between(CARRIER, ROASTER)),
    () => observed('receiving', 'in_progress', at(ROASTER, 31), { bizLocation: at(ROASTER, 31) }),
    () => packed('DELETE', 'unpacking', at(ROASTER, 31)),
    () => ({ ...observed('inspecting', 'conformant', at(ROASTER, 31)), epcList: bags })
  ];
  return { ...(stages[stage] as () => object)(), ...common };
}

const sensor = (journey: number): object => ({
  sensorElementList: [{ sensorReport: [{ type: 'Temperature', value: 4 + (journey % 180) / 10, uom: 'CEL' }] }]
});

/** The n-th transaction of a hundred events: one stage of one group. */
export function journeyEvents(n: number): ToldEvents {
  const stage = n % STAGES;
  const first = Math.floor(n / STAGES) * EVENTS_PER_TRANSACTION;
  const events = Array.from({ length: EVENTS_PER_TRANSACTION }, (_, i) => journeyEvent(first + i, stage));
  return { organization: SIGNER[stage] ?? GROWER, events };
}

export const organizations = DEMO_ORGANIZATIONS.map(({ id }) => id);
