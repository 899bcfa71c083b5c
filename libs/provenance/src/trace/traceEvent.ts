import type { IndexedEvent } from '../event/indexEvent.js';
import type { TraceEvent } from './model.js';

/** Where an event stands on the ledger and who signed it. */
export interface EventOrigin {
  readonly height: number;
  readonly index: number;
  readonly eventIndex: number;
  readonly organization: string;
  /** True when a later error declaration names it. */
  readonly isDeclaredError: boolean;
}

/** An indexed event as tracing reads it. */
export function traceEvent(event: IndexedEvent, origin: EventOrigin): TraceEvent {
  const party = (type: string): string | undefined => event.destinations.find((entry) => entry.type === type)?.uri;
  return {
    ref: `${origin.height}/${origin.index}/${origin.eventIndex}`,
    eventID: event.eventID,
    type: event.type,
    action: event.action,
    bizStep: event.bizStep,
    eventTimeMs: event.eventTimeMs,
    organization: origin.organization,
    items: event.items.map(({ role, uri }) => ({ role, uri })),
    destination: party('possessing_party') ?? party('owning_party') ?? '',
    isDeclaredError: origin.isDeclaredError || event.errorDeclaration !== null
  };
}
