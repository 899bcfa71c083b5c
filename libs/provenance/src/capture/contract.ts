import type { Result, Sha256 } from '@lading/kernel';
import {
  sha256Noble,
  type Contract,
  type ExecutionContext,
  type ItemLink,
  type Outcome,
  type OutcomeDetail,
  type StateView,
  type StateWriter
} from '@lading/ledger';
import { applyOperation } from '../operations/applyOperation.js';
import { operationKeys } from '../operations/operationKeys.js';
import { PROVENANCE_OPERATIONS, type OperationRequest } from '../operations/operationRequest.js';
import { parseOperation } from '../operations/parseOperation.js';
import type { EpcisEvent } from '../event/model.js';
import { itemStateKey } from '../identifiers/canonicalItem.js';
import type { ItemBook } from '../state/itemBook.js';
import { SideValues } from '../state/sideValues.js';
import { applyEvent, type EventResult, type Flag, type TransactionScope } from './applyEvent.js';
import { captureKeys, namedBy, type CaptureKeys } from './captureKeys.js';
import { CAPTURE_LIMITS, TOO_MUCH_STATE } from './captureLimits.js';
import { takeParsed, type CaptureRequest } from './captureRequest.js';
import { bookFor, RecordingBook, RecordingWriter } from './chainNotes.js';

export const CAPTURE_OPERATION = 'epcis.capture';

/** A capture, or one of the other operations. */
export type ProvenanceRequest = CaptureRequest | OperationRequest;

const rejected = (code: string, detail: readonly OutcomeDetail[] = []): Outcome => ({
  status: 'REJECTED',
  code,
  detail
});

/** The provenance contract: applies EPCIS captures and operations on transfers, recalls and master data. */
export function createProvenanceContract(sha256: Sha256 = sha256Noble): Contract<ProvenanceRequest> {
  return {
    name: 'provenance',
    operations: [CAPTURE_OPERATION, ...PROVENANCE_OPERATIONS],
    parse: (tx): Result<ProvenanceRequest> =>
      tx.header.op === CAPTURE_OPERATION ? takeParsed(tx.payload, sha256) : parseOperation(tx),
    keys: (request, context, view) =>
      refuseSigner(request, context) === null ? walkKeys(request, context, view, sha256).list : [],
    apply: (request, context, state) => {
      const refused = refuseSigner(request, context);
      if (refused !== null) return refused;
      if (!walkKeys(request, context, state, sha256).affordable) return TOO_MUCH_STATE;
      return 'body' in request
        ? operate(request, context, state, sha256)
        : applyCapture(request, context, state, sha256);
    }
  };
}

const walkKeys = (
  request: ProvenanceRequest,
  context: ExecutionContext,
  view: StateView,
  sha256: Sha256
): CaptureKeys =>
  'body' in request
    ? operationKeys(request.body, context, view)
    : captureKeys(request.document.events, context, view, sha256);

/** Who may sign what: the role, the kind of key, and whom a service key speaks for. */
function refuseSigner(request: ProvenanceRequest, context: ExecutionContext): Outcome | null {
  const { keyPurpose, organization } = context;
  if (keyPurpose === 'token') return rejected('KEY_PURPOSE', [keyPurpose]);
  if (!context.roles.includes('capture')) return rejected('ROLE_MISSING', ['capture']);
  if (keyPurpose !== 'service') return request.onBehalfOf === '' ? null : rejected('ON_BEHALF_OF', [keyPurpose]);
  const own = context.config.organizations.find((candidate) => candidate.id === organization);
  if (own?.custodyMode !== true) return rejected('CUSTODY_MODE_OFF', [organization]);
  const isOwnMember = request.onBehalfOf.startsWith(`${organization}/`);
  return isOwnMember ? null : rejected('ON_BEHALF_OF', [keyPurpose]);
}

function operate(request: OperationRequest, context: ExecutionContext, state: StateWriter, sha256: Sha256): Outcome {
  if (state.note === undefined) return applyOperation(request, context, state, sha256);
  const recorder = new RecordingWriter(state);
  const outcome = applyOperation(request, context, recorder, sha256);
  recorder.handOver(request.body, outcome);
  return outcome;
}

function applyCapture(request: CaptureRequest, context: ExecutionContext, state: StateWriter, sha256: Sha256): Outcome {
  const { records, items } = namedBy(request.document.events, context, sha256);
  const book = bookFor(state, sha256, (uri) => items.get(uri)?.key ?? itemStateKey(uri));
  const values = new SideValues(state);
  const noteUnnamed =
    book instanceof RecordingBook
      ? (event: EpcisEvent, links: readonly ItemLink[]): void => book.noted(event, context.organization, links)
      : null;
  const scope: TransactionScope = { context, book, values, sha256, records, noteUnnamed };
  const results: EventResult[] = [];
  const outcome = applyEvents(scope, request, state, results);
  if (book instanceof RecordingBook) book.handOver(results, outcome, state);
  return outcome;
}

