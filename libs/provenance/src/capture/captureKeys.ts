import { LIMITS, type Sha256 } from '@lading/kernel';
import type { ExecutionContext, StateView } from '@lading/ledger';
import type { EpcisEvent, ItemMention, NamedItem } from '../event/model.js';
import { namedItems } from '../event/namedItems.js';
import { delegationKey, prefixHolder } from '../rules/L3.js';
import { transformationName } from '../rules/R17.js';
import { gtinsIn, hasSensors } from '../rules/R22.js';
import { RECEIVING_STEPS } from '../rules/steps.js';
import { agentKey } from '../state/agency.js';
import { eventRecordKey } from '../state/eventRecord.js';
import { anomalyKey } from '../state/itemBook.js';
import type { ItemState } from '../state/itemState.js';
import { locationKey } from '../state/locationRecord.js';
import { gtinOf, productKey } from '../state/productRecord.js';
import { decodeProfile, profileKey } from '../state/profileRecord.js';
import { decodeRecallChain, recallChainKey, recallKey } from '../state/recallRecord.js';
import { transformationKey } from '../state/transformationRecord.js';
import { KeyWalk } from './keyWalk.js';

/** One item that the events name. */
interface NamedOnce {
  readonly key: string;
  /** How often. */
  count: number;
  /** An event may flag it although the ledger does not know it yet. */
  isFlaggable: boolean;
  /** With sensor reports: what it contains has limits. */
  isMeasured: boolean;
  /** Of its chain of anomalies; '' until somebody asks. */
  anomalyKey: string;
}

/** What a list of events names; found once, asked for in every round. */
interface Named {
  /** Who signs, and where: transformations are named by their place. */
  readonly where: string;
  /** Event records, master data, delegations, transformation records: keys that follow from the payload alone. */
  readonly values: ReadonlySet<string>;
  /** Of the events' own records, in their order. */
  readonly records: readonly string[];
  readonly items: ReadonlyMap<string, NamedOnce>;
  /** Containers that are emptied without a list, and items that everything fixed to is taken off. */
  readonly emptied: Iterable<string>;
  /** Parents of associations. */
  readonly fixed: Iterable<string>;
  /** The last walk, and what it was told. */
  walk: KeyWalk | null;
}

const NONE: readonly string[] = [];

const NAMED = new WeakMap<readonly EpcisEvent[], Named>();

export function namedBy(events: readonly EpcisEvent[], context: ExecutionContext, sha256: Sha256): Named {
  const { organization } = context;
  const where = `${organization}/${context.height}/${context.index}`;
  const known = NAMED.get(events);
  if (known?.where === where) return known;
  const items = new Map<string, NamedOnce>();
  const values = new Set<string>();
  let emptied: Set<string> | null = null;
  let fixed: Set<string> | null = null;
  const records: string[] = [];
  const last = { gtin: '' };
  let measures = false;
  for (const event of events) {
    const isFlaggable = mayFlag(event);
    const isMeasured = hasSensors(event);
    const mentions = namedItems(event, organization);
    for (const { uri, key } of mentions) {
      const item = items.get(uri);
      if (item === undefined) items.set(uri, { key, count: 1, isFlaggable, isMeasured, anomalyKey: '' });
      else {
        item.count += 1;
        item.isFlaggable ||= isFlaggable;
        item.isMeasured ||= isMeasured;
      }
    }
    measures ||= isMeasured;
    if (isEmptying(event) && event.parent !== null) (emptied ??= new Set()).add(event.parent.item.uri);
    if (event.type === 'AssociationEvent' && event.parent !== null) (fixed ??= new Set()).add(event.parent.item.uri);
    const record = eventRecordKey(organization, event.eventID, sha256);
    records.push(record);
    values.add(record);
    nameValues(event, context, mentions, values, last);
  }
  last.gtin = '';
  // What one event packs, the sensor report of a later one can be about.
  if (measures) for (const uri of items.keys()) nameProduct(uri, values, last);
  const named = { where, values, records, items, emptied: emptied ?? NONE, fixed: fixed ?? NONE, walk: null };
  NAMED.set(events, named);
  return named;
}

