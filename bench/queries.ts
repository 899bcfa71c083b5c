import type { DemoMember } from '../apps/node/src/dev/demoMember.js';
import { bearer, call, type Answer } from '../test/e2e/http.js';
import { bagsOf, EVENTS_PER_TRANSACTION, pallet, stageTimeMs, WORLD_START_MS } from './world.js';

const DAY_MS = 86_400_000;
export const PER_PAGE = 100;

/** Whole numbers below `limit`, the same in every run, without a visible pattern (Knuth's multiplicative hash). */
const scattered = (n: number, limit: number): number => (((n + 1) * 2654435761) >>> 0) % limit;

/** The n-th question of each kind about a world of so many journeys. */
export const QUESTIONS = {
  /** One pallet and two bags of others: three journeys' events. */
  anyEpc: (n: number, journeys: number): URLSearchParams => {
    const other = scattered(n + 7, journeys);
    return new URLSearchParams({
      MATCH_anyEPC: [pallet(scattered(n, journeys)), bagsOf(other)[0], bagsOf(other)[1]].join('|'),
      perPage: String(PER_PAGE)
    });
  },
  /** Days or weeks of one step, anywhere in the year. */
  stepInTime: (n: number, journeys: number): URLSearchParams => {
    const from = WORLD_START_MS + scattered(n, Math.max(1, journeys / EVENTS_PER_TRANSACTION)) * (DAY_MS / 3);
    const days = [1, 3, 7, 30][n % 4] ?? 1;
    const [type, bizStep] = [
      ['ObjectEvent', 'shipping'],
      ['ObjectEvent', 'receiving'],
      ['AggregationEvent', 'packing'],
      ['ObjectEvent', 'inspecting'],
      ['TransformationEvent', 'commissioning']
    ][n % 5] as [string, string];
    return new URLSearchParams({
      ...{ eventType: type, EQ_bizStep: bizStep, perPage: String(PER_PAGE) },
      GE_eventTime: new Date(from).toISOString(),
      LT_eventTime: new Date(from + days * DAY_MS).toISOString()
    });
  }
} as const;

export async function askEvents(member: DemoMember, question: URLSearchParams): Promise<readonly ShownEvent[]> {
  const url = `${member.node.url}/epcis/v2/events?${question.toString()}`;
  const answer = expectOk(url, await call(url, { headers: bearer(member) }));
  const body = answer.json as { epcisBody?: { queryResults?: { resultsBody?: { eventList?: ShownEvent[] } } } };
  return body.epcisBody?.queryResults?.resultsBody?.eventList ?? [];
}

export interface ShownEvent {
  readonly type: string;
  readonly eventID: string;
  readonly eventTime: string;
  readonly bizStep?: string;
}

/** The answer that `lading trace --back` is made of, to its last byte; whoever measures does not read it before. */
export async function askTrace(member: DemoMember, item: string): Promise<string> {
  const url = `${member.node.url}/v1/trace/${encodeURIComponent(item)}?direction=back`;
  const response = await fetch(url, { headers: bearer(member) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text.slice(0, 500)}`);
  return text;
}

function expectOk(url: string, answer: Answer): Answer {
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer;
}

/** When the n-th journey's stage happened, for tests. */
export const expectedTime = (journey: number, stage: number): string => new Date(stageTimeMs(journey, stage)).toISOString();
