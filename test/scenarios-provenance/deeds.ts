import * as kit from '../../libs/provenance/src/capture/testLedger.test-kit.js';
import { goods, organization, party, thing, type Goods } from './names.js';

/** What a line makes an organization send: an event, or another operation. */
export type Deed =
  | { readonly event: Readonly<Record<string, unknown>> }
  | { readonly op: string; readonly payload: Readonly<Record<string, unknown>> };

type Make = (words: Readonly<Record<string, string>>) => Deed;

const lists = ({ items, amounts }: Goods, epcs = 'epcList', quantities = 'quantityList') => ({
  ...(items.length > 0 || amounts.length === 0 ? { [epcs]: items } : {}),
  ...(amounts.length > 0 ? { [quantities]: amounts } : {})
});
const object = (action: string, bizStep: string, what: string, more: object = {}): Deed => ({
  event: { type: 'ObjectEvent', action, bizStep, ...lists(goods(what)), ...more }
});
const texts = (what: string) => {
  const { items, amounts } = goods(what);
  const quantities = amounts.map(({ epcClass, quantity, uom }) => ({
    item: epcClass, uom: uom ?? '', quantity: String(quantity)
  }));
  return { items, quantities };
};
const place = (word: string | undefined) => (word === undefined ? {} : { readPoint: { id: thing(word) } });
const packing = (type: string, action: string, bizStep: string, what: string, parent: string): Deed => ({
  event: { type, action, bizStep, parentID: thing(parent), ...lists(goods(what), 'childEPCs', 'childQuantityList') }
});

function shipment({ what = '', to = '', owner, at }: Readonly<Record<string, string>>): Deed {
  const list = [{ type: 'possessing_party', destination: party(to) }];
  if (owner !== undefined) list.push({ type: 'owning_party', destination: party(owner) });
  return object('OBSERVE', 'shipping', what, { destinationList: list, ...place(at) });
}

function receipt(bizStep: string): Make {
  return ({ what = '', from, returned, at }) =>
    object('OBSERVE', bizStep, what, {
      ...(from === undefined ? {} : { sourceList: [{ type: 'possessing_party', source: party(from) }] }),
      ...(returned === undefined ? {} : { disposition: 'returned' }),
      ...place(at)
    });
}

function transformation({ what = '', made = '', batch }: Readonly<Record<string, string>>): Deed {
  const id = batch === undefined ? {} : { transformationID: `urn:x:batch:${batch}` };
  return {
    event: {
      type: 'TransformationEvent',
      ...id,
      ...(what === 'nothing' ? {} : lists(goods(what), 'inputEPCList', 'inputQuantityList')),
      ...(made === 'nothing' ? {} : lists(goods(made), 'outputEPCList', 'outputQuantityList'))
    }
  };
}

function recall({ what = '', name = '', to }: Readonly<Record<string, string>>): Deed {
  const destinations = to === undefined ? [] : [party(to)];
  const first = what.split(' ')[0] ?? '';
  const scopes: Readonly<Record<string, object>> = {
    lot: { gtin: kit.gtin(), lots: goods(what).items },
    serial: { gtin: kit.gtin(), serials: goods(what).items },
    pallet: { item: thing(first.startsWith('pallet') ? first : 'pallet:1') },
    product: { gtin: kit.gtin() }
  };
  const scope = scopes[first.split(':')[0] ?? ''];
  if (scope === undefined) throw new Error(`nobody can recall ${what}`);
  return { op: 'recall.open', payload: { recall: name, destinations, ...scope } };
}

const KG = 'KGM';

