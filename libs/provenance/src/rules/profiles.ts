import { assert } from '@lading/kernel';
import { L3 } from './L3.js';
import { R01 } from './R01.js';
import { R02 } from './R02.js';
import { R03 } from './R03.js';
import { R04 } from './R04.js';
import { R05 } from './R05.js';
import { R06 } from './R06.js';
import { R07 } from './R07.js';
import { R08 } from './R08.js';
import { R09 } from './R09.js';
import { R10 } from './R10.js';
import { R11 } from './R11.js';
import { R12 } from './R12.js';
import { R13 } from './R13.js';
import { R14 } from './R14.js';
import { R15 } from './R15.js';
import { R16 } from './R16.js';
import { R17 } from './R17.js';
import { R18 } from './R18.js';
import { R19 } from './R19.js';
import { R20 } from './R20.js';
import { R21 } from './R21.js';
import { R22 } from './R22.js';
import { R23 } from './R23.js';
import { R24 } from './R24.js';
import { always, inAll, type Mode, type Modes, type Profile, type RuleSheet } from './ruleSheet.js';
import type { RuleCode } from './rule.js';

/** What no single rule says: limits of lists, kinds of identifiers, the clock, the speed of things. */
const COMMON: RuleSheet = {
  rule: 'common',
  codes: {
    EVENT_TIME_FUTURE: always('refuse'),
    KIND_MISMATCH: inAll('refuse'),
    LIST_BALANCES: inAll('refuse'),
    LIST_CHILDREN: inAll('refuse'),
    LIST_DISPOSITIONS: inAll('refuse'),
    LIST_RECALLS: inAll('refuse'),
    LIST_TRANSFORMATION: inAll('refuse')
  }
};

/** Every rule with what each profile does: the profile matrix, in the order of spec/provenance.md §7. */
export const RULE_SHEETS: readonly RuleSheet[] = [
  R01, R02, R03, R04, R05, R06, R07, R08, R09, R10, R11, R12,
  R13, R14, R15, R16, R17, R18, R19, R20, R21, R22, R23, R24,
  L3, COMMON
];

const MODES = new Map<string, Modes>(RULE_SHEETS.flatMap(({ codes }) => Object.entries(codes)));

export function modeOf(code: RuleCode, profile: Profile): Mode {
  const modes = MODES.get(code);
  assert(modes !== undefined, `no rule has the code ${code}`);
  return modes[profile];
}

/** The rule that a code belongs to, for answers and pages; '' for an unknown one. */
export const ruleOf = (code: string): string =>
  RULE_SHEETS.find(({ codes }) => Object.hasOwn(codes, code))?.rule ?? '';