/** Events whose anomalies concern items whatever their state: rules R9, R18, R22, R23. */
const mayFlag = (event: EpcisEvent): boolean =>
  RECEIVING_STEPS.has(event.bizStep) ||
  event.type === 'TransformationEvent' ||
  event.errorDeclaration !== null ||
  hasSensors(event);

function nameValues(
  event: EpcisEvent,
  context: ExecutionContext,
  mentions: readonly ItemMention[],
  values: Set<string>,
  last: { gtin: string }
): void {
  if (event.readPoint !== null) values.add(locationKey(event.readPoint.item.uri));
  if (event.bizLocation !== null && event.bizLocation.item !== event.readPoint?.item) {
    values.add(locationKey(event.bizLocation.item.uri));
  }
  for (const { uri } of mentions) {
    const gtin = gtinOf(uri);
    if (gtin === '') continue;
    if (gtin !== last.gtin) values.add(recallChainKey(gtin));
    last.gtin = gtin;
    if (event.type === 'TransformationEvent') values.add(productKey(gtin));
  }
  if (event.type === 'TransformationEvent') values.add(transformationKey(transformationName(event, context)));
  if (event.action === 'ADD') {
    nameBirths(event.epcs, context, values);
    nameBirths(event.quantities, context, values);
    if (event.parent !== null) nameBirths([event.parent], context, values);
  }
  nameBirths(event.outputs, context, values);
  nameBirths(event.outputQuantities, context, values);
}

/** What an event may bring into being, under others' company prefixes. */
function nameBirths(named: readonly NamedItem[], context: ExecutionContext, values: Set<string>): void {
  for (const { item } of named) {
    const holder = prefixHolder(item, context.config.organizations);
    if (holder === null || holder.organization === context.organization) continue;
    values.add(delegationKey(holder.prefix, context.organization));
  }
}

/** `last`: the product before this one is often the same. */
function nameProduct(uri: string, values: Set<string>, last: { gtin: string }): void {
  const gtin = gtinOf(uri);
  if (gtin !== '' && gtin !== last.gtin) values.add(productKey(gtin));
  last.gtin = gtin;
}

const isEmptying = (event: EpcisEvent): boolean =>
  (event.type === 'AggregationEvent' || event.type === 'AssociationEvent') &&
  event.action === 'DELETE' &&
  event.children.length === 0 &&
  event.childQuantities.length === 0;

export interface CaptureKeys {
  readonly keys: ReadonlySet<string>;
  /** The same in one list. */
  readonly list: readonly string[];
  /** False: the transaction would read more than CAPTURE_LIMITS allow, and `keys` ends where it would. */
  readonly affordable: boolean;
}

/**
 * State keys that a capture may read or write (spec/ledger.md "Keys in rounds"): first what the payload names, then
 * along pointers in the values read so far: the containers around an item, the children of one that is emptied, its
 * recalls, the place where it was seen last, the anomaly chain of one that may be found to be a clone. The same values
 * give the same answer: `apply` asks again.
 */