function applyEvents(
  scope: TransactionScope,
  request: CaptureRequest,
  state: StateWriter,
  results: EventResult[]
): Outcome {
  const { book } = scope;
  for (const event of request.document.events) {
    const result = applyEvent(scope, event);
    results.push(result);
    const failed = result.status === 'refused' || result.status === 'recorded';
    if (failed && request.behaviour === 'rollback') return rollBack(book, event.index, result);
  }
  return finish(scope, state, results);
}

type Failure = Extract<EventResult, { readonly status: 'refused' | 'recorded' }>;

/** Nothing of the transaction stays, but for the evidence of the event that failed. */
function rollBack(book: ItemBook, eventIndex: number, result: Failure): Outcome {
  const detail = describe(eventIndex, result);
  if (result.status === 'refused') return rejected(result.why.code, detail);
  keepEvidence(book, result);
  book.writeAnomalies();
  return { status: 'RECORDED', code: result.why.code, detail };
}

/** Anomalies that an event leaves behind: of the attempt that was refused, or of what was applied all the same. */
function keepEvidence(book: ItemBook, result: EventResult): void {
  if (result.status !== 'recorded' && result.status !== 'applied') return;
  const found = result.status === 'recorded' ? [result.why] : result.flags;
  for (const { code, items } of found) for (const uri of new Set(items)) book.extendAnomaly(uri, code, result.leaf);
}

function finish(scope: TransactionScope, state: StateWriter, results: readonly EventResult[]): Outcome {
  const detail = describeAll(results);
  const failures = results.filter((result) => result.status === 'refused' || result.status === 'recorded');
  const first = failures[0];
  const isEvidence = failures.some((result) => result.status === 'recorded');
  if (first !== undefined && failures.length === results.length && !isEvidence) return rejected(first.why.code, detail);
  if (!scope.book.writeItems(CAPTURE_LIMITS.stateBytes)) return TOO_MUCH_STATE;
  for (const result of results) keepEvidence(scope.book, result);
  scope.book.writeAnomalies();
  scope.values.write(state);
  if (first !== undefined && failures.length === results.length) {
    return { status: 'RECORDED', code: first.why.code, detail };
  }
  return { status: 'APPLIED', code: '', detail };
}

/**
 * One entry for each event that was not simply applied. A thousand long identifiers would make an outcome that no
 * receipt can hold: once the parameters together reach the limit, further entries have index and code only.
 */
function describeAll(results: readonly EventResult[]): readonly OutcomeDetail[] {
  const detail: OutcomeDetail[] = [];
  let bytes = 0;
  for (const [i, result] of results.entries()) {
    for (const entry of describe(i, result)) {
      bytes += sizeOf(entry);
      const isShort = bytes <= CAPTURE_LIMITS.detailBytes || result.status === 'duplicate';
      const isNote = result.status === 'history' || result.status === 'applied';
      detail.push(isShort ? entry : entry.slice(0, isNote ? 3 : 2));
    }
  }
  return detail;
}

/** Texts of an entry are canonical URIs, units and codes: ASCII. */
const sizeOf = (detail: OutcomeDetail): number => {
  if (typeof detail === 'number') return 9;
  if (typeof detail === 'string') return detail.length + 3;
  return detail.reduce<number>((sum, part) => sum + sizeOf(part), 3);
};

/** [eventIndex, code, parameter…] of an event that was not simply applied, or of each kind of anomaly of one that was. */
function describe(eventIndex: number, result: EventResult): readonly (readonly OutcomeDetail[])[] {
  switch (result.status) {
    case 'applied':
      return describeFlags(eventIndex, result.flags);
    case 'duplicate':
      return [[eventIndex, 'DUPLICATE_EVENT', ...result.record.place]];
    case 'history':
      return [[eventIndex, 'HISTORY_ONLY', result.why.code, ...result.why.items.slice(0, 1)]];
    case 'refused':
    case 'recorded':
      return [[eventIndex, result.why.code, ...result.why.items.slice(0, 1), ...result.why.parameters]];
  }
}

const NONE: readonly never[] = [];

/** [eventIndex, "FLAGGED", code, first item, number of items, parameters of the first…], one for each code. */
function describeFlags(eventIndex: number, flags: readonly Flag[]): readonly (readonly OutcomeDetail[])[] {
  if (flags.length === 0) return NONE;
  const byCode = new Map<string, { readonly first: Flag; readonly items: Set<string> }>();
  for (const flag of flags) {
    const group = byCode.get(flag.code) ?? { first: flag, items: new Set() };
    for (const uri of flag.items) group.items.add(uri);
    byCode.set(flag.code, group);
  }
  return [...byCode].map(([code, { first, items }]) => [
    eventIndex,
    'FLAGGED',
    code,
    ...first.items.slice(0, 1),
    items.size,
    ...first.parameters
  ]);
}
