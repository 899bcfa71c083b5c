import type { Organization } from '../scenarios-provenance/names.js';
import type { Model } from './model.js';
import type { Step } from './step.js';

/** Random numbers that are the same on every run: mulberry32. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

const ORGANIZATIONS: readonly Organization[] = ['alpha', 'beta', 'gamma', 'delta'];
const VERBS = [
  'commissions', 'commissions', 'makes', 'ships', 'ships', 'ships', 'receives', 'receives', 'receives', 'returns', 'voids',
  'rejects', 'cancels', 'disputes', 'resolves', 'resolves', 'packs', 'packs', 'unpacks', 'empties', 'uses', 'uses', 'sells',
  'destroys', 'stores', 'appoints', 'recalls', 'ends the recall'
] as const;

const WITHOUT_AMOUNT: readonly string[] = [
  'stores', 'commissions', 'returns', 'resolves', 'empties', 'appoints', 'recalls', 'ends the recall'
];

/** New serials come up as the history goes on, so that it does not end with everything used up. */
export function nextStep(dice: Dice, model: Model, number: number): Step {
  const fresh = Math.floor(number / 100);
  const serial = (): string => `serial:${dice.of(ORGANIZATIONS)}:${fresh + dice.below(4)}`;
  const pallet = (): string => `pallet:${dice.of(ORGANIZATIONS)}:${Math.floor(number / 500) + dice.below(2)}`;
  const lot = `lot:${dice.of(ORGANIZATIONS)}:${dice.of(['A', 'B'])}`;
  const verb = dice.of(VERBS);
  const wanted = dice.chance(60) ? apt(dice, model, verb) : null;
  const things = [...new Set([wanted ?? (dice.chance(75) ? serial() : pallet()), ...(dice.chance(20) ? [serial()] : [])])];
  const hasPart = verb === 'makes' || dice.chance(25);
  const isOnlyPart = verb === 'makes' || (hasPart && dice.chance(70) && !['stores', 'commissions', 'returns'].includes(verb));
  const part = hasPart && !WITHOUT_AMOUNT.includes(verb)
    ? { lot, amount: 1 + dice.below(6) }
    : null;
  const first = model.thing(things[0] ?? '');
  // Mostly those who can: else nearly every step would be refused.
  const likely = { receives: first.transfer?.to, returns: first.soldBy, rejects: first.transfer?.to, disputes: first.transfer?.to }[
    verb as string
  ] ?? (isOnlyPart ? stocked(model, lot, verb) : holder(model, things[0] ?? ''));
  const isOrganization = (ORGANIZATIONS as readonly string[]).includes(likely);
  const maker = verb === 'commissions' ? (things[0]?.split(':')[1] ?? '') : verb === 'makes' ? (lot.split(':')[1] ?? '') : '';
  const chosen = maker !== '' ? maker : isOrganization ? likely : dice.of(ORGANIZATIONS);
  const who = (dice.chance(80) ? chosen : dice.of(ORGANIZATIONS)) as Organization;
  const base = { who, day: day(dice, number), verb, things: part !== null && isOnlyPart ? [] : things, part };
  return { ...base, ...details(dice, model, base, serial, pallet) };
}

/** Somebody who has, or for receipts is sent, some of a lot. */
function stocked(model: Model, lot: string, verb: string): string {
  const places = [...(model.lots.get(lot)?.keys() ?? [])];
  const pattern = verb === 'receives' ? /^to:\w+\/(\w+)$/ : /^org:(\w+)$/;
  return places.flatMap((place) => pattern.exec(place)?.[1] ?? [])[0] ?? '';
}

const UNDER_WAY: readonly string[] = ['receives', 'voids', 'rejects', 'cancels', 'disputes'];

/** A thing with which the deed could succeed, if there is one. */
function apt(dice: Dice, model: Model, verb: string): string | null {
  const found = [...model.things].filter(([, { status, transfer, parent }]) => {
    if (UNDER_WAY.includes(verb)) return transfer !== null && transfer.dispute === '';
    if (verb === 'returns') return status === 'SOLD';
    return verb === 'unpacks' ? parent !== '' : false;
  });
  return found.length === 0 ? null : dice.of(found)[0];
}

const day = (dice: Dice, number: number): number => Math.max(1, Math.floor(number / 20) + 2 - (dice.chance(4) ? 5 + dice.below(50) : 0));

function holder(model: Model, name: string): string {
  const thing = model.thing(name);
  return thing.parent === '' ? thing.custodian : holder(model, thing.parent);
}

