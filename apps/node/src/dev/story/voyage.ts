import type { StoryClock, StoryEvent, StoryPhase } from './event.js';
import { PALLETS } from './harvest.js';
import { type DemoOrganizationId, giai, party, place, sscc } from './names.js';

/** Two containers of three pallets, each with a temperature logger. */
export const CONTAINERS = [sscc('port-logistics', 1), sscc('port-logistics', 2)];
const LOGGERS = [giai('port-logistics', 'LOGGER01'), giai('port-logistics', 'LOGGER02')];
const READINGS = 40;
const PALLETS_PER_CONTAINER = PALLETS.length / CONTAINERS.length;
export const palletsIn = (container: number): string[] =>
  PALLETS.slice(container * PALLETS_PER_CONTAINER, (container + 1) * PALLETS_PER_CONTAINER);

const handOver = (
  clock: StoryClock,
  from: DemoOrganizationId,
  to: DemoOrganizationId,
  units: readonly string[],
  step: 'shipping' | 'receiving',
  site: number
): StoryEvent[] =>
  units.map((epc) => ({
    organization: step === 'shipping' ? from : to,
    event: {
      type: 'ObjectEvent',
      ...clock.stamp(),
      action: 'OBSERVE',
      bizStep: step,
      disposition: step === 'shipping' ? 'in_transit' : 'in_progress',
      epcList: [epc],
      readPoint: { id: place(step === 'shipping' ? from : to, site) },
      ...(step === 'receiving' ? { bizLocation: { id: place(to, site) } } : {}),
      sourceList: [{ type: 'possessing_party', source: party(from) }],
      destinationList: [{ type: 'possessing_party', destination: party(to) }]
    }
  }));

function inspection(clock: StoryClock): StoryEvent[] {
  return PALLETS.map((pallet) => ({
    organization: 'food-authority',
    event: {
      type: 'ObjectEvent',
      ...clock.stamp(),
      action: 'OBSERVE',
      bizStep: 'inspecting',
      disposition: 'conformant',
      epcList: [pallet],
      readPoint: { id: place('food-authority', 7) }
    }
  }));
}

function loading(clock: StoryClock): StoryEvent[] {
  return CONTAINERS.map((parentID, index) => ({
    organization: 'port-logistics',
    event: {
      type: 'AggregationEvent',
      ...clock.stamp(),
      action: 'ADD',
      bizStep: 'loading',
      disposition: 'in_progress',
      parentID,
      childEPCs: palletsIn(index),
      readPoint: { id: place('port-logistics', 3) }
    }
  }));
}

function loggersEnterService(clock: StoryClock): StoryEvent[] {
  return LOGGERS.map((logger) => ({
    organization: 'port-logistics',
    event: {
      type: 'ObjectEvent',
      ...clock.stamp(),
      action: 'ADD',
      bizStep: 'commissioning',
      disposition: 'active',
      epcList: [logger],
      readPoint: { id: place('port-logistics', 3) }
    }
  }));
}

function loggers(clock: StoryClock): StoryEvent[] {
  return CONTAINERS.map((parentID, index) => ({
    organization: 'port-logistics',
    event: {
      type: 'AssociationEvent',
      ...clock.stamp(),
      action: 'ADD',
      bizStep: 'installing',
      disposition: 'in_progress',
      parentID,
      childEPCs: [LOGGERS[index]],
      readPoint: { id: place('port-logistics', 3) }
    }
  }));
}

/** Temperature of each container, once an hour; deterministic, with the daily rise of a tropical port. */
function readings(clock: StoryClock): StoryEvent[] {
  const events: StoryEvent[] = [];
  for (let hour = 0; hour < READINGS; hour++) {
    clock.pass(1);
    for (const [index, container] of CONTAINERS.entries()) {
      const stamp = clock.stamp();
      const celsius = 18 + Math.abs(12 - (hour % 24)) / 4 + index / 2;
      events.push({
        organization: 'port-logistics',
        event: {
          type: 'ObjectEvent',
          ...stamp,
          action: 'OBSERVE',
          bizStep: 'sensor_reporting',
          epcList: [container],
          readPoint: { id: place('port-logistics', 4) },
          sensorElementList: [
            {
              sensorMetadata: { time: stamp.eventTime, deviceID: LOGGERS[index] },
              sensorReport: [{ type: 'Temperature', value: celsius, uom: 'CEL' }]
            }
          ]
        }
      });
    }
  }
  return events;
}

/** Pallets go to the port, are inspected, loaded and watched at sea, and arrive at the roastery. */
export function voyage(clock: StoryClock): StoryPhase[] {
  const shipped = handOver(clock, 'finca-alta', 'port-logistics', PALLETS, 'shipping', 20);
  clock.pass(10);
  const received = handOver(clock, 'finca-alta', 'port-logistics', PALLETS, 'receiving', 3);
  clock.pass(3);
  const inspected = inspection(clock);
  const loaded = loading(clock);
  const ready = loggersEnterService(clock);
  const watched = loggers(clock);
  const measured = readings(clock);
  clock.pass(200);
  const delivered = handOver(clock, 'port-logistics', 'nordic-roast', CONTAINERS, 'shipping', 5);
  clock.pass(4);
  const accepted = handOver(clock, 'port-logistics', 'nordic-roast', CONTAINERS, 'receiving', 1);
  return [
    { name: 'shipping to the port', events: shipped },
    { name: 'receiving at the port', events: received },
    { name: 'inspection', events: inspected },
    { name: 'loading', events: loaded },
    { name: 'temperature loggers', events: ready },
    { name: 'installing loggers', events: watched },
    { name: 'temperature readings', events: measured },
    { name: 'delivery', events: delivered },
    { name: 'acceptance', events: accepted }
  ];
}
