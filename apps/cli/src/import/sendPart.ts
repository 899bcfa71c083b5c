import type { CaptureJob } from '@lading/api';
import type { CaptureResult } from '@lading/sdk';
import { EXIT } from '../exitCodes.js';
import { CliFailure } from '../failure.js';
import { partDocument } from './checkPart.js';
import type { Refusal } from './refusedFile.js';
import type { ImportSource, ImportUnit } from './source.js';

/** `onAccepted`: the document waits in its place in the node's lane. */
export type Capture = (document: Uint8Array, onAccepted?: () => void) => Promise<CaptureResult>;

/** Refusals of a whole transaction that a smaller one can escape. */
const TOO_MUCH: ReadonlySet<string> = new Set(['STATE_LIMIT', 'EVENT_LIMIT', 'KEY_ROUNDS']);

/** Records the events, as many as the ledger takes, in one signed transaction or in more where one is too much. */
export async function sendPart(source: ImportSource, units: readonly ImportUnit[], capture: Capture): Promise<readonly Refusal[]> {
  return (await sendWhole(source, units, capture)) ?? sendHalves(source, units, capture);
}

export async function sendHalves(source: ImportSource, units: readonly ImportUnit[], capture: Capture): Promise<readonly Refusal[]> {
  const middle = units.length >> 1;
  const before = await sendPart(source, units.slice(0, middle), capture);
  return [...before, ...(await sendPart(source, units.slice(middle), capture))];
}

/** Records the events in one transaction; null when nothing of it was recorded because it was too much for one. */
export async function sendWhole(
  source: ImportSource,
  units: readonly ImportUnit[],
  capture: Capture,
  onAccepted?: () => void
): Promise<readonly Refusal[] | null> {
  if (units.length === 0) return [];
  const { job } = await capture(partDocument(source, units), onAccepted);
  if (job === null || job.parts.some(({ state }) => state === 'pending')) throw undecided(units.length);
  const single = job.errors.filter(({ eventIndex }) => eventIndex !== undefined);
  if (single.length > 0 || job.errors.length === 0) return single.flatMap((error) => refusal(error, units));
  const [first] = job.errors;
  if (first === undefined) return [];
  if (TOO_MUCH.has(first.code) && units.length > 1) return null;
  if (units.length === 1 && first.status !== 403 && first.status < 500) return refusal({ ...first, eventIndex: 0 }, units);
  throw refusedAll(first);
}

function refusal(error: CaptureJob['errors'][number], units: readonly ImportUnit[]): readonly Refusal[] {
  const unit = units[error.eventIndex ?? -1];
  // The node names the item at fault behind the code.
  const item = error.detail.split(`${error.code} `)[1] ?? '';
  return unit === undefined ? [] : [{ unit, reason: `${error.code}: ${error.title}${item === '' ? '' : ` (${item})`}` }];
}

const undecided = (events: number): CliFailure =>
  new CliFailure({
    what: `The network has not decided on the last ${events} events in time`,
    why: 'the outcome is unknown',
    next: 'lading status; then run the same command again: it goes on there, and nothing is recorded twice',
    exitCode: EXIT.unreachable
  });

const refusedAll = ({ code, title, detail, status }: CaptureJob['errors'][number]): CliFailure =>
  new CliFailure({
    code,
    what: `The ledger refuses what this member submits: ${title}`,
    why: detail,
    next: 'correct that, and run the same command again: it goes on there',
    exitCode: status === 403 ? EXIT.notAllowed : EXIT.failed
  });
