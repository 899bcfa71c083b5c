import { unreachable, type Hash, type Sha256 } from '@lading/kernel';
import {
  encodeLinks,
  eventLeaf,
  extendHead,
  hashEventBytes,
  linksHash,
  type ExecutionContext,
  type Outcome,
  type StateWriter
} from '@lading/ledger';
import { CAPTURE_LIMITS, TOO_MUCH_STATE } from '../capture/captureLimits.js';
import { ItemBook } from '../state/itemBook.js';
import { decodeRecallChain, encodeRecallChain, recallChainKey } from '../state/recallRecord.js';
import { SideValues } from '../state/sideValues.js';
import { closeTransformation } from './closeTransformation.js';
import { putAgent, putDelegation, putLinks, putLocation, putProduct, putProfile } from './masterData.js';
import type { OperationRequest } from './operationRequest.js';
import { refusedOutcome, type OperationScope, type Refusal } from './operationScope.js';
import { acknowledge, closeRecall, report } from './recallAccounts.js';
import { extendRecall, openRecall } from './recallOperations.js';
import { endTransfer, openDispute, resolveDispute } from './transferOperations.js';

/**
 * Applies one operation: all of it or nothing. Like an event it extends the chains of the items that it changes, and
 * those of the recalls that it is an act of; the bytes it is proved by are its payload.
 */
export function applyOperation(
  request: OperationRequest,
  context: ExecutionContext,
  state: StateWriter,
  sha256: Sha256
): Outcome {
  const book = new ItemBook(state, sha256);
  const values = new SideValues(state);
  const scope: OperationScope = {
    context, signer: context.organization, book, values, recalls: new Set(), flags: []
  };
  const refused = applyBody(scope, request);
  if (refused !== null) return refusedOutcome(refused);
  const leaf = operationLeaf(scope, request, sha256);
  for (const { uri, draft } of book.changed()) book.extend(uri, draft?.kind ?? 'instance', leaf);
  for (const subject of scope.recalls) extendChain(values, subject, leaf, sha256);
  for (const { code, item } of scope.flags) book.extendAnomaly(item, code, leaf);
  book.keep();
  values.keep();
  if (!book.writeItems(CAPTURE_LIMITS.stateBytes)) return TOO_MUCH_STATE;
  book.writeAnomalies();
  values.write(state);
  const detail = scope.flags.map(({ code, item, parameters }) => ['FLAGGED', code, item, ...parameters]);
  return { status: 'APPLIED', code: '', detail };
}

function applyBody(scope: OperationScope, { body }: OperationRequest): Refusal {
  switch (body.op) {
    case 'transfer.reject':
      return endTransfer(scope, body.from, scope.signer, body.goods);
    case 'transfer.cancel':
      return endTransfer(scope, scope.signer, body.to, body.goods);
    case 'transfer.dispute':
      return openDispute(scope, body.id, body.from, body.kind, body.goods);
    case 'transfer.resolve':
      return resolveDispute(scope, body.id, body.result);
    case 'recall.open':
      return openRecall(scope, body);
    case 'recall.extend':
      return extendRecall(scope, body);
    case 'recall.acknowledge':
      return acknowledge(scope, body);
    case 'recall.report':
      return report(scope, body);
    case 'recall.close':
      return closeRecall(scope, body);
    case 'location.put':
      return putLocation(scope, body);
    case 'product.put':
      return putProduct(scope, body);
    case 'gcp.put':
      return putDelegation(scope, body);
    case 'transformation.close':
      return closeTransformation(scope, body.group);
    case 'agent.put':
      return putAgent(scope, body);
    case 'profile.put':
      return putProfile(scope, body);
    case 'link.put':
      return putLinks(scope, body);
    default:
      return unreachable(body, 'operation');
  }
}

/** Links have the operation as type and the role `item` for what it changes, `recall` for the subject of a recall. */
function operationLeaf(scope: OperationScope, { body, payload }: OperationRequest, sha256: Sha256): Hash {
  const { context, book, recalls } = scope;
  const links = [
    ...book.changed().map(({ uri }) => ({ role: 'item', itemKey: uri })),
    ...[...recalls].map((itemKey) => ({ role: 'recall', itemKey }))
  ];
  return eventLeaf(
    {
      height: context.height,
      timestampMs: context.timestampMs,
      txId: context.txId,
      eventIndex: 0,
      eventBytesHash: hashEventBytes(payload, sha256),
      linksHash: linksHash(encodeLinks({ type: body.op, action: '', bizStep: '', links }), sha256)
    },
    sha256
  );
}

function extendChain(values: SideValues, subject: string, leaf: Hash, sha256: Sha256): void {
  const chain = decodeRecallChain(values.get(recallChainKey(subject)));
  const extended = { ...chain, count: chain.count + 1, head: extendHead(chain.head, leaf, sha256) };
  values.put(recallChainKey(subject), encodeRecallChain(extended));
}
