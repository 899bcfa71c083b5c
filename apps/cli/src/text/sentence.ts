import { itemName } from './itemName.js';
import type { NameBook } from './nameBook.js';
import { safeText } from './safe.js';

/** What a sentence needs of an event, from whichever source. */
export interface ToldEvent {
  readonly type: string;
  readonly action: string | null;
  readonly bizStep: string | null;
  readonly eventTime: string;
  readonly readPoint: string | null;
  readonly bizLocation: string | null;
  /** Id of the organization that signed; '' when it is not known. */
  readonly organization: string;
  readonly items: readonly { readonly role: string; readonly item: string }[];
}

const VERBS: Readonly<Record<string, string>> = {
  accepting: 'accepted',
  arriving: 'saw the arrival of',
  assembling: 'assembled',
  commissioning: 'brought into being',
  consigning: 'consigned',
  creating_class_instance: 'produced',
  decommissioning: 'took out of use',
  departing: 'sent off',
  destroying: 'destroyed',
  dispensing: 'dispensed',
  holding: 'put on hold',
  inspecting: 'inspected',
  installing: 'installed',
  receiving: 'received',
  repackaging: 'repacked',
  retail_selling: 'sold',
  sampling: 'sampled',
  sensor_reporting: 'measured',
  shipping: 'shipped',
  storing: 'stored',
  transporting: 'transported',
  void_shipping: 'called back the shipment of'
};

/** "Nordic Roast received 40 units from Port Logistics"; of several things, `focus` is the one that is named. */
export function sentence(event: ToldEvent, names: NameBook, focus = ''): string {
  const who = event.organization === '' ? 'Somebody' : names.organization(event.organization);
  return `${who} ${deed(event, names, focus)}`;
}

/** The sentence without its subject. */
export function deed(event: ToldEvent, names: NameBook, focus = ''): string {
  const some = (items: readonly string[], name = shortName): string => fewNames(items, focus, name);
  const of = (...roles: readonly string[]): readonly string[] =>
    event.items.filter(({ role }) => roles.includes(role)).map(({ item }) => item);
  const place = event.bizLocation ?? event.readPoint;
  const at = place === null || place === '' ? '' : ` at ${itemName(place).short}`;
  const step = event.bizStep ?? '';
  if (event.type === 'TransformationEvent') {
    const [used, made] = [of('inputEPC', 'inputEPCClass'), of('outputEPC', 'outputEPCClass')];
    // A mill that keeps the lot number makes "A4 from A4": then the product is said too.
    const isSame = used.some((input) => made.some((output) => shortName(input) === shortName(output)));
    const inputs = some(used, isSame ? longName : shortName);
    const outputs = some(made, isSame ? longName : shortName);
    return outputs === ''
      ? `used up ${inputs || 'inputs'}${at}`
      : `made ${outputs}${inputs === '' ? '' : ` from ${inputs}`}${at}`;
  }
  const [parent] = of('parentID');
  const children = some(of('childEPC', 'childEPCClass'));
  if (parent !== undefined && event.type !== 'TransactionEvent') {
    const inside = itemName(parent).short;
    if (event.action === 'ADD')
      return step === 'installing'
        ? `attached ${children} to ${inside}${at}`
        : `packed ${children} into ${inside}${at}`;
    if (event.action === 'DELETE') return `took ${children || 'everything'} out of ${inside}${at}`;
    return `${verbOf(step)} ${inside}${children === '' ? '' : ` holding ${children}`}${at}`;
  }
  const things = some([...of('epc', 'epcClass'), ...(children === '' ? [] : of('childEPC', 'childEPCClass'))]);
  const what = things === '' ? 'the surroundings' : things;
  if (event.type === 'TransactionEvent') return `linked ${what} to a business document${at}`;
  return `${verbOf(step)} ${what}${direction(event, names)}${at}`;
}

/** Who is to possess (else to own) what moves; places are told by "at". */
function partyOf(event: ToldEvent, list: 'source' | 'destination'): string | undefined {
  const named = (type: string): string | undefined =>
    event.items.find(({ role }) => role === `${list}/${type}`)?.item;
  return named('possessing_party') ?? named('owning_party');
}

function direction(event: ToldEvent, names: NameBook): string {
  const to = partyOf(event, 'destination');
  const from = partyOf(event, 'source');
  if ((event.bizStep === 'shipping' || event.bizStep === 'departing') && to !== undefined)
    return ` to ${names.party(to)}`;
  if ((event.bizStep === 'receiving' || event.bizStep === 'accepting') && from !== undefined)
    return ` from ${names.party(from)}`;
  return '';
}

const verbOf = (step: string): string =>
  VERBS[step] ?? (step === '' ? 'recorded' : `recorded ${safeText(step.replaceAll('_', ' '))} of`);

const shortName = (item: string): string => itemName(item).short;

function longName(item: string): string {
  const { short, kind } = itemName(item);
  return kind === '' ? short : `${short} (${kind})`;
}

/** "A1K1", "A1K1 and A1K2", "A1K1 and 4 more". */
function fewNames(items: readonly string[], focus: string, name: (item: string) => string): string {
  const all = [...new Set(items)];
  const names = (all.includes(focus) ? [focus, ...all.filter((item) => item !== focus)] : all).map(name);
  if (names.length <= 2) return names.join(' and ');
  return `${names[0] ?? ''} and ${names.length - 1} more`;
}

/** "2026-11-02 10:15", in UTC like everything on the ledger. */
export function minute(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? safeText(String(time)) : date.toISOString().slice(0, 16).replace('T', ' ');
}
