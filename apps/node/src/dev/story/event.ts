import { createHash } from 'node:crypto';
import type { DemoOrganizationId } from './names.js';

export type EpcisEvent = Readonly<Record<string, unknown>> & { readonly type: string; readonly eventID: string };

export interface StoryEvent {
  readonly organization: DemoOrganizationId;
  readonly event: EpcisEvent;
}

/** Events of one phase do not depend on each other; a phase starts when the one before it is committed. */
export interface StoryPhase {
  readonly name: string;
  readonly events: readonly StoryEvent[];
}

/** Names events and gives them times that only go forward, ending before the network was born. */
export class StoryClock {
  #count = 0;
  #minute = 0;

  constructor(private readonly startMs: number) {}

  /** Moves the story on. */
  pass(hours: number): void {
    this.#minute += hours * 60;
  }

  stamp(): { eventTime: string; eventTimeZoneOffset: string; eventID: string } {
    this.#minute += 2;
    this.#count += 1;
    const hex = createHash('sha256').update(`coffee story ${this.startMs} ${this.#count}`).digest('hex');
    const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
    return {
      eventTime: new Date(this.startMs + this.#minute * 60_000).toISOString(),
      eventTimeZoneOffset: '+00:00',
      eventID: `urn:uuid:${uuid}`
    };
  }
}

export const quantity = (epcClass: string, amount: number): object => ({ epcClass, quantity: amount, uom: 'KGM' });

/** The JSON-LD context of the story: the standard one, and the demo's own extension for harvest data. */
export const STORY_CONTEXT = [
  'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
  { coffee: 'https://lading.example/coffee/' }
] as const;
