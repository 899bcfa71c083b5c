import { codeEntry, type CaptureJob } from '@lading/api';
import { toBase64Url } from '@lading/kernel';
import type { CaptureErrorBehaviour } from '@lading/provenance';
import type { CapturePart } from '@lading/storage';
import type { CaptureRequest } from './captureRequest.js';
import type { Submitted } from './submitted.js';

/** A part that this process has sent on its way; `answer` is null while it is. */
interface MemoryPart {
  readonly txId: string;
  answer: Submitted | null;
}

interface MemoryJob {
  readonly organization: string;
  readonly captureId: string;
  readonly behaviour: CaptureErrorBehaviour;
  readonly createdMs: number;
  readonly parts: readonly MemoryPart[];
}

/** Jobs remembered beside the ledger: those under way and those refused before ordering. */
const REMEMBERED = 10_000;
/** Parts of one job that are remembered, the newest. */
const REMEMBERED_PARTS = 4096;

/** What the ledger does not know of captures: what is still on its way, and what was refused before it was ordered. */
export class CaptureMemory {
  private readonly jobs = new Map<string, MemoryJob>();

  /** Parts that a member signs come as one request each and share the job. */
  add(request: CaptureRequest, nowMs: number): void {
    const { organization, captureId, behaviour } = request;
    const own: readonly MemoryPart[] = request.transactions.map((tx) => ({ txId: toBase64Url(tx.txId), answer: null }));
    const ids = new Set(own.map(({ txId }) => txId));
    const key = `${organization}|${captureId}`;
    const before = this.jobs.get(key);
    this.jobs.delete(key);
    if (this.jobs.size >= REMEMBERED) this.jobs.delete(this.jobs.keys().next().value ?? '');
    const parts = [...(before?.parts ?? []).filter(({ txId }) => !ids.has(txId)), ...own].slice(-REMEMBERED_PARTS);
    this.jobs.set(key, { organization, captureId, behaviour, createdMs: before?.createdMs ?? nowMs, parts });
  }

  settle(request: CaptureRequest, part: number, answer: Submitted): void {
    const transaction = request.transactions[part];
    if (transaction === undefined) throw new RangeError(`capture has no part ${part}`);
    const id = toBase64Url(transaction.txId);
    const parts = this.jobs.get(`${request.organization}|${request.captureId}`)?.parts ?? [];
    for (const found of parts) if (found.txId === id) found.answer = answer;
  }

  find(organization: string, captureId: string): MemoryJob | null {
    return this.jobs.get(`${organization}|${captureId}`) ?? null;
  }

  /** Jobs of the organization that have a part under way, newest first. */
  running(organization: string, reflectedHeight: number): readonly MemoryJob[] {
    const own = [...this.jobs.values()].filter((job) => job.organization === organization);
    return own.filter(({ parts }) => parts.some((part) => part.answer === null || isUnread(part, reflectedHeight))).reverse();
  }
}

/** In a block that the query tables do not reflect yet. */
const isUnread = ({ answer }: MemoryPart, reflectedHeight: number): boolean =>
  answer !== null && !('ok' in answer) && answer.height > reflectedHeight;

type JobError = CaptureJob['errors'][number];
type JobPart = CaptureJob['parts'][number];

/**
 * The job as EPCIS 2.0 describes it. What the ledger says of a part goes before what this process remembers. It runs until
 * its events can be read: a part is committed, with its outcome, before the query tables at `reflectedHeight` show it.
 */
export function captureJob(
  captureId: string,
  ledger: readonly CapturePart[],
  memory: MemoryJob | null,
  reflectedHeight: number
): CaptureJob {
  const known = new Map(ledger.map((part) => [toBase64Url(part.txId), part]));
  const own = (memory?.parts ?? []).filter(({ txId }) => !known.has(txId));
  const parts = [...[...known].map(([txId, part]) => ledgerPart(txId, part)), ...own.map(memoryPart)];
  const errors = [...[...known].flatMap(([txId, part]) => ledgerErrors(txId, part)), ...own.flatMap(memoryErrors)];
  const running = parts.some(({ state }) => state === 'pending') || own.some((part) => isUnread(part, reflectedHeight));
  const times = [...ledger.map(({ recordTimeMs }) => recordTimeMs), ...own.flatMap(committedMs)];
  const createdMs = memory?.createdMs ?? Math.min(...times);
  return {
    captureID: captureId,
    createdAt: new Date(createdMs).toISOString(),
    ...(running || times.length === 0 ? {} : { finishedAt: new Date(Math.max(...times)).toISOString() }),
    running,
    success: !running && errors.length === 0,
    captureErrorBehaviour: ledger[0]?.behaviour ?? memory?.behaviour ?? 'rollback',
    errors,
    parts
  };
}

function ledgerPart(txId: string, { status, height, index, code }: CapturePart): JobPart {
  return { txId, state: status === 'REJECTED' ? 'rejected' : 'committed', height, index, code };
}

/** Refusals of single events, or of the capture as a whole. */
function ledgerErrors(
  txId: string,
  { status, code, detail }: Pick<CapturePart, 'status' | 'code' | 'detail'>
): readonly JobError[] {
  const pairs = eventCodes(detail);
  if (pairs.length > 0)
    return pairs.map(([eventIndex, each, item]) => jobError(each, `event ${eventIndex}: ${`${each} ${item}`.trim()}`, txId, eventIndex));
  return status === 'APPLIED' ? [] : [jobError(code, `${code} ${detail}`, txId)];
}

/** Entries of a capture's detail that are no refusals: known before, kept as history, or flagged (spec/provenance.md). */
const TAKEN: ReadonlySet<string> = new Set(['DUPLICATE_EVENT', 'HISTORY_ONLY', 'FLAGGED']);

/** Refused events of an outcome's detail [[eventIndex, code, item, …]…]; '' where no item is at fault. */
export function eventCodes(detail: string): readonly (readonly [eventIndex: number, code: string, item: string])[] {
  const parsed: unknown = JSON.parse(detail);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [index, code, item] = entry as readonly unknown[];
    if (typeof index !== 'number' || typeof code !== 'string' || TAKEN.has(code)) return [];
    return [[index, code, typeof item === 'string' ? item : ''] as const];
  });
}

function memoryPart({ txId, answer }: MemoryPart): JobPart {
  if (answer === null) return { txId, state: 'pending', height: null, index: null, code: '' };
  if ('ok' in answer) {
    const unknown = answer.code === 'COMMIT_TIMEOUT';
    return { txId, state: unknown ? 'pending' : 'rejected', height: null, index: null, code: answer.code };
  }
  const { height, index, outcome } = answer;
  return { txId, state: outcome.status === 'REJECTED' ? 'rejected' : 'committed', height, index, code: outcome.code };
}

const committedMs = ({ answer }: MemoryPart): readonly number[] =>
  answer === null || 'ok' in answer ? [] : [answer.timestampMs];

function memoryErrors({ txId, answer }: MemoryPart): readonly JobError[] {
  if (answer === null) return [];
  if (!('ok' in answer)) {
    const { status, code, detail } = answer.outcome;
    return ledgerErrors(txId, { status, code, detail: JSON.stringify(detail) });
  }
  return answer.code === 'COMMIT_TIMEOUT' ? [] : [jobError(answer.code, answer.detail, txId)];
}

function jobError(code: string, detail: string, txId: string, eventIndex?: number): JobError {
  const { epcis, title, status } = codeEntry(code);
  return {
    type: `epcisException:${epcis}`,
    title,
    status,
    detail,
    code,
    txId,
    ...(eventIndex === undefined ? {} : { eventIndex })
  };
}
