import { canonicalItem } from '../identifiers/canonicalItem.js';
import { delegationKey, prefixHolder } from '../rules/L3.js';
import { encodeTexts } from '../state/delegation.js';
import { decodeLocation, encodeLocation, locationKey } from '../state/locationRecord.js';
import { agentKey } from '../state/agency.js';
import { encodeItemLinks, linkKey } from '../state/linkRecord.js';
import { encodeProduct, productKey } from '../state/productRecord.js';
import { encodeProfile, profileKey } from '../state/profileRecord.js';
import { refuse, type OperationScope, type Refusal } from './operationScope.js';
import type { OperationBody } from './operationRequest.js';

type Body<Op> = Extract<OperationBody, { readonly op: Op }>;

/** A place belongs to the holder of its GLN's prefix; one that no member's prefix fits, to who registers it first. */
export function putLocation(scope: OperationScope, { uri, record }: Body<'location.put'>): Refusal {
  const { values, signer } = scope;
  const holder = holderOf(scope, uri);
  if (holder !== '' && holder !== signer) return refuse('NOT_PREFIX_HOLDER', uri, holder);
  const before = values.get(locationKey(uri));
  const owner = before === null ? signer : decodeLocation(before).owner;
  if (owner !== signer && holder !== signer) return refuse('LOCATION_NOT_OWN', uri, owner);
  values.put(locationKey(uri), encodeLocation({ ...record, owner: signer }));
  return null;
}

function holderOf(scope: OperationScope, uri: string): string {
  const item = canonicalItem(uri, 'class');
  return item.ok ? (prefixHolder(item.value, scope.context.config.organizations)?.organization ?? '') : '';
}

export function putProduct(scope: OperationScope, { gtin, record }: Body<'product.put'>): Refusal {
  const holder = holderOf(scope, `https://id.gs1.org/01/${gtin}`);
  if (holder !== scope.signer) return refuse('NOT_PREFIX_HOLDER', gtin, holder);
  scope.values.put(productKey(gtin), encodeProduct(record));
  return null;
}

/** The holder of a prefix lets another organization give out its identifiers, or recall its products. */
export function putDelegation(scope: OperationScope, body: Body<'gcp.put'>): Refusal {
  const { signer, context, values } = scope;
  const { prefix, organization, allows } = body;
  const own = context.config.organizations.find(({ id }) => id === signer);
  if (own?.companyPrefixes.includes(prefix) !== true) return refuse('NOT_PREFIX_HOLDER', prefix);
  const isMember = context.config.organizations.some(({ id }) => id === organization);
  if (!isMember) return refuse('ORGANIZATION_UNKNOWN', organization);
  values.put(delegationKey(prefix, organization), encodeTexts(allows));
  return null;
}

/** R5: what another organization may do with the goods that the signer holds; an empty list withdraws. */
export function putAgent({ signer, context, values }: OperationScope, body: Body<'agent.put'>): Refusal {
  const { organization, allows } = body;
  const isMember = organization !== signer && context.config.organizations.some(({ id }) => id === organization);
  if (!isMember) return refuse('ORGANIZATION_UNKNOWN', organization);
  values.put(agentKey(signer, organization), encodeTexts(allows));
  return null;
}

/** The signer's own profile, beside the network's: what is stricter counts, code by code. */
export function putProfile({ signer, values }: OperationScope, { profile }: Body<'profile.put'>): null {
  values.put(profileKey(signer), encodeProfile(profile));
  return null;
}

/** Where scans of an identifier lead: its company prefix says who may tell. */
export function putLinks(scope: OperationScope, { uri, links }: Body<'link.put'>): Refusal {
  const holder = holderOf(scope, uri);
  if (holder !== scope.signer) return refuse('NOT_PREFIX_HOLDER', uri, holder);
  scope.values.put(linkKey(uri), encodeItemLinks(links));
  return null;
}
