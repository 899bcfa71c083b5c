import { assert, unreachable } from '@lading/kernel';
import { admitPublicKey } from '@lading/ledger';
import type { Contract, ExecutionContext, Outcome, OutcomeDetail, StateView, StateWriter } from '@lading/ledger';
import { keyKey, memberKey, publicKeyKey } from './keys.js';
import { MEMBERSHIP_OPERATIONS, parseOperation, type MembershipOperation } from './operations.js';
import { decodeKeyRecord, encodeKeyRecord, encodeMemberRecord, encodePublicKeyOwner } from './records.js';

/** Codes of refused membership operations (spec/membership.md §3); each has a page in docs/errors. */
export type MembershipCode =
  | 'ADMIN_KEY_REQUIRED'
  | 'MEMBER_EXISTS'
  | 'MEMBER_UNKNOWN'
  | 'KEY_EXISTS'
  | 'KEY_NOT_ADMISSIBLE'
  | 'KEY_UNKNOWN'
  | 'KEY_ALREADY_REVOKED'
  | 'KEY_PROTECTED'
  | 'NOT_OWN_ORGANIZATION';

const APPLIED: Outcome = { status: 'APPLIED', code: '', detail: [] };

function rejected(code: MembershipCode, detail: readonly OutcomeDetail[] = []): Outcome {
  return { status: 'REJECTED', code, detail };
}

/**
 * Registers members and keys. Every operation is signed by the administrator's key of the organization it concerns,
 * and what it changes binds from the next transaction in ledger order.
 */
export const membershipContract: Contract<MembershipOperation> = {
  name: 'membership',
  operations: MEMBERSHIP_OPERATIONS,

  parse: parseOperation,

  keys(parsed, context): readonly string[] {
    switch (parsed.op) {
      case 'member.add':
        return [memberKey(context.organization, parsed.member)];
      case 'key.add':
        return [
          memberKey(context.organization, parsed.parts.member),
          keyKey(parsed.kid),
          publicKeyKey(parsed.parts.publicKey)
        ];
      case 'key.revoke':
        return [keyKey(parsed.kid)];
      default:
        return unreachable(parsed, 'membership operation');
    }
  },

  apply(parsed, context, state): Outcome {
    if (context.keyPurpose !== 'admin') return rejected('ADMIN_KEY_REQUIRED');
    switch (parsed.op) {
      case 'member.add':
        return addMember(parsed, context, state);
      case 'key.add':
        return addKey(parsed, context, state);
      case 'key.revoke':
        return revokeKey(parsed, context, state);
      default:
        return unreachable(parsed, 'membership operation');
    }
  }
};

type Operation<Op> = Extract<MembershipOperation, { readonly op: Op }>;

function addMember(parsed: Operation<'member.add'>, context: ExecutionContext, state: StateWriter): Outcome {
  const key = memberKey(context.organization, parsed.member);
  if (state.get(key) !== null) return rejected('MEMBER_EXISTS', [parsed.member]);
  state.put(key, encodeMemberRecord({ name: parsed.name, status: 'active', roles: parsed.roles }));
  return APPLIED;
}

function addKey(parsed: Operation<'key.add'>, context: ExecutionContext, state: StateWriter): Outcome {
  const { kid, parts, purpose } = parsed;
  // Here and not while parsing: a check of a millisecond is for administrators to ask for, not for every signer.
  if (!admitPublicKey(parts.publicKey)) return rejected('KEY_NOT_ADMISSIBLE', ['/publicKey']);
  if (purpose === 'member' && !isMember(context, parts.member, state))
    return rejected('MEMBER_UNKNOWN', [parts.member]);
  // A revoked key stays registered for good, so it can never come back, under this or another name.
  const owner = publicKeyKey(parts.publicKey);
  if (state.get(owner) !== null || state.get(keyKey(kid)) !== null) return rejected('KEY_EXISTS', [kid]);
  const record = { purpose, status: 'active', addedHeight: context.height, revokedHeight: 0 } as const;
  state.put(keyKey(kid), encodeKeyRecord(record));
  state.put(owner, encodePublicKeyOwner(kid));
  return APPLIED;
}

function isMember(context: ExecutionContext, member: string, state: StateView): boolean {
  return state.get(memberKey(context.organization, member)) !== null;
}

function revokeKey(parsed: Operation<'key.revoke'>, context: ExecutionContext, state: StateWriter): Outcome {
  const { kid, parts } = parsed;
  if (parts.organization !== context.organization) return rejected('NOT_OWN_ORGANIZATION', [parts.organization]);
  const value = state.get(keyKey(kid));
  if (value === null) return rejected('KEY_UNKNOWN', [kid]);
  const record = decodeKeyRecord(value);
  assert(record.ok, `damaged state entry ${keyKey(kid)}`);
  // Without its administrator's key an organization could never act again.
  if (record.value.purpose === 'admin') return rejected('KEY_PROTECTED', [kid]);
  if (record.value.status === 'revoked') return rejected('KEY_ALREADY_REVOKED', [kid, record.value.revokedHeight]);
  state.put(keyKey(kid), encodeKeyRecord({ ...record.value, status: 'revoked', revokedHeight: context.height }));
  return APPLIED;
}
