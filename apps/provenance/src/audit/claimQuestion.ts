import type { ClaimsAnswer } from '@lading/api';
import { claimBalance, decimalText, type ClaimingEvent, type StoryEvent } from '@lading/provenance';
import { DESCENDANTS, type EventRow } from '@lading/storage';
import type { ProvenanceOptions } from '../provenance.options.js';
import { iso } from './itemQuestions.js';
import type { Story, StoryReader } from './story.js';

/** Whether sites have put more under a certificate than certified material went in. */
export class ClaimQuestion {
  constructor(
    private readonly options: ProvenanceOptions,
    private readonly stories: StoryReader
  ) {}

  async ask(site: string, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): Promise<ClaimsAnswer> {
    const { height } = this.stories;
    const places = await this.options.projection.vocabulary.withDescendants([site]);
    const here = await this.stories.matching({
      ...{ matches: [{ roles: ['readPoint', 'bizLocation'], items: places }], types: ['TransformationEvent'] },
      eventTimeBeforeMs: toMs
    });
    const inputs = here.events.flatMap(({ items }) => items.flatMap(({ role, uri }) => (role.startsWith('input') ? [uri] : [])));
    const origins = await this.stories.ofItems([...new Set(inputs)]);
    const born = new Set(origins.events.flatMap(bornIn));
    const unexplained = [...new Set(inputs)].filter((uri) => !born.has(uri)).sort();
    const lines = claimBalance(claiming(here), claiming(origins), fromMs, toMs).map((line) => {
      const { claim, uom, digits, by, opening, input, output, closing, overdrawn } = line;
      const told = (amount: bigint): string => decimalText(amount, digits);
      return {
        ...{ claim, uom, opening: told(opening), input: told(input), output: told(output), closing: told(closing) },
        ...{ overdrawn: overdrawn === null ? null : told(overdrawn), event: by }
      };
    });
    const truncated = here.truncated || origins.truncated || places.length > DESCENDANTS + 1;
    return { height, truncated, site, from: iso(fromMs), to: iso(toMs), lines, unexplained };
  }
}

/** What an event brings into being. */
const bornIn = ({ items, action }: StoryEvent): readonly string[] =>
  items.flatMap(({ role, uri }) => (role.startsWith('output') || (role.startsWith('epc') && action === 'ADD') ? [uri] : []));

const claiming = ({ events, rows }: Story): readonly ClaimingEvent[] =>
  events.map((event) => ({ ...event, claims: claimsOf(rows.get(event.ref)) }));

/** certificationInfo is one URI or a list of them. */
function claimsOf(row: EventRow | undefined): readonly string[] {
  if (row === undefined || !Buffer.from(row.content).includes('certificationInfo')) return [];
  const { certificationInfo = [] } = JSON.parse(Buffer.from(row.content).toString('utf8')) as {
    readonly certificationInfo?: string | readonly string[];
  };
  return [...new Set([certificationInfo].flat())];
}
