import { sha256Node } from '@lading/identity';
import { isAssertedLater, parseCapture } from '@lading/provenance';
import { CliFailure } from '../failure.js';
import type { Refusal } from './refusedFile.js';
import type { ImportSource, ImportUnit } from './source.js';

export interface CheckedPart {
  readonly good: readonly ImportUnit[];
  /** Of the good ones, how many are asserted long after they are said to have happened. */
  readonly later: number;
  readonly refusals: readonly Refusal[];
}

/** The document of some events, around which everything else is as in the source. */
export const partDocument = (source: ImportSource, units: readonly ImportUnit[]): Uint8Array =>
  new TextEncoder().encode(source.head + units.map(({ text }) => text).join(',') + source.tail);

/** Layers L0–L2 over the events of a part, as every node checks them; those at fault are taken out, with the reason. */
export function checkPart(source: ImportSource, units: readonly ImportUnit[], nowMs: number): CheckedPart {
  const refusals: Refusal[] = [];
  for (const unit of units) if (unit.fault !== '') refusals.push({ unit, reason: unit.fault });
  let good = units.filter(({ fault }) => fault === '');
  while (good.length > 0) {
    const parsed = parseCapture(partDocument(source, good), sha256Node);
    if (parsed.ok) {
      const later = parsed.value.document.events.filter(({ eventTimeMs }) => isAssertedLater(eventTimeMs, nowMs));
      return { good, later: later.length, refusals };
    }
    const faults = 'faults' in parsed ? parsed.faults : [];
    const reasons = new Map<number, string>();
    for (const { pointer, code, message } of faults) {
      const [, index, field = ''] = /\/eventList\/(\d+)(.*)$/.exec(pointer) ?? [];
      if (index === undefined) continue;
      const at = Number(index);
      if (!reasons.has(at)) reasons.set(at, `${code}: ${field === '' ? '' : `${field} `}${message}`);
    }
    if (reasons.size === 0) {
      // Not one event, but all of them together, are more than a transaction takes.
      if (parsed.code === 'EVENT_LIMIT' && good.length > 1) return halves(source, good, refusals, nowMs);
      if (parsed.code !== 'EVENT_LIMIT') throw documentFault(parsed.code, parsed.detail);
      for (const unit of good) refusals.push({ unit, reason: `${parsed.code}: ${parsed.detail}` });
      good = [];
    }
    for (const [at, reason] of reasons) {
      const unit = good[at];
      if (unit !== undefined) refusals.push({ unit, reason });
    }
    good = good.filter((_, i) => !reasons.has(i));
  }
  return { good, later: 0, refusals };
}

function halves(source: ImportSource, units: readonly ImportUnit[], before: readonly Refusal[], nowMs: number): CheckedPart {
  const middle = units.length >> 1;
  const parts = [units.slice(0, middle), units.slice(middle)].map((half) => checkPart(source, half, nowMs));
  return {
    good: parts.flatMap(({ good }) => good),
    later: parts.reduce((sum, { later }) => sum + later, 0),
    refusals: [...before, ...parts.flatMap(({ refusals }) => refusals)]
  };
}

const documentFault = (code: string, detail: string): CliFailure =>
  new CliFailure({ code, what: 'The file is not valid', why: detail, next: 'correct what stands around the events' });
