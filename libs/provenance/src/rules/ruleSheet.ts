import type { NetworkParameters } from '@lading/ledger';
import type { RuleCode } from './rule.js';

export type Profile = NetworkParameters['profile'];

/**
 * What a profile does with an event that breaks a rule:
 * `off` nothing is checked; `history` it extends its chains and changes nothing else; `flag` it is applied, and the
 * anomaly chains of the items at fault say so; `record` it is refused, and the anomaly chains keep the attempt;
 * `refuse` it is refused and leaves no trace in state.
 */
export type Mode = 'off' | 'history' | 'flag' | 'record' | 'refuse';

export type Modes = Readonly<Record<Profile, Mode>>;

/** A rule as data: its number, its codes, and what each profile does with them (spec/provenance.md §7). */
export interface RuleSheet {
  readonly rule: string;
  readonly codes: Readonly<Partial<Record<RuleCode, Modes>>>;
}

const modes = (open: Mode, custody: Mode, pharma: Mode, food: Mode): Modes => ({ open, custody, pharma, food });

/** Rows that many rules share; `inAll` is what the strict profiles agree on, `open` keeps everything as history. */
export const inAll = (mode: Mode): Modes => modes('history', mode, mode, mode);
/** Whatever the profile: the event itself is at odds with the ledger's records. */
export const always = (mode: Mode): Modes => modes(mode, mode, mode, mode);
export { modes };
