import { LIMITS, type Sha256 } from '@lading/kernel';
import type { ExecutionContext, StateView } from '@lading/ledger';
import type { EpcisEvent, NamedItem } from '../event/model.js';
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

/** What a list of events names; found once, asked for in every round. */
interface Named {
  /** Who signs, and where: transformations are named by their place. */
  readonly where: string;
  /** Event records, master data, delegations, transformation records: keys that follow from the payload alone. */
  readonly values: ReadonlySet<string>;
  /** How often each item is named. */
  readonly mentions: ReadonlyMap<string, number>;
  /** Items that an event may flag although the ledger does not know them yet. */
  readonly flaggable: ReadonlySet<string>;
  /** Containers that are emptied without a list, and items that everything fixed to is taken off. */
  readonly emptied: ReadonlySet<string>;
  /** Items with sensor reports: what they contain has limits. */
  readonly measured: ReadonlySet<string>;
  /** Parents of associations. */
  readonly fixed: ReadonlySet<string>;
}

const NAMED = new WeakMap<readonly EpcisEvent[], Named>();

function namedBy(events: readonly EpcisEvent[], context: ExecutionContext, sha256: Sha256): Named {
  const { organization } = context;
  const where = `${organization}/${context.height}/${context.index}`;
  const known = NAMED.get(events);
  if (known?.where === where) return known;
  const mentions = new Map<string, number>();
  const sets = { flaggable: new Set<string>(), emptied: new Set<string>(), measured: new Set<string>() };
  const values = new Set<string>();
  const fixed = new Set<string>();
  for (const event of events) {
    const uris = namedItems(event, organization).map(({ uri }) => uri);
    for (const uri of uris) mentions.set(uri, (mentions.get(uri) ?? 0) + 1);
    if (mayFlag(event)) for (const uri of uris) sets.flaggable.add(uri);
    if (hasSensors(event)) for (const uri of uris) sets.measured.add(uri);
    if (isEmptying(event) && event.parent !== null) sets.emptied.add(event.parent.item.uri);
    if (event.type === 'AssociationEvent' && event.parent !== null) fixed.add(event.parent.item.uri);
    values.add(eventRecordKey(organization, event.eventID, sha256));
    nameValues(event, context, uris, values);
  }
  // What one event packs, the sensor report of a later one can be about.
  if (sets.measured.size > 0) for (const uri of mentions.keys()) nameProduct(uri, values);
  const named = { where, values, mentions, fixed, ...sets };
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
  uris: readonly string[],
  values: Set<string>
): void {
  for (const place of [event.readPoint, event.bizLocation]) if (place !== null) values.add(locationKey(place.item.uri));
  for (const uri of uris) {
    const gtin = gtinOf(uri);
    if (gtin === '') continue;
    values.add(recallChainKey(gtin));
    if (event.type === 'TransformationEvent') values.add(productKey(gtin));
  }
  if (event.type === 'TransformationEvent') values.add(transformationKey(transformationName(event, context)));
  for (const { item } of bornBy(event)) {
    const holder = prefixHolder(item, context.config.organizations);
    if (holder === null || holder.organization === context.organization) continue;
    values.add(delegationKey(holder.prefix, context.organization));
  }
}

function nameProduct(uri: string, values: Set<string>): void {
  const gtin = gtinOf(uri);
  if (gtin !== '') values.add(productKey(gtin));
}

/** What an event may bring into being. */
const bornBy = (event: EpcisEvent): readonly NamedItem[] => [
  ...(event.action === 'ADD' ? [...event.epcs, ...event.quantities] : []),
  ...(event.action === 'ADD' && event.parent !== null ? [event.parent] : []),
  ...event.outputs,
  ...event.outputQuantities
];

const isEmptying = (event: EpcisEvent): boolean =>
  (event.type === 'AggregationEvent' || event.type === 'AssociationEvent') &&
  event.action === 'DELETE' &&
  event.children.length === 0 &&
  event.childQuantities.length === 0;

export interface CaptureKeys {
  readonly keys: ReadonlySet<string>;
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
  const walk = new KeyWalk(view);
  const own = decodeProfile(walk.plain(profileKey(context.organization)));
  // In profile open nothing is refused as a clone, so nothing is recorded as one.
  const recordsAnomalies = context.config.parameters.profile !== 'open' || (own !== '' && own !== 'open');
  const principals = new Principals(context.organization, walk);
  for (const key of named.values) {
    const value = walk.plain(key);
    if (value !== null && key.startsWith(RECALL_CHAINS)) nameRecalls(decodeRecallChain(value).open, walk);
  }
  for (const [uri, count] of named.mentions) {
    if (!walk.affordable) break;
    const item = walk.item(uri);
    const mayBe = count > 1 || named.flaggable.has(uri) || (item !== null && item.status !== 'UNKNOWN');
    if (recordsAnomalies && mayBe) walk.keys.add(anomalyKey(uri));
    if (item !== null) followItem(item, principals, walk);
    if (item !== null && named.measured.has(uri)) nameProducts(uri, item, walk);
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

const RECALL_CHAINS = recallChainKey('');

function nameRecalls(ids: readonly string[], walk: KeyWalk): void {
  for (const id of ids) walk.plain(recallKey(id));
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
  for (const gtin of gtinsIn(uri, item, Infinity)) walk.plain(productKey(gtin));
}

/** Whoever may have to say whether the signer acts for it: holders, and both sides of transfers. */
class Principals {
  readonly #named = new Set<string>();

  constructor(
    private readonly signer: string,
    private readonly walk: KeyWalk
  ) {}

  of({ custodian, transfer }: ItemState): void {
    for (const party of [custodian, transfer?.from ?? '', transfer?.to ?? '']) {
      if (party === '' || party === this.signer || this.#named.has(party)) continue;
      this.#named.add(party);
      this.walk.plain(agentKey(party, this.signer));
    }
  }
}

function followItem(item: ItemState, principals: Principals, walk: KeyWalk): void {
  nameRecalls(item.recalls, walk);
  nameRecalls(item.holds, walk);
  if (item.seenAt !== '') walk.plain(locationKey(item.seenAt));
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
