import { LIMITS, unreachable } from '@lading/kernel';
import type { ExecutionContext, StateView } from '@lading/ledger';
import { KeyWalk } from '../capture/keyWalk.js';
import { canonicalItem } from '../identifiers/canonicalItem.js';
import { delegationKey, prefixHolder } from '../rules/L3.js';
import { decodeDispute, disputeKey } from '../state/disputeRecord.js';
import { agentKey } from '../state/agency.js';
import { anomalyKey } from '../state/itemBook.js';
import { linkKey } from '../state/linkRecord.js';
import { locationKey } from '../state/locationRecord.js';
import { productKey } from '../state/productRecord.js';
import { profileKey } from '../state/profileRecord.js';
import { decodeRecall, recallChainKey, recallKey } from '../state/recallRecord.js';
import { transformationKey } from '../state/transformationRecord.js';
import type { Goods, OperationBody } from './operationRequest.js';

/** State keys that an operation may read or write, in rounds as those of captures. */
export function operationKeys(body: OperationBody, context: ExecutionContext, view: StateView): KeyWalk {
  const walk = new KeyWalk(view);
  nameKeys(body, context, walk);
  return walk;
}

function nameKeys(body: OperationBody, context: ExecutionContext, walk: KeyWalk): void {
  switch (body.op) {
    case 'transfer.reject':
    case 'transfer.cancel':
      return nameGoods(body.goods, walk);
    case 'transfer.dispute':
      walk.plain(disputeKey(body.id));
      return nameGoods(body.goods, walk);
    case 'transfer.resolve': {
      const value = walk.plain(disputeKey(body.id));
      return value === null ? undefined : nameGoods(decodeDispute(value), walk);
    }
    case 'recall.open':
      return nameOpening(body, context, walk);
    case 'recall.extend':
      for (const { item, from, by } of body.links) {
        walk.value(item);
        walk.value(from);
        if (by !== '') walk.plain(transformationKey(by));
      }
      return nameRecall(body.id, walk);
    case 'recall.acknowledge':
    case 'recall.report':
    case 'recall.close':
      return nameRecall(body.id, walk);
    case 'location.put':
      walk.plain(locationKey(body.uri));
      return;
    case 'product.put':
      walk.plain(productKey(body.gtin));
      return;
    case 'gcp.put':
      walk.plain(delegationKey(body.prefix, body.organization));
      return;
    case 'transformation.close':
      walk.value(body.group);
      walk.plain(anomalyKey(body.group));
      walk.plain(profileKey(context.organization));
      return;
    case 'agent.put':
      walk.plain(agentKey(context.organization, body.organization));
      return;
    case 'profile.put':
      walk.plain(profileKey(context.organization));
      return;
    case 'link.put':
      walk.plain(linkKey(body.uri));
      return;
    default:
      return unreachable(body, 'operation');
  }
}

function nameGoods({ items, quantities }: Goods, walk: KeyWalk): void {
  for (const uri of items) walk.value(uri);
  for (const { uri } of quantities) walk.value(uri);
}

function nameRecall(id: string, walk: KeyWalk): void {
  const value = walk.plain(recallKey(id));
  if (value !== null) walk.plain(recallChainKey(decodeRecall(value).subject));
}

type Opening = Extract<OperationBody, { readonly op: 'recall.open' }>;

function nameOpening({ id, subject, scope }: Opening, context: ExecutionContext, walk: KeyWalk): void {
  walk.plain(recallKey(id));
  walk.plain(recallChainKey(subject));
  if (scope.kind !== 'container') {
    const item = canonicalItem(`https://id.gs1.org/01/${subject}`, 'class');
    const holder = item.ok ? prefixHolder(item.value, context.config.organizations) : null;
    if (holder !== null) walk.plain(delegationKey(holder.prefix, context.organization));
    return;
  }
  let next = subject;
  for (let level = 0; next !== '' && level <= LIMITS.nestingDepth; level++) next = walk.item(next)?.parent ?? '';
}
