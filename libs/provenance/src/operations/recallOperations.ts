import { CAPTURE_LIMITS } from '../capture/captureLimits.js';
import { canonicalItem } from '../identifiers/canonicalItem.js';
import { actsFor, prefixHolder } from '../rules/L3.js';
import { outermost } from '../rules/R05.js';
import { isRecallListFull, matches, withHolds, withRecalls } from '../rules/R21.js';
import type { ItemState } from '../state/itemState.js';
import { gtinOf } from '../state/productRecord.js';
import {
  decodeRecall,
  decodeRecallChain,
  encodeRecall,
  encodeRecallChain,
  recallChainKey,
  recallKey,
  type RecallRecord
} from '../state/recallRecord.js';
import { decodeTransformation, transformationKey } from '../state/transformationRecord.js';
import { change, refuse, type OperationScope, type Refusal } from './operationScope.js';
import type { OperationBody, RecallLink } from './operationRequest.js';

type Body<Op> = Extract<OperationBody, { readonly op: Op }>;

/** R21: by the holder of the company prefix or whom it lets recall, a container by its holder, and anything by a regulator. */
export function openRecall(scope: OperationScope, body: Body<'recall.open'>): Refusal {
  const { values, signer } = scope;
  const { id, subject, destinations } = body;
  if (values.get(recallKey(id)) !== null) return refuse('RECALL_EXISTS', id);
  const isContainer = body.scope.kind === 'container';
  const refused = isContainer ? recallContainer(scope, id, subject) : isRegulator(scope) ? null : mayRecall(scope, subject);
  if (refused !== null) return refused;
  const chain = decodeRecallChain(values.get(recallChainKey(subject)));
  if (chain.open.length >= CAPTURE_LIMITS.recalls) return refuse('LIST_RECALLS', subject);
  values.put(recallChainKey(subject), encodeRecallChain({ ...chain, open: [...chain.open, id].sort() }));
  const record = { isOpen: true, initiator: signer, subject, scope: body.scope, destinations, accounts: [] };
  values.put(recallKey(id), encodeRecall(record));
  scope.recalls.add(subject);
  return null;
}

/** By the network's config, which the members change together: nobody makes itself one. */
const isRegulator = ({ signer, context }: OperationScope): boolean =>
  context.config.organizations.some(({ id, roles }) => id === signer && roles?.includes('regulator') === true);

function mayRecall(scope: OperationScope, gtin: string): Refusal {
  const item = canonicalItem(`https://id.gs1.org/01/${gtin}`, 'class');
  const holder = item.ok ? prefixHolder(item.value, scope.context.config.organizations) : null;
  return holder !== null && actsFor(scope, holder, 'recall') ? null : refuse('NOT_PREFIX_HOLDER', gtin);
}

function recallContainer(scope: OperationScope, id: string, uri: string): Refusal {
  const item = scope.book.get(uri);
  const isOurs = item !== null && (outermost(scope.book, item).custodian === scope.signer || isRegulator(scope));
  if (!isOurs) {
    return refuse('NOT_HOLDER', uri, item?.custodian ?? '');
  }
  const recalled = withRecalls(item, [id]);
  if (isRecallListFull(recalled)) return refuse('LIST_RECALLS', uri);
  change(scope, uri, item.kind, recalled);
  return null;
}

/** An open recall, or why not. */
export function openRecord({ values }: OperationScope, id: string): RecallRecord | NonNullable<Refusal> {
  const value = values.get(recallKey(id));
  if (value === null) return { code: 'RECALL_UNKNOWN', detail: [id] };
  const record = decodeRecall(value);
  return record.isOpen ? record : { code: 'RECALL_CLOSED', detail: [id] };
}

/** The forward closure in steps, each of them checked: nothing is recalled because somebody says so. */
export function extendRecall(scope: OperationScope, { id, links }: Body<'recall.extend'>): Refusal {
  const record = openRecord(scope, id);
  if ('code' in record) return record;
  if (record.initiator !== scope.signer) return refuse('NOT_INITIATOR', id, record.initiator);
  for (const link of links) {
    const extended = extendBy(scope, id, record, link);
    if (extended === null) return refuse('NOT_IN_RECALL', link.item, link.from);
    if (isRecallListFull(extended)) return refuse('LIST_RECALLS', link.item);
    change(scope, link.item, extended.kind, extended);
  }
  scope.recalls.add(record.subject);
  return null;
}

/** The item with the recall on it, or null when nothing on the ledger leads from the one to the other. */
function extendBy(scope: OperationScope, id: string, record: RecallRecord, link: RecallLink): ItemState | null {
  const [item, from] = [scope.book.get(link.item), scope.book.get(link.from)];
  if (item === null || from === null) return null;
  const named = gtinOf(link.from) === record.subject && matches(record.scope, link.from, from.lot);
  const isRecalled = named || from.recalls.includes(id);
  if (link.by !== '') {
    const { inputs, outputs } = decodeTransformation(scope.values.get(transformationKey(link.by)));
    return isRecalled && inputs.includes(link.from) && outputs.includes(link.item) ? withRecalls(item, [id]) : null;
  }
  if (contains(item, link.from) && (isRecalled || from.holds.includes(id))) return withHolds(item, [id]);
  return contains(from, link.item) && isRecalled ? withRecalls(item, [id]) : null;
}

const contains = (container: ItemState, uri: string): boolean =>
  container.children.includes(uri) || container.contents.some((content) => content.uri === uri);
