import { unreachable } from '@lading/kernel';
import {
  decodeRecallChain,
  encodeRecall,
  encodeRecallChain,
  recallChainKey,
  recallKey,
  type RecallAccount,
  type RecallRecord
} from '../state/recallRecord.js';
import { openRecord } from './recallOperations.js';
import { refuse, type OperationScope, type Refusal } from './operationScope.js';
import type { OperationBody, RecallAct } from './operationRequest.js';

type Body<Op> = Extract<OperationBody, { readonly op: Op }>;

/** A member says what it has of a recalled product; said again, it replaces what it said before. */
export function acknowledge(scope: OperationScope, { id, onHand }: Body<'recall.acknowledge'>): Refusal {
  const record = openRecord(scope, id);
  if ('code' in record) return record;
  const { signer } = scope;
  const others = record.accounts.filter(({ organization }) => organization !== signer);
  const mine = onHand.map(({ uom, amount }) => ({ ...accountOf(record, signer, uom), onHand: amount }));
  const dropped = record.accounts.filter(
    ({ organization, uom }) => organization === signer && !onHand.some((entry) => entry.uom === uom)
  );
  if (![...mine, ...dropped.map((account) => ({ ...account, onHand: 0n }))].every(isCovered)) {
    return refuse('RECALL_UNACCOUNTED', id, signer);
  }
  return putAccounts(scope, id, record, [...others, ...mine]);
}

const accountOf = (record: RecallRecord, organization: string, uom: string): RecallAccount =>
  record.accounts.find((account) => account.organization === organization && account.uom === uom) ?? {
    organization,
    uom,
    onHand: 0n,
    quarantined: 0n,
    returned: 0n,
    destroyed: 0n
  };

/** Nobody puts away, returns or destroys more than it has. */
const isCovered = ({ onHand, quarantined, returned, destroyed }: RecallAccount): boolean =>
  quarantined <= onHand && returned + destroyed <= onHand;

/** What a member does with what it has. */
export function report(scope: OperationScope, { id, act, amount: part }: Body<'recall.report'>): Refusal {
  const record = openRecord(scope, id);
  if ('code' in record) return record;
  const { signer } = scope;
  const isKnown = record.accounts.some(({ organization, uom }) => organization === signer && uom === part.uom);
  if (!isKnown) return refuse('NOT_ACKNOWLEDGED', id, part.uom);
  const account = withAct(accountOf(record, signer, part.uom), act, part.amount);
  if (!isCovered(account)) return refuse('RECALL_UNACCOUNTED', id, signer, part.uom);
  const others = record.accounts.filter(({ organization, uom }) => organization !== signer || uom !== part.uom);
  return putAccounts(scope, id, record, [...others, account]);
}

function withAct(account: RecallAccount, act: RecallAct, amount: bigint): RecallAccount {
  switch (act) {
    case 'quarantine':
      return { ...account, quarantined: account.quarantined + amount };
    case 'return':
      return { ...account, returned: account.returned + amount };
    case 'destroy':
      return { ...account, destroyed: account.destroyed + amount };
    default:
      return unreachable(act, 'act of a recall');
  }
}

function putAccounts(
  scope: OperationScope,
  id: string,
  record: RecallRecord,
  accounts: readonly RecallAccount[]
): null {
  const order = (a: RecallAccount, b: RecallAccount): number =>
    compare(a.organization, b.organization) || compare(a.uom, b.uom);
  scope.values.put(recallKey(id), encodeRecall({ ...record, accounts: [...accounts].sort(order) }));
  scope.recalls.add(record.subject);
  return null;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Ends when every amount that somebody had is returned, destroyed, or released by the initiator. */
export function closeRecall(scope: OperationScope, { id, released }: Body<'recall.close'>): Refusal {
  const record = openRecord(scope, id);
  if ('code' in record) return record;
  if (record.initiator !== scope.signer) return refuse('NOT_INITIATOR', id, record.initiator);
  const open = new Map(record.accounts.map(({ organization, uom, onHand, returned, destroyed }) => [
    `${organization}/${uom}`,
    onHand - returned - destroyed
  ]));
  for (const { organization, uom, amount } of released) {
    const key = `${organization}/${uom}`;
    open.set(key, (open.get(key) ?? 0n) - amount);
  }
  const [unaccounted] = [...open].filter(([, amount]) => amount !== 0n);
  if (unaccounted !== undefined) return refuse('RECALL_UNACCOUNTED', id, unaccounted[0], unaccounted[1].toString());
  const chain = decodeRecallChain(scope.values.get(recallChainKey(record.subject)));
  const left = { ...chain, open: chain.open.filter((other) => other !== id) };
  scope.values.put(recallChainKey(record.subject), encodeRecallChain(left));
  scope.values.put(recallKey(id), encodeRecall({ ...record, isOpen: false }));
  scope.recalls.add(record.subject);
  return null;
}
