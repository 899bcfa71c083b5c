import type { TraceEvent } from './model.js';

/** An event with its items sorted by what they are in it, so that no step of a trace looks through its items again. */
export interface ReadEvent {
  readonly event: TraceEvent;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly children: readonly string[];
  /** Undefined for paperwork, which packs nothing. */
  readonly parent: string | undefined;
  /** Groups of transformations that it is a part of. */
  readonly groups: readonly string[];
}

const NONE: readonly string[] = [];
const KIND: ReadonlyMap<string, 'inputs' | 'outputs' | 'children' | 'groups'> = new Map([
  ['inputEPC', 'inputs'],
  ['inputEPCClass', 'inputs'],
  ['outputEPC', 'outputs'],
  ['outputEPCClass', 'outputs'],
  ['childEPC', 'children'],
  ['childEPCClass', 'children'],
  ['expandedChild', 'children'],
  ['expandedChildClass', 'children'],
  ['transformation', 'groups']
]);

export function readRoles(event: TraceEvent): ReadEvent {
  const read = { inputs: NONE, outputs: NONE, children: NONE, groups: NONE };
  let parent: string | undefined;
  for (const { role, uri } of event.items) {
    const kind = KIND.get(role);
    if (kind !== undefined) {
      if (read[kind] === NONE) read[kind] = [uri];
      else (read[kind] as string[]).push(uri);
    } else if (role === 'parentID') parent ??= uri;
  }
  return { event, ...read, parent: event.type === 'TransactionEvent' ? undefined : parent };
}

/** Order of a story: by event time, then by place on the ledger, number by number. */
export function inTime(a: TraceEvent, b: TraceEvent): number {
  if (a.eventTimeMs !== b.eventTimeMs) return a.eventTimeMs - b.eventTimeMs;
  const [left, right] = [a.ref.split('/').map(Number), b.ref.split('/').map(Number)];
  for (const [i, value] of left.entries()) {
    const difference = value - (right[i] ?? 0);
    if (difference !== 0) return Number.isNaN(difference) ? 0 : difference;
  }
  return 0;
}
