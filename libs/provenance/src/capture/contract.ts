import type { Result, Sha256 } from '@lading/kernel';
import {
  sha256Noble,
  type Contract,
  type ExecutionContext,
  type Outcome,
  type OutcomeDetail,
  type StateWriter
} from '@lading/ledger';
import { ItemBook } from '../state/itemBook.js';
import { applyEvent, type EventResult, type TransactionScope } from './applyEvent.js';
import { captureKeys } from './captureKeys.js';
import { CAPTURE_LIMITS } from './captureLimits.js';
import { parseCapture, type CaptureRequest } from './captureRequest.js';

export const CAPTURE_OPERATION = 'epcis.capture';

/** Codes of a whole capture, beside those of its events. */
export type CaptureCode =
  | 'ROLE_MISSING'
  | 'KEY_PURPOSE'
  | 'CUSTODY_MODE_OFF'
  | 'ON_BEHALF_OF'
  | 'ENVELOPE_MALFORMED'
  | 'STATE_LIMIT';

const rejected = (code: string, detail: readonly OutcomeDetail[] = []): Outcome => ({
  status: 'REJECTED',
  code,
  detail
});

/** The provenance contract: applies EPCIS captures to the state of items (spec/provenance.md). */
export function createProvenanceContract(sha256: Sha256 = sha256Noble): Contract<CaptureRequest> {
  return {
    name: 'provenance',
    operations: [CAPTURE_OPERATION],
    parse: (tx): Result<CaptureRequest> => parseCapture(tx.payload, sha256),
    keys: (request, context, view) =>
      refuseSigner(request, context) === null
        ? [...captureKeys(request.document.events, context, view, sha256).keys]
        : [],
    apply: (request, context, state) => apply(request, context, state, sha256)
  };
}

export const provenanceContract: Contract<CaptureRequest> = createProvenanceContract();

const TOO_MUCH_STATE = rejected('STATE_LIMIT', [CAPTURE_LIMITS.stateKeys, CAPTURE_LIMITS.stateBytes]);

/** Who may sign what: the role, the kind of key, and whom a service key speaks for. */
function refuseSigner(request: CaptureRequest, context: ExecutionContext): Outcome | null {
  const { keyPurpose, organization } = context;
  if (keyPurpose === 'token') return rejected('KEY_PURPOSE', [keyPurpose]);
  if (!context.roles.includes('capture')) return rejected('ROLE_MISSING', ['capture']);
  if (keyPurpose !== 'service') return request.onBehalfOf === '' ? null : rejected('ON_BEHALF_OF', [keyPurpose]);
  const own = context.config.organizations.find((candidate) => candidate.id === organization);
  if (own?.custodyMode !== true) return rejected('CUSTODY_MODE_OFF', [organization]);
  const isOwnMember = request.onBehalfOf.startsWith(`${organization}/`);
  return isOwnMember ? null : rejected('ON_BEHALF_OF', [keyPurpose]);
}

function apply(request: CaptureRequest, context: ExecutionContext, state: StateWriter, sha256: Sha256): Outcome {
  const refused = refuseSigner(request, context);
  if (refused !== null) return refused;
  if (!captureKeys(request.document.events, context, state, sha256).affordable) return TOO_MUCH_STATE;
  const book = new ItemBook(state, sha256);
  const scope: TransactionScope = { context, state, book, records: new Map(), sha256 };
  const results: EventResult[] = [];
  for (const event of request.document.events) {
    const result = applyEvent(scope, event);
    results.push(result);
    const failed = result.status === 'refused' || result.status === 'recorded';
    if (failed && request.behaviour === 'rollback') return rollBack(book, event.index, result);
    if (result.status === 'recorded') for (const uri of result.why.items) book.extendAnomaly(uri, result.leaf);
  }
  return finish(scope, results);
}

type Failure = Extract<EventResult, { readonly status: 'refused' | 'recorded' }>;

/** Nothing of the transaction stays, but for the evidence of the event that failed. */
function rollBack(book: ItemBook, eventIndex: number, result: Failure): Outcome {
  const detail = [describe(eventIndex, result)];
  if (result.status === 'refused') return rejected(result.why.code, detail);
  for (const uri of result.why.items) book.extendAnomaly(uri, result.leaf);
  book.writeAnomalies();
  return { status: 'RECORDED', code: result.why.code, detail };
}

function finish(scope: TransactionScope, results: readonly EventResult[]): Outcome {
  const detail = describeAll(results);
  const failures = results.filter((result) => result.status === 'refused' || result.status === 'recorded');
  const first = failures[0];
  const isEvidence = failures.some((result) => result.status === 'recorded');
  if (first !== undefined && failures.length === results.length && !isEvidence) return rejected(first.why.code, detail);
  if (!scope.book.writeItems(CAPTURE_LIMITS.stateBytes)) return TOO_MUCH_STATE;
  scope.book.writeAnomalies();
  for (const [key, value] of scope.records) scope.state.put(key, value);
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
    if (result.status === 'applied') continue;
    const entry = describe(i, result);
    bytes += sizeOf(entry);
    const isShort = bytes <= CAPTURE_LIMITS.detailBytes || result.status === 'duplicate';
    detail.push(isShort ? entry : entry.slice(0, result.status === 'history' ? 3 : 2));
  }
  return detail;
}

/** Texts of an entry are canonical URIs, units and codes: ASCII. */
const sizeOf = (detail: OutcomeDetail): number => {
  if (typeof detail === 'number') return 9;
  if (typeof detail === 'string') return detail.length + 3;
  return detail.reduce<number>((sum, part) => sum + sizeOf(part), 3);
};

/** [eventIndex, code, parameter…] of an event that was not simply applied. */
function describe(eventIndex: number, result: EventResult): readonly OutcomeDetail[] {
  switch (result.status) {
    case 'applied':
      return [eventIndex];
    case 'duplicate':
      return [eventIndex, 'DUPLICATE_EVENT', ...result.record.place];
    case 'history':
      return [eventIndex, 'HISTORY_ONLY', result.why.code, ...result.why.items.slice(0, 1)];
    case 'refused':
    case 'recorded':
      return [eventIndex, result.why.code, ...result.why.items.slice(0, 1), ...result.why.parameters];
  }
}
