import type { Rejection, Result } from '@lading/kernel';
import { ok, reject, toBase64Url } from '@lading/kernel';
import type { EpochConfig, OrganizationConfig } from './config.js';
import { checkConfigContent } from './configCodec.js';
import { faults } from './quorum.js';

/** Validator keys that may be new, and that may be gone, in one change: f, and 1 where f is 0. */
export function replaceableValidators(n: number): number {
  return Math.max(1, faults(n));
}

/** Organizations of `next` whose validator key is not one of `config`: each needs a READY. */
export function newValidators(config: EpochConfig, next: EpochConfig): readonly OrganizationConfig[] {
  const known = validatorKeys(config);
  return next.organizations.filter(({ validatorKey }) => !known.has(toBase64Url(validatorKey)));
}

function validatorKeys({ organizations }: EpochConfig): ReadonlySet<string> {
  return new Set(organizations.map(({ validatorKey }) => toBase64Url(validatorKey)));
}

/**
 * What a config may become (spec/ledger.md 7.5), whoever approves it: the rules of every config, then those of the step
 * from one to the next. The cheap ones first: admitting a key costs as much as twenty signatures.
 */
export function checkConfigStep(config: EpochConfig, next: EpochConfig): Result<true, 'CONFIG_RULES'> {
  const step = stepFault(config, next);
  if (step !== null) return reject('CONFIG_RULES', step.detail, step.pointer);
  const content = checkConfigContent(next);
  return content.ok ? ok(true) : asRules(content);
}

function asRules(fault: Rejection): Rejection<'CONFIG_RULES'> {
  return fault.pointer === undefined
    ? reject('CONFIG_RULES', fault.detail)
    : reject('CONFIG_RULES', fault.detail, fault.pointer);
}

interface StepFault {
  readonly detail: string;
  readonly pointer: string;
}

function stepFault(config: EpochConfig, next: EpochConfig): StepFault | null {
  const n = config.organizations.length;
  if (next.parameters.stateDepth !== config.parameters.stateDepth) {
    return { detail: 'stateDepth is fixed for good', pointer: '/parameters/stateDepth' };
  }
  if (n >= 4 && next.organizations.length < 4) {
    return { detail: 'a network of four or more stays one', pointer: '/organizations' };
  }
  const most = replaceableValidators(n);
  const added = newValidators(config, next).length;
  const removed = newValidators(next, config).length;
  if (added > most || removed > most) {
    const detail = `${added} new and ${removed} removed validator keys, at most ${most} at once`;
    return { detail, pointer: '/organizations' };
  }
  return movedKey(config, next);
}

/** A key that stays keeps its organization and its use: its record in the state names them for good. */
function movedKey(config: EpochConfig, next: EpochConfig): StepFault | null {
  const uses = new Map<string, string>();
  for (const { id, validatorKey, adminKey } of config.organizations) {
    uses.set(toBase64Url(validatorKey), `${id}/validatorKey`);
    uses.set(toBase64Url(adminKey), `${id}/adminKey`);
  }
  for (const [index, organization] of next.organizations.entries()) {
    for (const field of ['validatorKey', 'adminKey'] as const) {
      const use = `${organization.id}/${field}`;
      const present = uses.get(toBase64Url(organization[field]));
      if (present !== undefined && present !== use) {
        return { detail: `the key is ${present} at present`, pointer: `/organizations/${index}/${field}` };
      }
    }
  }
  return null;
}
