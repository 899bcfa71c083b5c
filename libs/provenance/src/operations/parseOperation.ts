import { ok, reject, unreachable, type Result } from '@lading/kernel';
import type { Transaction } from '@lading/ledger';
import { groupUri } from '../identifiers/canonicalItem.js';
import type { DisputeKind } from '../state/disputeRecord.js';
import { OperationFields, ORGANIZATION } from './operationFields.js';
import {
  OPERATION_ENTRIES,
  PROVENANCE_OPERATIONS,
  type DisputeResult,
  type OperationBody,
  type OperationName,
  type OperationRequest,
  type RecallAct
} from './operationRequest.js';
import { AGENT_ACTS } from '../state/agency.js';
import { readItemLinks, readLocation, readProduct } from './readMasterData.js';
import { readRecallScope } from './readRecallScope.js';

export type OperationFault = 'PAYLOAD_MALFORMED' | 'OPERATION_UNKNOWN';

/** Members that the payload of each operation must have; `onBehalfOf` and `reason` may come with any. */
const MEMBERS: Readonly<Record<OperationName, readonly string[]>> = {
  'transfer.reject': ['from', 'items', 'quantities'],
  'transfer.cancel': ['to', 'items', 'quantities'],
  'transfer.dispute': ['dispute', 'from', 'kind', 'items', 'quantities'],
  'transfer.resolve': ['dispute', 'result'],
  'recall.open': ['recall', 'destinations'],
  'recall.extend': ['recall', 'links'],
  'recall.acknowledge': ['recall', 'onHand'],
  'recall.report': ['recall', 'act', 'uom', 'quantity'],
  'recall.close': ['recall', 'released'],
  'location.put': ['location', 'parent', 'latitude', 'longitude', 'users'],
  'product.put': ['gtin', 'limits', 'netMass', 'yieldMin', 'yieldMax'],
  'gcp.put': ['prefix', 'organization', 'allows'],
  'transformation.close': ['transformationID'],
  'agent.put': ['organization', 'allows'],
  'profile.put': ['profile'],
  'link.put': ['item', 'links']
};
const RECALL_SCOPE = ['gtin', 'item', 'lots', 'serials', 'range'];

const isOperation = (op: string): op is OperationName => (PROVENANCE_OPERATIONS as readonly string[]).includes(op);

/** Reads the payload of any operation but `epcis.capture`. */
export function parseOperation(tx: Transaction): Result<OperationRequest, OperationFault> {
  const { op } = tx.header;
  if (!isOperation(op)) return reject('OPERATION_UNKNOWN', op);
  const fields = new OperationFields(tx, MEMBERS[op], op === 'recall.open' ? RECALL_SCOPE : []);
  const body = readBody(op, fields, tx);
  const { onBehalfOf } = fields;
  return fields.rejection ?? ok({ body, onBehalfOf, payload: tx.payload });
}

function readBody(op: OperationName, fields: OperationFields, tx: Transaction): OperationBody {
  const { json } = fields;
  switch (op) {
    case 'transfer.reject':
      return { op, from: fields.organization('from'), goods: fields.goods() };
    case 'transfer.cancel':
      return { op, to: json.plain('to', 63, /^(?:[a-z][a-z0-9-]{0,62})?$/), goods: fields.goods() };
    case 'transfer.dispute': {
      const kind = json.plain('kind', 16, /^(?:missing|damaged|wrong|surplus)$/) as DisputeKind;
      return { op, id: fields.ownId('dispute'), from: fields.organization('from'), kind, goods: fields.goods() };
    }
    case 'transfer.resolve': {
      const result = json.plain('result', 16, /^(?:returned|lost|received|settled)$/) as DisputeResult;
      return { op, id: fields.id('dispute'), result };
    }
    case 'recall.open': {
      const destinations = fields.items('destinations', 'party').map(({ uri }) => uri).sort();
      return { op, id: fields.ownId('recall'), ...readRecallScope(fields), destinations };
    }
    case 'recall.extend':
      return { op, id: fields.id('recall'), links: readLinks(fields) };
    case 'recall.acknowledge': {
      const onHand = json.objects('onHand', 8, ['uom', 'quantity']).map((entry) => fields.unitAmount(entry));
      if (new Set(onHand.map(({ uom }) => uom)).size < onHand.length) json.refuse('onHand', 'names a unit twice');
      return { op, id: fields.id('recall'), onHand };
    }
    case 'recall.report': {
      const act = json.plain('act', 16, /^(?:quarantine|return|destroy)$/) as RecallAct;
      return { op, id: fields.id('recall'), act, amount: fields.unitAmount() };
    }
    case 'recall.close': {
      const released = json.objects('released', 256, ['organization', 'uom', 'quantity']).map((entry) => ({
        organization: entry.plain('organization', 63, ORGANIZATION),
        ...fields.unitAmount(entry)
      }));
      return { op, id: fields.id('recall'), released };
    }
    case 'location.put':
      return { op, ...readLocation(fields) };
    case 'product.put':
      return { op, ...readProduct(fields) };
    case 'gcp.put': {
      const allows = json.plainList('allows', 2, /^(?:commission|recall)$/);
      const prefix = json.plain('prefix', 12, /^\d{4,12}$/);
      return { op, prefix, organization: fields.organization('organization'), allows: [...new Set(allows)].sort() };
    }
    case 'transformation.close':
      return { op, group: groupUri(tx.organization, json.text('transformationID', 1024)) };
    case 'agent.put': {
      const allows = json.plainList('allows', AGENT_ACTS.length, new RegExp(`^(?:${AGENT_ACTS.join('|')})$`));
      return { op, organization: fields.organization('organization'), allows: [...new Set(allows)].sort() };
    }
    case 'profile.put': {
      const profile = json.plain('profile', 16, /^(?:custody|pharma|food)?$/);
      return { op, profile: profile as Extract<OperationBody, { readonly op: 'profile.put' }>['profile'] };
    }
    case 'link.put':
      return { op, ...readItemLinks(fields) };
    default:
      return unreachable(op, 'operation');
  }
}

function readLinks(fields: OperationFields) {
  const links = fields.json.objects('links', OPERATION_ENTRIES, ['item', 'from', 'by']).map((entry) => ({
    item: fields.item('item', 'instance', entry)?.uri ?? '',
    from: fields.item('from', 'instance', entry)?.uri ?? '',
    by: entry.text('by', 1200)
  }));
  if (links.length === 0) fields.json.refuse('links', 'is empty');
  return links;
}