export function captureKeys(
  events: readonly EpcisEvent[],
  context: ExecutionContext,
  view: StateView,
  sha256: Sha256
): CaptureKeys {
  const named = namedBy(events, context, sha256);
  if (named.walk?.wouldBeSame(view) === true) return named.walk;
  const walk = new KeyWalk(view);
  named.walk = walk;
  const own = decodeProfile(walk.plain(profileKey(context.organization)));
  // In profile open nothing is refused as a clone, so nothing is recorded as one.
  const recordsAnomalies = context.config.parameters.profile !== 'open' || (own !== '' && own !== 'open');
  const principals = new Principals(context.organization, walk);
  for (const key of named.values) {
    const chain = key.startsWith(RECALL_CHAINS) ? walk.plain(key) : walk.name(key);
    if (chain !== null) nameRecalls(decodeRecallChain(chain).open, walk);
  }
  for (const [uri, once] of named.items) {
    if (!walk.affordable) break;
    const item = walk.itemAt(once.key);
    if (recordsAnomalies && mayBeFlagged(once, item)) {
      if (once.anomalyKey === '') once.anomalyKey = anomalyKey(uri);
      walk.keys.add(once.anomalyKey);
    }
    if (item !== null) followItem(item, principals, walk);
    if (item !== null && once.isMeasured) nameProducts(uri, item, walk);
  }
  for (const uri of named.emptied) {
    const item = walk.item(uri);
    for (const child of [...(item?.children ?? []), ...(item?.attached ?? [])]) {
      const inside = walk.item(child);
      if (inside !== null) principals.of(inside);
      if (inside !== null && inside.parent !== uri) follow(inside, 'parent', principals, walk);
    }
    for (const content of item?.contents ?? []) walk.value(content.uri);
  }
  for (const uri of named.fixed) {
    const item = walk.item(uri);
    if (item !== null) follow(item, 'attachedTo', principals, walk);
  }
  return walk;
}

const mayBeFlagged = ({ count, isFlaggable }: NamedOnce, item: ItemState | null): boolean =>
  count > 1 || isFlaggable || (item !== null && item.status !== 'UNKNOWN');

const RECALL_CHAINS = recallChainKey('');

function nameRecalls(ids: readonly string[], walk: KeyWalk): void {
  for (const id of ids) walk.name(recallKey(id));
}

/** What comes out of a container takes on the recalls of all that is around it (rule R12): its own, and those of its GTIN. */
function nameRecallsAround(uri: string, { recalls }: ItemState, walk: KeyWalk): void {
  nameRecalls(recalls, walk);
  const gtin = gtinOf(uri);
  const chain = gtin === '' ? null : walk.plain(recallChainKey(gtin));
  if (chain !== null) nameRecalls(decodeRecallChain(chain).open, walk);
}

/** Of all contents: what is taken out before it is measured makes others the first ones. */
function nameProducts(uri: string, item: ItemState, walk: KeyWalk): void {
  for (const gtin of gtinsIn(uri, item, Infinity)) walk.name(productKey(gtin));
}

/** Whoever may have to say whether the signer acts for it: holders, and both sides of transfers. */
class Principals {
  #named: Set<string> | null = null;

  constructor(
    private readonly signer: string,
    private readonly walk: KeyWalk
  ) {}

  of({ custodian, transfer }: ItemState): void {
    this.#name(custodian);
    if (transfer === null) return;
    this.#name(transfer.from);
    this.#name(transfer.to);
  }

  #name(party: string): void {
    if (party === '' || party === this.signer || this.#named?.has(party) === true) return;
    this.#named ??= new Set();
    this.#named.add(party);
    this.walk.name(agentKey(party, this.signer));
  }
}

function followItem(item: ItemState, principals: Principals, walk: KeyWalk): void {
  nameRecalls(item.recalls, walk);
  nameRecalls(item.holds, walk);
  if (item.seenAt !== '') walk.name(locationKey(item.seenAt));
  principals.of(item);
  follow(item, 'parent', principals, walk);
}

/** Upwards along pointers. */
function follow(item: ItemState, pointer: 'parent' | 'attachedTo', principals: Principals, walk: KeyWalk): void {
  let next = item[pointer];
  for (let level = 0; next !== '' && level < LIMITS.nestingDepth; level++) {
    const found = walk.item(next);
    if (found !== null) principals.of(found);
    if (found !== null && pointer === 'parent') nameRecallsAround(next, found, walk);
    next = found?.[pointer] ?? '';
  }
}