function details(
  dice: Dice,
  model: Model,
  { verb, who, things }: Step,
  serial: () => string,
  pallet: () => string
): Partial<Step> {
  const other = dice.of(ORGANIZATIONS);
  const transfer = model.thing(things[0] ?? 'serial:alpha:0').transfer;
  switch (verb) {
    case 'ships':
      return { other, ...(dice.chance(30) ? { owner: dice.of(ORGANIZATIONS) } : {}) };
    case 'rejects':
      return { other: transfer?.from ?? other };
    case 'cancels':
      return { other: transfer?.to ?? other };
    case 'disputes':
      return { other: transfer?.from ?? other, name: `D${dice.below(1_000_000)}` };
    case 'resolves': {
      const open = [...model.disputes].filter(([, dispute]) => dispute.open);
      const [name, dispute] = open.length > 0 ? dice.of(open) : ['alpha/none', undefined];
      const result = dice.of(['returned', 'lost', 'received']);
      const side = result === 'received' ? dispute?.to : dispute?.from;
      return { things: [], name, result, who: (dice.chance(80) ? (side ?? who) : who) as Organization };
    }
    case 'packs':
    case 'unpacks':
      return { parent: verb === 'unpacks' && things.length > 0 ? model.thing(things[0] ?? '').parent || pallet() : pallet() };
    case 'empties':
      return { parent: pallet(), things: [] };
    default:
      return furtherDetails(dice, model, { verb, who, other, isOne: things.length === 1, serial });
  }
}

interface Further {
  readonly verb: string;
  readonly who: Organization;
  readonly other: Organization;
  /** Whether the step is about a single thing. */
  readonly isOne: boolean;
  readonly serial: () => string;
}

function furtherDetails(dice: Dice, model: Model, { verb, who, other, isOne, serial }: Further): Partial<Step> {
  switch (verb) {
    case 'uses':
      return {
        made: serial().replace(/:\w+:/, dice.chance(80) ? `:${who}:` : ':alpha:'),
        ...(isOne && dice.chance(50) ? { keeping: dice.below(9), part: null } : {})
      };
    case 'appoints':
      return { things: [], other, acts: ['observe', 'pack', 'move', 'end'].filter(() => dice.chance(60)) };
    case 'recalls':
      return {
        who: dice.of(['alpha', 'alpha', 'delta', 'delta', 'beta'] as const),
        ...(dice.chance(50)
          ? { things: [serial().replace(/:\w+:/, ':alpha:')], part: null }
          : { things: [], part: { lot: `lot:alpha:${dice.of(['A', 'B'])}`, amount: 1 } }),
        name: `R${dice.below(1_000_000)}`
      };
    case 'ends the recall': {
      const name = dice.of(model.permits.open.length > 0 ? model.permits.open : ['alpha/none']);
      return { things: [], name, who: dice.chance(85) ? (name.split('/')[0] as Organization) : who };
    }
    default:
      return {};
  }
}

/** The step as a scenario would say it. */
export function sentenceOf(step: Step): string {
  const { things, part, other = '', owner, parent = '', made = '', name = '', result = '', acts = [], keeping = 0 } = step;
  const amount = part === null ? [] : [`${part.amount}kg:${part.lot.slice(4)}`];
  const what = [...things, ...amount].join(' ') || 'nothing';
  switch (step.verb) {
    case 'ships':
      return `ships ${what} to ${other}${owner === undefined ? '' : ` giving it to ${owner}`}`;
    case 'returns':
      return `receives ${what} as returned`;
    case 'voids':
      return `voids the shipment of ${what}`;
    case 'rejects':
      return `rejects ${what} from ${other}`;
    case 'cancels':
      return `cancels ${what} to ${other}`;
    case 'disputes':
      return `disputes ${what} from ${other} as missing called ${name}`;
    case 'resolves':
      return `resolves ${name} as ${result}`;
    case 'packs':
      return `packs ${what} into ${parent}`;
    case 'unpacks':
      return `unpacks ${what} from ${parent}`;
    case 'empties':
      return `empties ${parent}`;
    case 'uses':
      return step.keeping === undefined ? `uses ${what} to make ${made}` : `uses ${what} keeping ${keeping}kg to make ${made}`;
    case 'appoints':
      return `lets its agent ${other} ${acts.length === 0 ? 'nothing' : acts.join(',')}`;
    case 'recalls':
      return `recalls ${part === null ? what : part.lot} called ${name}`;
    case 'ends the recall':
      return `closes recall ${name}`;
    default:
      return `${step.verb} ${what}`;
  }
}