/** Sentences after the organization's name; the named parts are handed to the maker. The first that fits counts. */
export const DEEDS: readonly (readonly [RegExp, Make])[] = [
  [/^commissions (?<what>.+?)(?: at (?<at>(?:site|uri):\S+))?$/, ({ what = '', at }) => object('ADD', 'commissioning', what, place(at))],
  [/^makes an unknown amount of (?<what>\S+)$/, ({ what = '' }) => ({
    event: { type: 'ObjectEvent', action: 'ADD', bizStep: 'creating_class_instance', quantityList: [{ epcClass: thing(what) }] }
  })],
  [/^makes (?<what>.+)$/, ({ what = '' }) => object('ADD', 'creating_class_instance', what)],
  [/^ships (?<what>.+?) to nobody$/, ({ what = '' }) => object('OBSERVE', 'shipping', what)],
  [/^ships (?<what>.+?) to (?<to>\w+)(?: giving it to (?<owner>\w+))?(?: from (?<at>(?:site|uri):\S+))?$/, shipment],
  [/^receives (?<what>.+?)(?: from (?<from>\w+))?(?<returned> as returned)?(?: at (?<at>(?:site|uri):\S+))?$/, receipt('receiving')],
  [/^accepts (?<what>.+?)(?: from (?<from>\w+))?$/, receipt('accepting')],
  [/^voids the shipment of (?<what>.+)$/, ({ what = '' }) => object('OBSERVE', 'void_shipping', what)],
  [/^stores (?<what>.+?)(?: at (?<at>(?:site|uri):\S+))?$/, ({ what = '', at }) => object('OBSERVE', 'storing', what, {
    disposition: 'available', ...place(at)
  })],
  [/^inspects (?<what>.+?)(?: at (?<at>(?:site|uri):\S+))?$/, ({ what = '', at }) => object('OBSERVE', 'inspecting', what, place(at))],
  [/^measures (?<value>-?[\d.]+) degrees on (?<what>.+)$/, ({ value, what = '' }) => object('OBSERVE', 'sensor_reporting', what, {
    sensorElementList: [{ sensorReport: [{ type: 'Temperature', value: Number(value), uom: 'CEL' }] }]
  })],
  [/^sells (?<what>.+)$/, ({ what = '' }) => object('OBSERVE', 'retail_selling', what)],
  [/^dispenses (?<what>.+)$/, ({ what = '' }) => object('OBSERVE', 'dispensing', what)],
  [/^destroys (?<what>.+)$/, ({ what = '' }) => object('DELETE', 'destroying', what)],
  [/^decommissions (?<what>.+)$/, ({ what = '' }) => object('DELETE', 'decommissioning', what)],
  [/^packs (?<what>.+) into (?<parent>\S+)$/, ({ what = '', parent = '' }) => packing('AggregationEvent', 'ADD', 'packing', what, parent)],
  [
    /^unpacks (?<what>.+) from (?<parent>\S+)$/,
    ({ what = '', parent = '' }) => packing('AggregationEvent', 'DELETE', 'unpacking', what, parent)
  ],
  [/^empties (?<parent>\S+)$/, ({ parent = '' }) => ({
    event: { type: 'AggregationEvent', action: 'DELETE', bizStep: 'unpacking', parentID: thing(parent) }
  })],
  [/^fixes (?<what>.+) to (?<parent>\S+)$/, ({ what = '', parent = '' }) => packing('AssociationEvent', 'ADD', 'installing', what, parent)],
  [
    /^takes (?<what>.+) off (?<parent>\S+)$/,
    ({ what = '', parent = '' }) => packing('AssociationEvent', 'DELETE', 'removing', what, parent)
  ],
  [/^loads (?<what>.+)$/, ({ what = '' }) => object('OBSERVE', 'loading', what)],
  [/^departs with (?<what>.+) to (?<to>\w+)$/, ({ what = '', to = '' }) => object('OBSERVE', 'departing', what, {
    destinationList: [{ type: 'possessing_party', destination: party(to) }]
  })],
  [/^uses (?<what>\S+) keeping (?<left>\d+)(?<unit>kg|g) to make (?<made>\S+)$/, ({ what = '', left, unit, made = '' }) => ({
    event: {
      ...{ '@context': { x: 'urn:lading:epcis:' }, type: 'TransformationEvent', inputEPCList: [thing(what)], outputEPCList: [thing(made)] },
      'x:remaining': [{ 'x:epc': thing(what), 'x:quantity': Number(left), 'x:uom': unit === 'kg' ? 'KGM' : 'GRM' }]
    }
  })],
  [/^uses (?<what>.+?) to make (?<made>.+?)(?: in batch (?<batch>\w+))?$/, transformation],
  [
    /^closes batch (?<batch>\w+)$/,
    ({ batch = '' }) => ({ op: 'transformation.close', payload: { transformationID: `urn:x:batch:${batch}` } })
  ],
  [/^rejects (?<what>.+) from (?<from>\w+)$/, ({ what = '', from = '' }) => ({ op: 'transfer.reject', payload: { from, ...texts(what) } })],
  [/^cancels (?<what>.+) to (?<to>\w+)$/, ({ what = '', to = '' }) => ({ op: 'transfer.cancel', payload: { to, ...texts(what) } })],
  [/^disputes (?<what>.+) from (?<from>\w+) as (?<kind>\w+) called (?<name>\S+)$/, ({ what = '', from = '', kind = '', name = '' }) => ({
    op: 'transfer.dispute', payload: { dispute: name, from, kind, ...texts(what) }
  })],
  [
    /^resolves (?<name>\S+) as (?<result>\w+)$/,
    ({ name = '', result = '' }) => ({ op: 'transfer.resolve', payload: { dispute: name, result } })
  ],
  [/^recalls (?<what>.+?) called (?<name>\S+)(?: back to (?<to>\w+))?$/, recall],
  [/^extends recall (?<name>\S+) to (?<item>\S+) from (?<from>\S+)(?: by event (?<by>\S+))?$/,
    ({ name = '', item = '', from = '', by = '' }) => ({
    op: 'recall.extend', payload: { recall: name, links: [{ item: thing(item), from: thing(from), by }] }
  })],
  [/^has (?<quantity>[\d.]+) kg of recall (?<name>\S+)$/, ({ quantity = '', name = '' }) => ({
    op: 'recall.acknowledge', payload: { recall: name, onHand: [{ uom: KG, quantity }] }
  })],
  [/^did (?<act>quarantine|return|destroy) (?<quantity>[\d.]+) kg of recall (?<name>\S+)$/, ({ act, quantity, name }) => ({
    op: 'recall.report', payload: { recall: name, act, uom: KG, quantity }
  })],
  [/^closes recall (?<name>\S+)(?: releasing (?<quantity>[\d.]+) kg of (?<who>\w+))?$/, ({ name, quantity, who }) => ({
    op: 'recall.close',
    payload: { recall: name, released: quantity === undefined ? [] : [{ organization: who, uom: KG, quantity }] }
  })],
  [/^registers (?<at>(?:site|uri):\S+)(?: at (?<latitude>-?[\d.]+) (?<longitude>-?[\d.]+))?(?: used by (?<user>\w+))?$/,
    ({ at = '', latitude = '', longitude = '', user }) => ({
    op: 'location.put', payload: { location: thing(at), parent: '', latitude, longitude, users: user === undefined ? [] : [user] }
  })],
  [
    /^keeps its product between (?<min>-?[\d.]+) and (?<max>-?[\d.]+) degrees$/,
    ({ min, max }) => product({ limits: [{ type: 'Temperature', uom: 'CEL', min, max }] })
  ],
  [/^says that a piece weighs (?<mass>[\d.]+) kg$/, ({ mass }) => product({ netMass: mass })],
  [/^lets its agent (?<who>\w+) (?<what>[a-z,]+)$/, ({ who = '', what = '' }) => ({
    op: 'agent.put', payload: { organization: organization(who), allows: what === 'nothing' ? [] : what.split(',') }
  })],
  [/^chooses profile (?<profile>\w+)$/, ({ profile = '' }) => ({
    op: 'profile.put', payload: { profile: profile === 'nothing' ? '' : profile }
  })],
  [/^lets (?<who>\w+) (?<what>commission|recall|nothing)$/, ({ who = '', what = '' }) => ({
    op: 'gcp.put',
    payload: { prefix: kit.PREFIXES.alpha, organization: organization(who), allows: what === 'nothing' ? [] : [what] }
  })]
];

const product = (more: object): Deed => ({
  op: 'product.put', payload: { gtin: kit.gtin(), limits: [], netMass: '', yieldMin: 0, yieldMax: 0, ...more }
});

export function deed(sentence: string): Deed {
  for (const [pattern, make] of DEEDS) {
    const match = pattern.exec(sentence);
    if (match === null) continue;
    const given = Object.entries(match.groups ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return make(Object.fromEntries(given));
  }
  throw new Error(`nobody knows how to do this: ${sentence}`);
}
