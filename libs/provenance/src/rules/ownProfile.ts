import { profilesOf, type Chooser } from '../state/profileRecord.js';
import { modeOf } from './profiles.js';
import type { RuleCode } from './rule.js';
import type { Mode } from './ruleSheet.js';

/** How much a mode stands in the way of an event; refused is refused, with evidence or without. */
const STRICTNESS: Readonly<Record<Mode, number>> = { off: 0, flag: 1, history: 2, record: 3, refuse: 3 };

/** What happens to an event of this signer that breaks a rule: the stricter of both profiles, so no choice loosens anything. */
export function modeFor(chooser: Chooser, code: RuleCode): Mode {
  const [network, ...own] = profilesOf(chooser).map((profile) => modeOf(code, profile));
  return own.reduce<Mode>((mode, other) => (STRICTNESS[other] > STRICTNESS[mode] ? other : mode), network ?? 'refuse');
}
